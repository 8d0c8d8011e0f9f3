-- Programs that act for a member: the keys that sign access tokens, the refresh tokens of programs
-- that signed in, and the tokens that members make by hand. No token stands here, only its hash.

-- The private half is sealed and goes when the key retires; the public half stays until the last
-- token under it has ended.
CREATE TABLE signing_key (
	kid text PRIMARY KEY CHECK (octet_length(kid) = 43), -- the thumbprint of the public half
	public text NOT NULL, -- as a JSON Web Key
	sealed bytea,
	created_at timestamptz NOT NULL DEFAULT now(),
	retired_at timestamptz,
	CHECK ((sealed IS NULL) = (retired_at IS NOT NULL))
);

-- One key signs.
CREATE UNIQUE INDEX signing_key_current ON signing_key ((true)) WHERE retired_at IS NULL;

-- One sign-in of a program. Its refresh tokens follow each other; deleting it ends them all, and the
-- access tokens made with them.
CREATE TABLE refresh_family (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
);

CREATE INDEX refresh_family_user_id ON refresh_family (user_id);
CREATE INDEX refresh_family_expires_at ON refresh_family (expires_at);

CREATE TABLE refresh_token (
	token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
	family_id bigint NOT NULL REFERENCES refresh_family ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	rotated_at timestamptz, -- when it was exchanged for the next one
	rotated_by bytea CHECK (octet_length(rotated_by) = 32) -- a hash that tells whether the same program comes again
);

CREATE INDEX refresh_token_family_id ON refresh_token (family_id);

-- Tokens that a member made for a script. scopes: SCOPE_* of lib/model/scope.h.
CREATE TABLE api_token (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
	token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
	scopes integer NOT NULL CHECK (scopes > 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz, -- NULL: until it is revoked
	last_used_at timestamptz
);

CREATE INDEX api_token_user_id ON api_token (user_id);
