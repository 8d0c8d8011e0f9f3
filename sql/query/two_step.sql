-- Two-step sign-in: the app's secret, recovery codes, and right passwords that wait for a code.

-- name: two_step_status :one :read
-- args: user_id int8
-- cols: since timestamptz, codes_left int8
SELECT (SELECT confirmed_at FROM totp WHERE user_id = $1) AS since,
       (SELECT count(*) FROM recovery_code WHERE user_id = $1 AND used_at IS NULL) AS codes_left

-- name: two_step_waiting :one :read
-- args: user_id int8, keep_s int8
-- cols: secret bytea
SELECT secret FROM totp
 WHERE user_id = $1 AND confirmed_at IS NULL AND created_at > now() - make_interval(secs => $2)

-- No row if it is on.
-- name: two_step_begin :one
-- args: user_id int8, secret bytea
-- cols: user_id int8
INSERT INTO totp (user_id, secret) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = now()
 WHERE totp.confirmed_at IS NULL
RETURNING user_id

-- The row stays locked: of two answers at once the second sees what the first has used up.
-- name: two_step_lock :one
-- args: user_id int8
-- cols: secret bytea, last_step int8, is_on bool, wait_s int8, email text, name text, now_s int8
SELECT t.secret, t.last_step, t.confirmed_at IS NOT NULL AS is_on,
       ceil(extract(epoch FROM greatest(u.locked_until - now(), interval '0')))::int8 AS wait_s, u.email, u.name,
       floor(extract(epoch FROM clock_timestamp()))::int8 AS now_s
  FROM totp t JOIN app_user u ON u.id = t.user_id
 WHERE t.user_id = $1 AND u.deleted_at IS NULL AND NOT u.disabled
   FOR UPDATE

-- name: two_step_confirm :exec
-- args: user_id int8, step int8
UPDATE totp SET confirmed_at = now(), last_step = $2 WHERE user_id = $1

-- name: two_step_used :exec
-- args: user_id int8, step int8
UPDATE totp SET last_step = $2 WHERE user_id = $1

-- name: two_step_end :exec
-- args: user_id int8
DELETE FROM totp WHERE user_id = $1

-- name: recovery_code_end :exec
-- args: user_id int8
DELETE FROM recovery_code WHERE user_id = $1

-- name: recovery_code_add :exec
-- args: user_id int8, hashes bytea[]
INSERT INTO recovery_code (user_id, code_hash) SELECT $1, unnest($2::bytea[])

-- name: recovery_code_use :exec
-- args: user_id int8, code_hash bytea
UPDATE recovery_code SET used_at = now() WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL

-- name: sign_in_step_add :exec
-- args: token_hash bytea, user_id int8, keep_s int8
INSERT INTO sign_in_step (token_hash, user_id, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))

-- Counts the attempt before it is looked at, so that no haste gives more of them.
-- name: sign_in_step_try :one
-- args: token_hash bytea, tries int2
-- cols: user_id int8
UPDATE sign_in_step SET attempts = attempts + 1
 WHERE token_hash = $1 AND expires_at > now() AND attempts < $2
RETURNING user_id

-- name: sign_in_step_end :exec
-- args: token_hash bytea
DELETE FROM sign_in_step WHERE token_hash = $1

-- A few at each sign-in, so that there is never much to do.
-- name: sign_in_step_purge :exec
DELETE FROM sign_in_step
 WHERE token_hash IN (SELECT token_hash FROM sign_in_step WHERE expires_at < now()
                       ORDER BY expires_at LIMIT 100)

-- name: two_step_passed :exec
-- args: user_id int8
UPDATE app_user SET failed_count = 0, failed_at = NULL, locked_until = NULL WHERE id = $1 AND failed_count > 0
