-- What people ask about jobs, and do to them.

-- state: ready, running, later, dead, done, or NULL for all but done. at: since when ready or running, when due, when
-- it died or was done.
-- name: job_list :many
-- args: state text, queue text, limit int4
-- cols: id int8, state text, queue text, priority int2, kind text, attempt int2, at timestamptz, error text
SELECT x.id, x.state, q.name AS queue, x.priority, x.kind, x.attempt, x.at, x.error
FROM job_queue q JOIN LATERAL (
	(SELECT id, 'running' AS state, priority, kind, attempt, claimed_at AS at, NULL AS error FROM job
		WHERE queue = q.id AND runner IS NOT NULL AND coalesce($1, 'running') = 'running' LIMIT $3)
	UNION ALL
	(SELECT id, 'ready', priority, kind, attempt, ready_at, NULL FROM job
		WHERE queue = q.id AND runner IS NULL AND coalesce($1, 'ready') = 'ready' ORDER BY priority, id LIMIT $3)
	UNION ALL
	(SELECT id, 'later', priority, kind, attempt, run_at, last_error FROM job_later
		WHERE queue = q.id AND coalesce($1, 'later') = 'later' ORDER BY run_at LIMIT $3)
	UNION ALL
	(SELECT id, 'dead', priority, kind, attempt, died_at, last_error FROM job_dead
		WHERE queue = q.id AND coalesce($1, 'dead') = 'dead' ORDER BY died_at DESC LIMIT $3)
	UNION ALL
	(SELECT id, 'done', NULL::int2, kind, attempt, done_at, NULL FROM job_done
		WHERE queue = q.id AND $1 = 'done' ORDER BY done_at DESC LIMIT $3)
) x ON true
WHERE $2 IS NULL OR q.name = $2
LIMIT $3;

-- name: job_show :many
-- args: id int8
-- cols: state text, queue text, priority int2, kind text, attempt int2, created_at timestamptz, at timestamptz, runner int4, key text, error text, payload text
SELECT x.state, q.name AS queue, x.priority, x.kind, x.attempt, x.created_at, x.at, x.runner, x.key, x.error, x.payload
FROM (
	SELECT CASE WHEN runner IS NULL THEN 'ready' ELSE 'running' END AS state, queue, priority, kind, attempt, created_at,
		coalesce(claimed_at, ready_at) AS at, runner, unique_key AS key, last_error AS error, payload::text AS payload
	FROM job WHERE id = $1
	UNION ALL
	SELECT 'later', queue, priority, kind, attempt, created_at, run_at, NULL, unique_key, last_error, payload::text
	FROM job_later WHERE id = $1
	UNION ALL
	SELECT 'dead', queue, priority, kind, attempt, created_at, died_at, NULL, unique_key, last_error, payload::text
	FROM job_dead WHERE id = $1
	UNION ALL
	SELECT 'done', queue, NULL, kind, attempt, created_at, done_at, NULL, NULL, NULL, NULL FROM job_done WHERE id = $1
) x JOIN job_queue q ON q.id = x.queue;

-- A dead job begins anew, a waiting one runs now with the attempts it has had. Nothing happens to others, and to a dead
-- job whose key belongs to a live one by now.
-- name: job_retry :many
-- args: id int8
-- cols: queue text
SELECT x.queue FROM job_revive($1) AS x (queue) WHERE x.queue IS NOT NULL;

-- Away with a job that does not run just now.
-- name: job_discard :many
-- args: id int8
-- cols: queue text
SELECT x.queue FROM job_drop($1) AS x (queue) WHERE x.queue IS NOT NULL;

-- name: job_dead_ids :many
-- args: queue text, limit int4
-- cols: id int8
SELECT k.id FROM job_dead k JOIN job_queue q ON q.id = k.queue WHERE q.name = $1 ORDER BY k.id LIMIT $2;

-- name: job_queue_list :many
-- cols: name text, weight int2, max_running int4, paused_until timestamptz, forever bool, reason text, trips int2, breaker_until timestamptz
SELECT name, weight, max_running, nullif(paused_until, 'infinity') AS paused_until,
	coalesce(paused_until = 'infinity', false) AS forever, pause_reason AS reason, breaker_trips AS trips, breaker_until
FROM job_queue ORDER BY name;
