-- Accounts elsewhere with which members sign in, and the visits to their consent pages that are not over.

CREATE TABLE identity (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	provider text NOT NULL CHECK (provider IN ('google')),
	subject text NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255), -- the provider's lasting name for a person
	email text NOT NULL CHECK (octet_length(email) <= 254),                -- as the provider said last
	linked_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz,
	UNIQUE (provider, subject),
	UNIQUE (user_id, provider)
);

-- From leaving for the consent page to coming back, once. The code verifier and the nonce are made from the
-- browser's cookie, of which only the hash is here: whoever reads this table can finish nobody's visit.
CREATE TABLE oauth_state (
	state_hash bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
	cookie_hash bytea NOT NULL CHECK (octet_length(cookie_hash) = 32),
	purpose text NOT NULL CHECK (purpose IN ('sign-in', 'link', 'calendar')),
	user_id bigint REFERENCES app_user ON DELETE CASCADE, -- who went there; NULL: a guest, to sign in
	wants_primary boolean NOT NULL DEFAULT false,         -- calendar: events go into the primary one
	back text NOT NULL CHECK (octet_length(back) <= 4096),
	expires_at timestamptz NOT NULL,
	CHECK ((user_id IS NULL) = (purpose = 'sign-in'))
);
CREATE INDEX oauth_state_expires_at ON oauth_state (expires_at);
CREATE INDEX oauth_state_user_id ON oauth_state (user_id);
