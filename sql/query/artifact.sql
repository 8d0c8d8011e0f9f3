-- What compilers made.

-- A piece, from a place of which the first is 1. used_at is written once an hour at most.
-- name: artifact_find :many
-- args: key bytea, from_byte int4, n int4
-- cols: piece bytea, total int4, build_text text
WITH u AS (
	UPDATE judge_artifact SET used_at = now() WHERE key = $1 AND used_at < now() - interval '1 hour'
)
SELECT substring(sealed FROM $2 FOR $3) AS piece, octet_length(sealed) AS total, build_text
FROM judge_artifact WHERE key = $1

-- name: artifact_known :many
-- args: key bytea
-- cols: build_text text
WITH u AS (
	UPDATE judge_artifact SET used_at = now() WHERE key = $1 AND used_at < now() - interval '1 hour'
)
SELECT build_text FROM judge_artifact WHERE key = $1

-- name: artifact_keep :exec
-- args: key bytea, size int8, sealed bytea, build_text text
INSERT INTO judge_artifact (key, size, sealed, build_text) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING

-- name: artifact_purge :exec :long
-- args: keep_days int4
DELETE FROM judge_artifact WHERE used_at < now() - $1 * interval '1 day'
