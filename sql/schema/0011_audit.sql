-- Who did what: append-only and chained by hashes.
--
-- A row comes in through audit_new. At the commit of its transaction a deferred trigger moves it to audit, where its
-- number and its hash are made under the lock of audit_head: so the lock is held for the commit alone, however long the
-- transaction was, and numbers have no gaps. Each hash covers the row and the hash before it: a row that was changed,
-- removed or put in afterwards breaks the chain at its place. Rows removed at the end are told by audit_head, and a head
-- that was noted elsewhere (podium audit verify prints it) tells whether the whole chain was made anew.

CREATE TABLE audit (
	id bigint PRIMARY KEY,
	at timestamptz NOT NULL,
	actor_id bigint NOT NULL,                     -- 0: Podium itself or the command line; kept when the account goes
	action text NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.]{0,59}$'),
	object text NOT NULL CHECK (octet_length(object) <= 200), -- 'user:7'; may be empty
	detail json NOT NULL CHECK (octet_length(detail::text) <= 4000),
	address text NOT NULL CHECK (octet_length(address) <= 64),
	hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_object ON audit (object, id);

CREATE TABLE audit_head (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	id bigint NOT NULL,
	hash bytea NOT NULL
) WITH (fillfactor = 10);
INSERT INTO audit_head (id, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Nothing in it outlives its transaction, so it needs no log.
CREATE UNLOGGED TABLE audit_new (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	actor_id bigint NOT NULL,
	action text NOT NULL,
	object text NOT NULL,
	detail json NOT NULL,
	address text NOT NULL
);

-- What the nightly walk along the chain found.
CREATE TABLE audit_check (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	n bigint NOT NULL,                            -- rows looked at
	broken_id bigint,                             -- the first row that does not fit; NULL: the chain is whole
	reason text
);

-- The text that is hashed: each field with its length before it, so that no two rows have the same.
CREATE FUNCTION audit_text(id bigint, at timestamptz, actor_id bigint, action text, object text, detail text, address text)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(octet_length(f) || ':' || f || ',', '' ORDER BY i)
	FROM unnest(ARRAY[id::text, ((extract(epoch FROM at) * 1000000)::bigint)::text, actor_id::text, action, object, detail,
		address]) WITH ORDINALITY AS x (f, i)
$$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	head record;
BEGIN
	SELECT h.id, h.hash INTO STRICT head FROM audit_head h FOR UPDATE;
	NEW.id := head.id + 1;
	NEW.at := clock_timestamp();
	NEW.hash := sha256(head.hash || convert_to(
		audit_text(NEW.id, NEW.at, NEW.actor_id, NEW.action, NEW.object, NEW.detail::text, NEW.address), 'UTF8'));
	UPDATE audit_head SET id = NEW.id, hash = NEW.hash;
	RETURN NEW;
END
$$;
CREATE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE FUNCTION audit_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO audit (actor_id, action, object, detail, address)
	VALUES (NEW.actor_id, NEW.action, NEW.object, NEW.detail, NEW.address);
	DELETE FROM audit_new WHERE id = NEW.id;
	RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER audit_move AFTER INSERT ON audit_new DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION audit_move();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse BEFORE DELETE OR TRUNCATE ON audit_head
	FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
