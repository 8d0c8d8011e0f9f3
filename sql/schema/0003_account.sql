-- Accounts and the browsers that are signed in to them.

CREATE TABLE app_user (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL CHECK (octet_length(email) BETWEEN 3 AND 254),
	name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
	role smallint NOT NULL CHECK (role BETWEEN 1 AND 5), -- enum role in lib/model/user.h
	password_hash text NOT NULL,
	disabled boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	signed_in_at timestamptz
);

-- One account for an address, however it is written.
CREATE UNIQUE INDEX app_user_email ON app_user (lower(normalize(email, NFKC)));

CREATE TABLE session (
	token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32), -- SHA-256; the token itself is not kept
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	position bigint NOT NULL DEFAULT 0 -- of the log after this member's last write, for reads from replicas
);

CREATE INDEX session_user_id ON session (user_id);
CREATE INDEX session_expires_at ON session (expires_at);
