-- How the sources of contests are doing.

-- The row lock makes the fetches of one platform take turns.
-- name: source_lock :one
-- args: platform text
-- cols: last_success_at timestamptz, zero_streak int4
SELECT last_success_at, zero_streak FROM source WHERE platform = $1 FOR NO KEY UPDATE;

-- name: source_succeeded :exec
-- args: platform text, tried timestamptz, now timestamptz, rows int4, skipped int4, zeros int4
-- args: note text, next timestamptz
UPDATE source
SET last_try_at = $2, last_success_at = $3, failing_since = NULL, fail_streak = 0,
	n_rows = $4, n_skipped = $5, zero_streak = $6, note = $7, next_fetch_at = $8
WHERE platform = $1;

-- name: source_failed :one
-- args: platform text, tried timestamptz, error text, detail text
-- cols: fail_streak int4
UPDATE source
SET last_try_at = $2, failing_since = coalesce(failing_since, $2),
	fail_streak = fail_streak + 1, last_error = $3, last_error_at = $2, last_error_detail = $4
WHERE platform = $1 AND (last_success_at IS NULL OR last_success_at <= $2)
RETURNING fail_streak;

-- name: source_postpone :exec
-- args: platform text, next timestamptz
UPDATE source SET next_fetch_at = $2 WHERE platform = $1;

-- Due sources; their time is moved ahead at once, so that a lost job is made good later.
-- name: source_take_due :many
-- args: now timestamptz, next timestamptz
-- cols: platform text
UPDATE source SET next_fetch_at = $2 WHERE next_fetch_at <= $1 RETURNING platform;
