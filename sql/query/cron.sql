-- Jobs by the clock. Whoever locks a due row makes its job and moves it on, in one transaction.

-- An operator's own schedule is kept; one that was never touched follows the program.
-- name: cron_ensure :exec
-- args: name text, schedule text, zone text, kind text, priority int2, payload json, key text
INSERT INTO job_cron AS c (name, schedule, zone, default_schedule, default_zone, kind, priority, payload, unique_key)
VALUES ($1, $2, $3, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO UPDATE SET
	schedule = CASE WHEN c.schedule = c.default_schedule THEN excluded.schedule ELSE c.schedule END,
	zone = CASE WHEN c.zone = c.default_zone THEN excluded.zone ELSE c.zone END,
	next_at = CASE WHEN c.schedule = c.default_schedule AND c.schedule <> excluded.schedule
		OR c.zone = c.default_zone AND c.zone <> excluded.zone THEN NULL ELSE c.next_at END,
	default_schedule = excluded.default_schedule, default_zone = excluded.default_zone,
	kind = excluded.kind, priority = excluded.priority, payload = excluded.payload, unique_key = excluded.unique_key
WHERE (c.default_schedule, c.default_zone, c.kind, c.priority, c.payload::text, c.unique_key)
	IS DISTINCT FROM (excluded.default_schedule, excluded.default_zone, excluded.kind, excluded.priority,
		excluded.payload::text, excluded.unique_key);

-- name: cron_due :many
-- cols: name text, schedule text, zone text, kind text, priority int2, payload json, key text, is_new bool, now timestamptz
SELECT name, schedule, zone, kind, priority, payload, coalesce(unique_key, 'cron:' || name) AS key,
	next_at IS NULL AS is_new, clock_timestamp() AS now
FROM job_cron WHERE enabled AND (next_at IS NULL OR next_at <= now())
ORDER BY next_at NULLS FIRST LIMIT 20 FOR UPDATE SKIP LOCKED;

-- name: cron_advance :exec
-- args: name text, next_at timestamptz, fired bool
UPDATE job_cron SET next_at = $2, last_at = CASE WHEN $3 THEN now() ELSE last_at END WHERE name = $1;

-- Asked before cron_due, so that no transaction is begun for nothing. NULL: nothing is planned.
-- name: cron_next :one
-- cols: in_ms int8
SELECT CASE WHEN bool_or(next_at IS NULL) THEN 0
	ELSE ceil(extract(epoch FROM min(next_at) - now()) * 1000)::int8 END AS in_ms
FROM job_cron WHERE enabled;

-- For the operator: a schedule that is off has no next tick.
-- name: cron_list :many
-- cols: name text, schedule text, zone text, kind text, enabled bool, last_at timestamptz, next_at timestamptz
SELECT name, schedule, zone, kind, enabled, last_at, CASE WHEN enabled THEN next_at END AS next_at
FROM job_cron ORDER BY name;

-- What passed while it was off is not made up for: the next tick is computed anew.
-- name: cron_switch :many
-- args: name text, enabled bool
-- cols: changed bool
WITH was AS (SELECT enabled FROM job_cron WHERE name = $1 FOR UPDATE),
	changed AS (UPDATE job_cron SET enabled = $2, next_at = NULL WHERE name = $1 AND enabled <> $2)
SELECT was.enabled <> $2 AS changed FROM was;
