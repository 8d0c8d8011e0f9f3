-- What the admin pages show of jobs. None reads a payload. Rows of the hot table are looked at up to a number from the
-- front of each lane, where the running ones and the oldest are: so that a long queue costs no more than a short one.

-- name: job_watch_queues :many
-- args: cap int4
-- cols: name text, weight int2, max_running int4, paused_until timestamptz, forever bool, reason text, trips int2, breaker_until timestamptz, ready int8, running int8, later int8, dead int8, oldest_at timestamptz
WITH l AS (SELECT x.queue, count(*) AS n FROM (SELECT queue FROM job_later LIMIT $1) x GROUP BY x.queue),
k AS (SELECT x.queue, count(*) AS n FROM (SELECT queue FROM job_dead LIMIT $1) x GROUP BY x.queue)
SELECT q.name, q.weight, q.max_running, nullif(q.paused_until, 'infinity') AS paused_until,
	coalesce(q.paused_until = 'infinity', false) AS forever, q.pause_reason AS reason, q.breaker_trips AS trips,
	q.breaker_until, j.ready, j.running, coalesce(l.n, 0) AS later, coalesce(k.n, 0) AS dead, j.oldest_at
FROM job_queue q
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE x.runner IS NULL) AS ready, count(x.runner) AS running,
		min(x.ready_at) FILTER (WHERE x.runner IS NULL) AS oldest_at
	FROM (VALUES (0::int2), (10::int2), (20::int2)) p (priority)
	CROSS JOIN LATERAL (SELECT runner, ready_at FROM job
		WHERE queue = q.id AND priority = p.priority ORDER BY id LIMIT $1) x) j
LEFT JOIN l ON l.queue = q.id LEFT JOIN k ON k.queue = q.id ORDER BY q.name

-- name: job_watch_running :many
-- args: queue text, cap int4, limit int4
-- cols: id int8, queue text, kind text, priority int2, attempt int2, since timestamptz, runner int4, worker int4, host text, pid int4
SELECT x.id, q.name AS queue, x.kind, p.priority, x.attempt, x.claimed_at AS since, x.runner, x.worker, r.host, r.pid
FROM job_queue q
CROSS JOIN (VALUES (0::int2), (10::int2), (20::int2)) p (priority)
CROSS JOIN LATERAL (SELECT id, kind, attempt, claimed_at, runner, worker FROM job
	WHERE queue = q.id AND priority = p.priority ORDER BY id LIMIT $2) x
LEFT JOIN job_runner r ON r.id = x.runner
WHERE x.runner IS NOT NULL AND ($1 IS NULL OR q.name = $1)
ORDER BY x.claimed_at, x.id LIMIT $3

-- In the order of queue, priority and number, behind a place in it.
-- name: job_watch_ready :many
-- args: queue text, after_queue int2, after_priority int2, after_id int8, limit int4
-- cols: id int8, queue_id int2, queue text, kind text, priority int2, attempt int2, since timestamptz
SELECT x.id, x.queue AS queue_id, q.name AS queue, x.kind, x.priority, x.attempt, x.ready_at AS since
FROM job x JOIN job_queue q ON q.id = x.queue
WHERE x.runner IS NULL AND (x.queue, x.priority, x.id) > ($2, $3, $4)
	AND ($1 IS NULL OR x.queue = (SELECT id FROM job_queue WHERE name = $1))
ORDER BY x.queue, x.priority, x.id LIMIT $5

-- name: job_watch_later :many
-- args: queue text, after_at timestamptz, after_id int8, limit int4
-- cols: id int8, queue text, kind text, priority int2, attempt int2, due_at timestamptz, error text
SELECT x.id, q.name AS queue, x.kind, x.priority, x.attempt, x.run_at AS due_at, x.last_error AS error
FROM job_later x JOIN job_queue q ON q.id = x.queue
WHERE ($2 IS NULL OR (x.run_at, x.id) > ($2, $3)) AND ($1 IS NULL OR q.name = $1)
ORDER BY x.run_at, x.id LIMIT $4

-- name: job_watch_dead :many
-- args: queue text, before_at timestamptz, before_id int8, limit int4
-- cols: id int8, queue text, kind text, priority int2, attempt int2, died_at timestamptz, error text
SELECT x.id, q.name AS queue, x.kind, x.priority, x.attempt, x.died_at, x.last_error AS error
FROM job_dead x JOIN job_queue q ON q.id = x.queue
WHERE ($2 IS NULL OR (x.died_at, x.id) < ($2, $3)) AND ($1 IS NULL OR q.name = $1)
ORDER BY x.died_at DESC, x.id DESC LIMIT $4

-- Where a job is, for what is said when nothing could be done to it.
-- name: job_watch_state :many
-- args: id int8
-- cols: state text, kind text
SELECT CASE WHEN runner IS NULL THEN 'ready' ELSE 'running' END AS state, kind FROM job WHERE id = $1
UNION ALL SELECT 'waiting', kind FROM job_later WHERE id = $1
UNION ALL SELECT 'dead', kind FROM job_dead WHERE id = $1

-- name: job_watch_runners :many
-- args: limit int4
-- cols: id int4, host text, pid int4, workers int4, draining bool, started_at timestamptz, beat_at timestamptz, now timestamptz
SELECT id, host, pid, workers, draining, started_at, beat_at, clock_timestamp() AS now
FROM job_runner ORDER BY started_at, id LIMIT $1
