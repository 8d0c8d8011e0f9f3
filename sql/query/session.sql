-- Browsers that are signed in.

-- name: session_find :one :read
-- args: token_hash bytea
-- cols: position int8, id int8, email text, name text, roles int2
SELECT s.position, u.id, u.email, u.name, u.roles
  FROM session s JOIN app_user u ON u.id = s.user_id
 WHERE s.token_hash = $1 AND s.expires_at > now() AND NOT u.disabled

-- name: session_start :exec
-- args: token_hash bytea, user_id int8, keep_s int8
INSERT INTO session (token_hash, user_id, expires_at)
VALUES ($1, $2, now() + make_interval(secs => $3))

-- name: session_end :exec
-- args: token_hash bytea
DELETE FROM session WHERE token_hash = $1

-- name: session_end_all :exec
-- args: user_id int8
DELETE FROM session WHERE user_id = $1

-- name: session_keep_position :exec
-- args: token_hash bytea, position int8
UPDATE session SET position = $2 WHERE token_hash = $1

-- A few at each sign-in, so that there is never much to do.
-- name: session_purge :exec
DELETE FROM session
 WHERE token_hash IN (SELECT token_hash FROM session WHERE expires_at < now()
                       ORDER BY expires_at LIMIT 100)
