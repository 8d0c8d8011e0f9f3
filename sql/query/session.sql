-- Browsers that are signed in.

-- name: session_find :one :read
-- args: token_hash bytea
-- cols: position int8, is_stale bool, id int8, email text, name text, roles int2, platforms int2
SELECT position, seen_at < now() - interval '1 hour' AS is_stale, user_id AS id, email, name, roles, platforms
  FROM session WHERE token_hash = $1 AND expires_at > now() AND NOT disabled

-- name: session_start :exec
-- args: token_hash bytea, user_id int8, keep_s int8, agent text, address text
INSERT INTO session (token_hash, user_id, expires_at, agent, address)
VALUES ($1, $2, now() + make_interval(secs => $3), $4, $5)

-- name: session_end :exec
-- args: token_hash bytea
DELETE FROM session WHERE token_hash = $1

-- Of browsers and of programs.
-- name: session_end_all :exec
-- args: user_id int8
WITH programs AS (DELETE FROM refresh_family WHERE user_id = $1)
DELETE FROM session WHERE user_id = $1

-- What the member can be asked for once more. Fresh: he has shown who he is within ten minutes.
-- name: session_proof :one :read
-- args: token_hash bytea
-- cols: has_password bool, is_fresh bool
SELECT u.password_hash IS NOT NULL AS has_password, s.created_at > now() - interval '10 minutes' AS is_fresh
  FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = $1

-- name: session_end_others :exec
-- args: user_id int8, token_hash bytea
WITH programs AS (DELETE FROM refresh_family WHERE user_id = $1)
DELETE FROM session WHERE user_id = $1 AND token_hash <> $2

-- name: session_end_one :exec
-- args: user_id int8, id uuid
DELETE FROM session WHERE user_id = $1 AND id = $2

-- name: session_list :many :read
-- args: user_id int8, token_hash bytea
-- cols: id uuid, agent text, address text, created_at timestamptz, seen_at timestamptz, is_this bool
SELECT id, agent, address, created_at, seen_at, token_hash = $2 AS is_this
  FROM session WHERE user_id = $1 AND expires_at > now() ORDER BY is_this DESC, seen_at DESC, id

-- Two requests at once: the second finds it done.
-- name: session_seen :exec
-- args: token_hash bytea, address text
UPDATE session SET seen_at = now(), address = $2
 WHERE token_hash = $1 AND seen_at < now() - interval '1 hour'

-- name: session_keep_position :exec
-- args: token_hash bytea, position int8
UPDATE session SET position = $2 WHERE token_hash = $1

-- A few at each sign-in, so that there is never much to do.
-- name: session_purge :exec
DELETE FROM session
 WHERE token_hash IN (SELECT token_hash FROM session WHERE expires_at < now()
                       ORDER BY expires_at LIMIT 100)
