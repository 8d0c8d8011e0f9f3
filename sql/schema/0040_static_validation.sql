-- Programs that read a submission's source (static_validator) are files of a role of their own.
ALTER TABLE problem_file DROP CONSTRAINT problem_file_role_check,
	ADD CONSTRAINT problem_file_role_check CHECK (role BETWEEN 0 AND 10);
