-- What happened, for whoever watches: one row an event, written in the transaction that made it happen and never changed.
-- Ids grow in the order in which they were drawn, not committed; xid tells a reader up to where nothing can still appear:
-- all rows whose xid lies below pg_snapshot_xmin(pg_current_snapshot()) are there.

CREATE TABLE event (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	scope text NOT NULL CHECK (scope ~ '^[a-z]+(:[a-z0-9-]{1,64})?$'), -- user:7, submission:k3…, contest:3, room:9, system
	kind text NOT NULL CHECK (kind ~ '^[a-z]+(\.[a-z_]+)*$'),          -- sync.queued, judgement
	payload json NOT NULL CHECK (octet_length(payload::text) <= 7000)
);
CREATE INDEX event_scope ON event (scope, id);

-- Who feeds the live line is told that there is something; several events of a transaction are one word.
CREATE FUNCTION event_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('podium_event', '');
	RETURN NULL;
END
$$;
CREATE TRIGGER event_told AFTER INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION event_told();
