-- Ids of events are drawn in one order and committed in another. Up to where nothing can appear any more was told by the
-- oldest transaction that still wrote, which was too much and too little: one of hours, of another database even, held back
-- everything, and of two that wrote at the same time the one that began later could draw the smaller id, commit last and be
-- passed over. Now each transaction that writes events says before its first one which id was drawn last: all of its own
-- are greater. It says so by a lock that ends with it and that hinders nobody.

ALTER TABLE event DROP COLUMN xid;

-- The lower half of the id is the lock's second number; the first one is only these locks'.
CREATE FUNCTION event_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF coalesce(current_setting('podium.writes_events', true), '') <> 'yes' THEN
		PERFORM pg_advisory_xact_lock_shared(1702260340, coalesce(pg_sequence_last_value('event_id_seq'), 0)::bit(32)::int);
		PERFORM set_config('podium.writes_events', 'yes', true);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER event_begin BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION event_begin();

-- The id up to which nothing appears any more, for a snapshot that is taken later: what was drawn until now is of transactions
-- that have said so before. One that said so since then (it looks as if it were far behind) does not matter.
CREATE FUNCTION event_settled() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	drawn bigint := coalesce(pg_sequence_last_value('event_id_seq'), 0);
	far bigint;
BEGIN
	SELECT max(behind) INTO far
	  FROM (SELECT (drawn - objid::bigint) & 4294967295 AS behind FROM pg_locks
	         WHERE locktype = 'advisory' AND classid = 1702260340 AND objsubid = 2
	           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) l
	 WHERE behind < 2147483648;
	RETURN drawn - coalesce(far, 0);
END
$$;

-- After an id, in their order: of some scopes, or where there is none given of all. Each statement here has a snapshot of its
-- own.
CREATE FUNCTION event_next(scopes text[], after bigint, most int)
	RETURNS TABLE (id bigint, at timestamptz, scope text, kind text, payload json) LANGUAGE plpgsql AS $$
DECLARE
	settled bigint := event_settled();
BEGIN
	IF scopes IS NULL THEN
		RETURN QUERY SELECT e.id, e.at, e.scope, e.kind, e.payload FROM event e
			WHERE e.id > after AND e.id <= settled ORDER BY e.id LIMIT most;
	ELSE
		RETURN QUERY SELECT e.id, e.at, e.scope, e.kind, e.payload
			  FROM unnest(scopes) s (scope) CROSS JOIN LATERAL (
				SELECT * FROM event x WHERE x.scope = s.scope AND x.id > after AND x.id <= settled ORDER BY x.id LIMIT most) e
			 ORDER BY e.id LIMIT most;
	END IF;
END
$$;
