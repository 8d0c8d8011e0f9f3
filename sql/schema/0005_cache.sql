-- What works without Redis, and what all processes must agree about. Nothing here is worth keeping over a crash of
-- the server, so the tables are unlogged: they cost no WAL, are empty after a crash and do not exist on replicas.

CREATE UNLOGGED TABLE cache (
	key text PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 200),
	value bytea,                    -- NULL: deleted while Redis was away and still to be deleted there
	expires_at timestamptz NOT NULL
);
CREATE INDEX cache_expires_at ON cache (expires_at);

CREATE UNLOGGED TABLE cache_lock (
	name text PRIMARY KEY CHECK (octet_length(name) BETWEEN 1 AND 200),
	token text NOT NULL,            -- of the holder
	expires_at timestamptz NOT NULL
);

-- Sliding windows: the times of the calls that were let through, in microseconds since 1970, oldest first.
CREATE UNLOGGED TABLE rate_window (
	key text PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 200),
	calls bigint[] NOT NULL,
	passed boolean NOT NULL,        -- the last call
	expires_at timestamptz NOT NULL
);
CREATE INDEX rate_window_expires_at ON rate_window (expires_at);

-- One call at a time to a shared thing: free_at is the first moment that nobody has taken.
CREATE UNLOGGED TABLE bucket (
	name text PRIMARY KEY CHECK (octet_length(name) BETWEEN 1 AND 40),
	free_at timestamptz NOT NULL,
	taken boolean NOT NULL,         -- by the last caller, and how long it has to wait
	wait_us bigint NOT NULL
) WITH (fillfactor = 20);
