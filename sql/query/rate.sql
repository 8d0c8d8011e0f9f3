-- Sliding windows while Redis is away or not configured, and the buckets, which are always here.

-- The row is locked before the sub-select reads the clock and the calls, so calls of one key stand in one line.
-- name: rate_take :one
-- args: key text, window_us int8, most int4
-- cols: passed bool, used int8, wait_us int8
INSERT INTO rate_window AS w (key, calls, passed, expires_at)
SELECT $1, CASE WHEN $3 > 0 THEN ARRAY[n.us] ELSE '{}' END, $3 > 0, to_timestamp((n.us + $2) / 1000000.0)
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8 AS us) n
ON CONFLICT (key) DO UPDATE SET (calls, passed, expires_at) = (
	SELECT CASE WHEN cardinality(l.calls) < $3 THEN l.calls || n.us ELSE l.calls END,
	       cardinality(l.calls) < $3,
	       to_timestamp((n.us + $2) / 1000000.0)
	  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8 AS us) n,
	       LATERAL (SELECT ARRAY(SELECT c FROM unnest(w.calls) c WHERE c > n.us - $2 ORDER BY c) AS calls) l)
RETURNING passed, cardinality(calls)::int8 AS used,
	CASE WHEN passed THEN 0 ELSE greatest(1, coalesce(calls[1], 0) + $2 -
		(extract(epoch FROM clock_timestamp()) * 1000000)::int8) END AS wait_us

-- name: rate_purge :exec
DELETE FROM rate_window
 WHERE key IN (SELECT key FROM rate_window WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT 1000
                FOR UPDATE SKIP LOCKED)

-- Takes the first free moment if it is not further away than reach, and then none is free for gap.
-- name: bucket_take :one :neutral
-- args: name text, gap_us int8, reach_us int8
-- cols: taken bool, wait_us int8
INSERT INTO bucket AS b (name, free_at, taken, wait_us)
VALUES ($1, clock_timestamp() + make_interval(secs => $2 / 1000000.0), true, 0)
ON CONFLICT (name) DO UPDATE SET (free_at, taken, wait_us) = (
	SELECT CASE WHEN f.us <= $3
		THEN n.at + make_interval(secs => (f.us + $2) / 1000000.0) ELSE b.free_at END,
	       f.us <= $3, f.us
	  FROM (SELECT clock_timestamp() AS at) n,
	       LATERAL (SELECT greatest(0, (extract(epoch FROM b.free_at - n.at) * 1000000)::int8) AS us) f)
RETURNING taken, wait_us

-- name: bucket_pause :exec
-- args: name text, pause_us int8
INSERT INTO bucket AS b (name, free_at, taken, wait_us)
VALUES ($1, clock_timestamp() + make_interval(secs => $2 / 1000000.0), false, 0)
ON CONFLICT (name) DO UPDATE SET
	free_at = greatest(b.free_at, clock_timestamp() + make_interval(secs => $2 / 1000000.0))

-- name: bucket_rest :many :read
-- args: name text
-- cols: until timestamptz
SELECT free_at AS until FROM bucket WHERE name = $1 AND free_at > clock_timestamp()
