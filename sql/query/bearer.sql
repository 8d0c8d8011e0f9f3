-- Requests of programs: refresh tokens, and tokens that members make by hand.

-- Whose access token it is; none once the family has ended.
-- name: bearer_family :one :read
-- args: family_id int8, user_id int8
-- cols: id int8, email text, name text, roles int2
SELECT u.id, u.email, u.name, u.roles
  FROM refresh_family f JOIN app_user u ON u.id = f.user_id
 WHERE f.id = $1 AND f.user_id = $2 AND f.expires_at > now() AND NOT u.disabled AND u.deleted_at IS NULL

-- name: bearer_api_token :one :read
-- args: token_hash bytea
-- cols: token_id int8, scopes int4, used bool, id int8, email text, name text, roles int2
SELECT t.id AS token_id, t.scopes, coalesce(t.last_used_at > now() - interval '1 minute', false) AS used,
	u.id, u.email, u.name, u.roles
  FROM api_token t JOIN app_user u ON u.id = t.user_id
 WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND NOT u.disabled
   AND u.deleted_at IS NULL

-- name: api_token_used :exec
-- args: id int8
UPDATE api_token SET last_used_at = now() WHERE id = $1

-- name: api_token_add :one
-- args: user_id int8, name text, token_hash bytea, scopes int4, keep_s int8
-- cols: id int8, expires_at timestamptz
INSERT INTO api_token (user_id, name, token_hash, scopes, expires_at)
VALUES ($1, $2, $3, $4, CASE WHEN $5 > 0 THEN now() + make_interval(secs => $5) END)
RETURNING id, expires_at

-- Counted under a lock on the account, so that two at once do not pass the limit.
-- name: api_token_count :one
-- args: user_id int8
-- cols: n int8
SELECT (SELECT count(*) FROM api_token t WHERE t.user_id = u.id) AS n FROM app_user u WHERE u.id = $1 FOR UPDATE

-- name: api_token_list :many :read
-- args: user_id int8
-- cols: id int8, name text, scopes int4, created_at timestamptz, expires_at timestamptz, last_used_at timestamptz
SELECT id, name, scopes, created_at, expires_at, last_used_at
  FROM api_token WHERE user_id = $1 ORDER BY id DESC

-- name: api_token_end_all :exec
-- args: user_id int8
DELETE FROM api_token WHERE user_id = $1

-- name: api_token_delete :one
-- args: user_id int8, id int8
-- cols: name text
DELETE FROM api_token WHERE user_id = $1 AND id = $2 RETURNING name

-- name: refresh_family_add :one
-- args: user_id int8, keep_s int8, agent text, address text
-- cols: id int8
INSERT INTO refresh_family (user_id, expires_at, agent, address)
VALUES ($1, now() + make_interval(secs => $2), $3, $4) RETURNING id

-- name: refresh_family_used :exec
-- args: id int8, address text
UPDATE refresh_family SET used_at = now(), address = $2 WHERE id = $1

-- Those that can still be refreshed.
-- name: refresh_family_list :many :read
-- args: user_id int8
-- cols: id uuid, agent text, address text, created_at timestamptz, used_at timestamptz
SELECT f.public_id AS id, f.agent, f.address, f.created_at, f.used_at
  FROM refresh_family f
 WHERE f.user_id = $1 AND f.expires_at > now()
   AND EXISTS (SELECT FROM refresh_token t WHERE t.family_id = f.id AND t.expires_at > now())
 ORDER BY f.used_at DESC, f.id

-- name: refresh_family_end :exec
-- args: user_id int8, id uuid
DELETE FROM refresh_family WHERE user_id = $1 AND public_id = $2

-- A sign-in of the last ten minutes.
-- name: refresh_family_fresh :one
-- args: id int8
-- cols: is_fresh bool
SELECT EXISTS (SELECT FROM refresh_family WHERE id = $1 AND created_at > now() - interval '10 minutes') AS is_fresh

-- Repeated without harm: the successor of a token is always the same.
-- name: refresh_token_add :exec
-- args: token_hash bytea, family_id int8, keep_s int8
INSERT INTO refresh_token (token_hash, family_id, expires_at)
SELECT $1, f.id, least(now() + make_interval(secs => $3), f.expires_at) FROM refresh_family f WHERE f.id = $2
    ON CONFLICT (token_hash) DO NOTHING

-- The rows stay locked, so that uses of one family stand in line.
-- name: refresh_find :one
-- args: token_hash bytea
-- cols: family_id int8, user_id int8, good bool, rotated bool, rotated_ms int8, rotated_by bytea, email text, name text
SELECT f.id AS family_id, f.user_id, t.expires_at > now() AND f.expires_at > now() AND NOT u.disabled
		AND u.deleted_at IS NULL AS good,
	t.rotated_at IS NOT NULL AS rotated,
	(extract(epoch FROM clock_timestamp() - t.rotated_at) * 1000)::int8 AS rotated_ms,
	t.rotated_by, u.email, u.name
  FROM refresh_token t JOIN refresh_family f ON f.id = t.family_id JOIN app_user u ON u.id = f.user_id
 WHERE t.token_hash = $1 FOR UPDATE OF t, f

-- name: refresh_fresh :one
-- args: token_hash bytea
-- cols: fresh bool
SELECT EXISTS (SELECT FROM refresh_token WHERE token_hash = $1 AND rotated_at IS NULL AND expires_at > now()) AS fresh

-- name: refresh_rotate :exec
-- args: token_hash bytea, rotated_by bytea
UPDATE refresh_token SET rotated_at = clock_timestamp(), rotated_by = $2 WHERE token_hash = $1

-- name: refresh_end :one
-- args: family_id int8, user_id int8
-- cols: id int8
DELETE FROM refresh_family WHERE id = $1 AND user_id = $2 RETURNING id

-- name: refresh_end_by_token :exec
-- args: token_hash bytea
DELETE FROM refresh_family WHERE id = (SELECT family_id FROM refresh_token WHERE token_hash = $1)

-- A few at each sign-in, so that there is never much to do. A family whose last token is over is over.
-- name: refresh_purge :exec
DELETE FROM refresh_family
 WHERE id IN (SELECT f.id FROM refresh_family f
               WHERE f.expires_at < now()
                  OR NOT EXISTS (SELECT FROM refresh_token t WHERE t.family_id = f.id AND t.expires_at > now())
               ORDER BY f.expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)
