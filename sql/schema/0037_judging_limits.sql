-- The limits that a judging was held to: a verification may find another time limit for the same version later.
ALTER TABLE judging
	ADD time_ms int,                                -- NULL: nothing was run
	ADD memory_mib int;
