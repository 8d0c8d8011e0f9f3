-- Registrations that wait for their address to be confirmed, whose mail it was, and what is known of programs that are
-- signed in.

-- Anybody may register with any address, so what one has registered says nothing about the others: each keeps its own
-- password, and whoever opens the link from the mail says the password of his. Until then the account has none.
CREATE TABLE registration (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
	zone text NOT NULL DEFAULT '' CHECK (octet_length(zone) <= 48),
	password_hash text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX registration_user_id ON registration (user_id, id);

INSERT INTO registration (user_id, name, zone, password_hash)
SELECT id, name, zone, password_hash FROM app_user
 WHERE email_verified_at IS NULL AND password_hash IS NOT NULL AND deleted_at IS NULL;
UPDATE app_user SET password_hash = NULL WHERE email_verified_at IS NULL;

-- Whoever has an account can be found by a handle.
UPDATE app_user SET handle = 'member-' || substr(md5(id || random()::text), 1, 8)
 WHERE handle IS NULL AND deleted_at IS NULL;

-- Whose mail it is, whatever his address was then.
ALTER TABLE mail ADD COLUMN user_id bigint REFERENCES app_user ON DELETE SET NULL;
UPDATE mail SET user_id = u.id FROM app_user u WHERE lower(u.email) = lower(mail.recipient) AND u.deleted_at IS NULL;
CREATE INDEX mail_user_id ON mail (user_id) WHERE user_id IS NOT NULL;

-- A program that is signed in stands in the list of devices.
ALTER TABLE refresh_family
	ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, -- for the list; says nothing of how many there are
	ADD COLUMN agent text NOT NULL DEFAULT '' CHECK (octet_length(agent) <= 120),
	ADD COLUMN address text NOT NULL DEFAULT '' CHECK (octet_length(address) <= 64),
	ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();

-- Orders of mails that still wait, or could not be carried out, name an address: they go with the account. As a
-- function, so that the web processes can do it without seeing payloads.
CREATE FUNCTION account_letters_drop(of_user bigint, of_addresses text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH j AS (
		DELETE FROM job WHERE kind = 'account.letter' AND runner IS NULL
			AND (lower(payload ->> 'email') = ANY (of_addresses) OR payload ->> 'user' = of_user::text)
		RETURNING id),
	l AS (
		DELETE FROM job_later WHERE kind = 'account.letter'
			AND (lower(payload ->> 'email') = ANY (of_addresses) OR payload ->> 'user' = of_user::text)
		RETURNING id),
	d AS (
		DELETE FROM job_dead WHERE kind = 'account.letter'
			AND (lower(payload ->> 'email') = ANY (of_addresses) OR payload ->> 'user' = of_user::text)
		RETURNING id)
	SELECT (SELECT count(*) FROM j) + (SELECT count(*) FROM l) + (SELECT count(*) FROM d)
$$;
