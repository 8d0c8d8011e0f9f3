-- Accounts elsewhere, and visits to their consent pages.

-- name: oauth_state_add :exec
-- args: state_hash bytea, cookie_hash bytea, purpose text, user_id int8, wants_primary bool, back text, keep_s int8
INSERT INTO oauth_state (state_hash, cookie_hash, purpose, user_id, wants_primary, back, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))

-- A few at each start, so that there is never much to do.
-- name: oauth_state_purge :exec
DELETE FROM oauth_state
 WHERE state_hash IN (SELECT state_hash FROM oauth_state WHERE expires_at < now() ORDER BY expires_at LIMIT 100
                       FOR UPDATE SKIP LOCKED)

-- Whoever comes with a state uses it up, whether the rest fits or not.
-- name: oauth_state_take :one
-- args: state_hash bytea
-- cols: cookie_hash bytea, purpose text, user_id int8, wants_primary bool, back text, is_over bool
DELETE FROM oauth_state WHERE state_hash = $1
RETURNING cookie_hash, purpose, user_id, wants_primary, back, expires_at <= now() AS is_over

-- name: identity_find :one :read
-- args: provider text, subject text
-- cols: user_id int8, disabled bool
SELECT i.user_id, u.disabled OR u.deleted_at IS NOT NULL AS disabled
  FROM identity i JOIN app_user u ON u.id = i.user_id
 WHERE i.provider = $1 AND i.subject = $2

-- name: identity_account :one :read
-- args: email text
-- cols: id int8, disabled bool, is_verified bool
SELECT id, disabled OR deleted_at IS NOT NULL AS disabled, email_verified_at IS NOT NULL AS is_verified
  FROM app_user WHERE lower(normalize(email, NFKC)) = lower(normalize($1, NFKC))

-- No row: its address was confirmed meanwhile.
-- name: identity_take_over :one
-- args: user_id int8, email text, name text, handle text
-- cols: id int8
WITH u AS (
	UPDATE app_user
	   SET email = $2, name = $3, handle = $4, zone = '', password_hash = NULL, email_verified_at = now(),
	       failed_count = 0, failed_at = NULL, locked_until = NULL
	 WHERE id = $1 AND email_verified_at IS NULL
	RETURNING id),
r AS (
	DELETE FROM registration USING u WHERE user_id = u.id),
t AS (
	DELETE FROM email_token USING u WHERE user_id = u.id)
SELECT id FROM u

-- name: identity_of_user :one :read
-- args: user_id int8
-- cols: is_verified bool, has_password bool
SELECT email_verified_at IS NOT NULL AS is_verified, password_hash IS NOT NULL AS has_password
  FROM app_user WHERE id = $1 AND deleted_at IS NULL

-- name: identity_add :one
-- args: user_id int8, provider text, subject text, email text
-- cols: id int8
INSERT INTO identity (user_id, provider, subject, email, used_at) VALUES ($1, $2, $3, $4, now()) RETURNING id

-- name: identity_used :exec
-- args: provider text, subject text, email text
UPDATE identity SET used_at = now(), email = $3 WHERE provider = $1 AND subject = $2

-- name: identity_list :many :read
-- args: user_id int8
-- cols: provider text, email text, linked_at timestamptz, used_at timestamptz
SELECT provider, email, linked_at, used_at FROM identity WHERE user_id = $1 ORDER BY provider

-- The account's row is locked, so that two ways in that are taken away at once do not leave none.
-- name: identity_lock :one
-- args: user_id int8
-- cols: has_password bool
SELECT password_hash IS NOT NULL AS has_password FROM app_user WHERE id = $1 AND deleted_at IS NULL FOR UPDATE

-- name: identity_remove :one
-- args: user_id int8, provider text
-- cols: email text
DELETE FROM identity WHERE user_id = $1 AND provider = $2 RETURNING email
