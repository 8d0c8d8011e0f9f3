-- Devices that are signed in, and two-step sign-in.

ALTER TABLE session
	ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(), -- names it in forms; the token stays a secret
	ADD COLUMN agent text NOT NULL DEFAULT '' CHECK (octet_length(agent) <= 80), -- "Firefox on Linux"
	ADD COLUMN address text NOT NULL DEFAULT '' CHECK (octet_length(address) <= 64), -- shortened: "192.0.2.x"
	ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now(); -- at most once an hour

CREATE TABLE totp (
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	secret bytea NOT NULL, -- sealed for totp.secret:USER
	last_step bigint NOT NULL DEFAULT 0, -- the step of the last code that was taken; no earlier one counts
	created_at timestamptz NOT NULL DEFAULT now(),
	confirmed_at timestamptz -- NULL: waits for the first code, two-step sign-in is off
);

CREATE TABLE recovery_code (
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
	used_at timestamptz,
	PRIMARY KEY (user_id, code_hash)
);

-- A right password that waits for its code. No session, and over soon.
CREATE TABLE sign_in_step (
	token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	attempts smallint NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_step_user_id ON sign_in_step (user_id);
CREATE INDEX sign_in_step_expires_at ON sign_in_step (expires_at);
