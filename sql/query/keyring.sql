-- The keys that sign access tokens.

-- Those whose tokens may still be good; the one that signs comes first.
-- name: keyring_list :many :read
-- args: keep_s int8
-- cols: kid text, public text, sealed bytea
SELECT kid, public, sealed FROM signing_key
 WHERE retired_at IS NULL OR retired_at > now() - make_interval(secs => $1)
 ORDER BY retired_at DESC NULLS FIRST

-- name: keyring_lock :one
-- cols: locked void
SELECT pg_advisory_xact_lock(hashtext('podium signing key')) AS locked

-- name: keyring_retire :exec
UPDATE signing_key SET retired_at = now(), sealed = NULL WHERE retired_at IS NULL

-- name: keyring_add :exec
-- args: kid text, public text, sealed bytea
INSERT INTO signing_key (kid, public, sealed) VALUES ($1, $2, $3)

-- name: keyring_purge :exec
-- args: keep_s int8
DELETE FROM signing_key WHERE retired_at < now() - make_interval(secs => $1)
