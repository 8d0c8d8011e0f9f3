-- Coming to an account, and back into it.

-- Registrations of one address stand beside each other until one of them is confirmed: none takes away another's password.
-- Of many the newest are kept. The account gets its handle with its confirmation: one that is taken at once would tell
-- whoever looks for it whether the address was free.
-- name: signup_add :exec
-- args: email text, name text, password_hash text, zone text, most int8
WITH u AS (
	INSERT INTO app_user (email, name, zone) VALUES ($1, $2, $4)
	ON CONFLICT (lower(normalize(email, NFKC))) DO UPDATE SET email = app_user.email
	 WHERE app_user.email_verified_at IS NULL AND NOT app_user.disabled AND app_user.deleted_at IS NULL
	RETURNING id),
gone AS (
	DELETE FROM registration WHERE id IN (
		SELECT r.id FROM registration r JOIN u ON r.user_id = u.id ORDER BY r.id DESC OFFSET greatest($5 - 1, 0)))
INSERT INTO registration (user_id, name, zone, password_hash) SELECT u.id, $2, $4, $3 FROM u

-- name: signup_waiting :many
-- args: user_id int8
-- cols: name text, zone text, password_hash text
SELECT name, zone, password_hash FROM registration WHERE user_id = $1 ORDER BY id DESC

-- The registration whose password was said becomes the account; the others were somebody else's.
-- name: signup_confirmed :exec
-- args: id int8, name text, handle text, zone text, password_hash text
WITH gone AS (DELETE FROM registration WHERE user_id = $1)
UPDATE app_user
   SET name = $2, handle = $3, zone = $4, password_hash = $5, email_verified_at = now(), failed_count = 0,
       failed_at = NULL, locked_until = NULL
 WHERE id = $1 AND email_verified_at IS NULL

-- name: signup_user :one
-- args: id int8
-- cols: email text, name text
SELECT email, name FROM app_user WHERE id = $1 AND deleted_at IS NULL AND NOT disabled

-- The letters of an address are written one after the other, so that each counts those before it.
-- name: letter_hold :one
-- args: email text
-- cols: held bool
SELECT pg_advisory_xact_lock(hashtext('letter ' || lower(normalize($1, NFKC)))) IS NOT NULL AS held

-- The account that an address has, and how many mails went to the address in an hour.
-- name: letter_to :one
-- args: email text
-- cols: id int8, email text, name text, disabled bool, verified bool, recent int8
SELECT u.id, u.email, u.name, u.disabled, u.email_verified_at IS NOT NULL AS verified,
       (SELECT count(*) FROM mail WHERE lower(recipient) = lower($1) AND kind LIKE 'account.%'
           AND created_at > now() - interval '1 hour') AS recent
  FROM (VALUES (1)) AS one (n)
  LEFT JOIN app_user u ON lower(normalize(u.email, NFKC)) = lower(normalize($1, NFKC)) AND u.deleted_at IS NULL

-- name: email_token_drop :exec
-- args: user_id int8, purpose text
DELETE FROM email_token WHERE user_id = $1 AND purpose = $2

-- name: email_token_add :exec
-- args: token_hash bytea, user_id int8, purpose text, email text, keep_s int8
INSERT INTO email_token (token_hash, user_id, purpose, email, expires_at)
VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))

-- name: email_token_read :one
-- args: token_hash bytea, purpose text
-- cols: user_id int8, name text, email text, new_email text
SELECT t.user_id, u.name, u.email, t.email AS new_email
  FROM email_token t JOIN app_user u ON u.id = t.user_id
 WHERE t.token_hash = $1 AND t.purpose = $2 AND t.expires_at > now() AND NOT u.disabled AND u.deleted_at IS NULL

-- Of two that use a link at once one finds it gone.
-- name: email_token_use :one
-- args: token_hash bytea, purpose text
-- cols: user_id int8
DELETE FROM email_token WHERE token_hash = $1 AND purpose = $2 AND expires_at > now() RETURNING user_id

-- By a link that chooses a new password: what was registered counts for nothing then.
-- name: signup_verified :exec
-- args: id int8, handle text
WITH gone AS (DELETE FROM registration WHERE user_id = $1)
UPDATE app_user
   SET email_verified_at = coalesce(email_verified_at, now()), handle = coalesce(handle, $2), failed_count = 0,
       failed_at = NULL, locked_until = NULL
 WHERE id = $1

-- name: signup_purge :one :long
-- args: keep_days int4, most int4
-- cols: n int8
SELECT account_drop_unconfirmed($1, $2) AS n

-- name: signup_set_email :one
-- args: id int8, email text
-- cols: id int8
UPDATE app_user SET email = $2, email_verified_at = now() WHERE id = $1 RETURNING id
