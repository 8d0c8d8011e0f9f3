-- Accounts that people make for themselves: roles as a set, profile and preferences, limits on guessing
-- a password, the links that are sent by mail, and the outbox.

-- ROLE_BIT of lib/model/user.h: member 1, coach 2, creator 4, jury 8, admin 16. Until now each role
-- held those before it.
ALTER TABLE app_user ADD COLUMN roles smallint;
UPDATE app_user SET roles = CASE role WHEN 5 THEN 17 ELSE (1 << role) - 1 END;
ALTER TABLE app_user
	ALTER COLUMN roles SET NOT NULL,
	ALTER COLUMN roles SET DEFAULT 1,
	ADD CHECK (roles BETWEEN 1 AND 31 AND roles & 1 = 1),
	DROP COLUMN role;

ALTER TABLE app_user
	ALTER COLUMN password_hash DROP NOT NULL, -- NULL: entered another way
	ADD COLUMN handle text CHECK (handle ~ '^[A-Za-z0-9_-]{3,30}$'),
	ADD COLUMN bio text NOT NULL DEFAULT '' CHECK (char_length(bio) <= 500),
	ADD COLUMN zone text NOT NULL DEFAULT '' CHECK (octet_length(zone) <= 48), -- '': as the browser says
	ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (octet_length(language) BETWEEN 2 AND 16),
	ADD COLUMN theme text NOT NULL DEFAULT '' CHECK (theme IN ('', 'light', 'dark')),
	ADD COLUMN platforms smallint NOT NULL DEFAULT 0 CHECK (platforms >= 0), -- bit: enum platform; 0: all
	ADD COLUMN notice_min integer NOT NULL DEFAULT 30 CHECK (notice_min BETWEEN 0 AND 40320),
	ADD COLUMN email_verified_at timestamptz,
	ADD COLUMN failed_count integer NOT NULL DEFAULT 0, -- wrong passwords since the last right one
	ADD COLUMN failed_at timestamptz,
	ADD COLUMN locked_until timestamptz,
	ADD COLUMN deleted_at timestamptz; -- personal data is gone, the row stays for others' history

-- Those that exist were made by an operator, who vouched for the address.
UPDATE app_user SET email_verified_at = created_at;

CREATE UNIQUE INDEX app_user_handle ON app_user (lower(handle));

-- The same counting for addresses that have no account, so that nobody can tell them apart. The key is
-- made with a secret of the installation.
CREATE UNLOGGED TABLE sign_in_stranger (
	key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
	failed_count integer NOT NULL,
	failed_at timestamptz NOT NULL,
	locked_until timestamptz
);
CREATE INDEX sign_in_stranger_failed_at ON sign_in_stranger (failed_at);

-- What a link in a mail stands for. Only the hash of the token is kept.
CREATE TABLE email_token (
	token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'change', 'unlock')),
	email text NOT NULL, -- the address that the link proves
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
);
CREATE INDEX email_token_user_id ON email_token (user_id, purpose);
CREATE INDEX email_token_expires_at ON email_token (expires_at);

-- The outbox. The body is sealed, bound to the message id, and wiped when the mail has left.
CREATE TABLE mail (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	message_id text NOT NULL UNIQUE, -- left of the @ in Message-ID: the same at every attempt
	kind text NOT NULL CHECK (octet_length(kind) BETWEEN 1 AND 40),
	recipient text NOT NULL CHECK (octet_length(recipient) BETWEEN 3 AND 254),
	subject text NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 200),
	body bytea,
	-- waiting: to be sent; sent; dead: given up; kept: no SMTP_URL was set when its turn came
	state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead', 'kept')),
	attempts integer NOT NULL DEFAULT 0,
	last_error text,
	created_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz
);
CREATE INDEX mail_created_at ON mail (created_at);
CREATE INDEX mail_state ON mail (state, id) WHERE state <> 'sent';
