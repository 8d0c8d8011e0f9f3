-- The cache and its locks while Redis is away or not configured.

-- name: cache_get :one :read :neutral
-- args: key text
-- cols: value bytea
SELECT value FROM cache WHERE key = $1 AND value IS NOT NULL AND expires_at > clock_timestamp()

-- name: cache_set :exec :neutral
-- args: key text, value bytea, ttl_s int8
INSERT INTO cache (key, value, expires_at) VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at

-- name: cache_delete :exec :neutral
-- args: keys text[]
DELETE FROM cache WHERE key = ANY ($1)

-- Keys that Redis may hold an old value of, and the ends that tell whether a row has changed since.
-- name: cache_stale :many
-- args: most int8
-- cols: key text, end_us int8
SELECT key, (extract(epoch FROM expires_at) * 1000000)::int8 AS end_us FROM cache ORDER BY key LIMIT $1

-- name: cache_settled :exec
-- args: keys text[], ends int8[]
DELETE FROM cache c USING unnest($1, $2) AS s (key, end_us)
 WHERE c.key = s.key AND (extract(epoch FROM c.expires_at) * 1000000)::int8 = s.end_us

-- name: cache_purge :exec :long
DELETE FROM cache WHERE expires_at < clock_timestamp()

-- name: cache_lock_purge :exec
DELETE FROM cache_lock WHERE expires_at < clock_timestamp()

-- No row: somebody else holds it.
-- name: cache_lock_take :many :neutral
-- args: name text, token text, ttl_ms int8
-- cols: name text
INSERT INTO cache_lock AS l (name, token, expires_at)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3 / 1000.0))
ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
 WHERE l.expires_at <= clock_timestamp()
RETURNING name

-- name: cache_lock_see :many :neutral
-- args: name text
-- cols: token text
SELECT token FROM cache_lock WHERE name = $1 AND expires_at > clock_timestamp()

-- name: cache_lock_drop :exec :neutral
-- args: name text, token text
DELETE FROM cache_lock WHERE name = $1 AND token = $2
