-- The job queue: enqueue, claim, finish, and the runners' housekeeping. What an operator asks is in job_admin.sql.

-- name: job_queue_ensure :exec
-- args: name text, weight int2, max_running int4
INSERT INTO job_queue (name, weight, max_running) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING;

-- is_new: made in this transaction, which may still be undone.
-- name: job_queue_find :many
-- args: name text
-- cols: id int2, is_new bool
SELECT id, coalesce(xmin = pg_current_xact_id_if_assigned()::xid, false) AS is_new FROM job_queue WHERE name = $1;

-- name: job_add :one
-- args: queue int2, priority int2, kind text, payload json
-- cols: id int8
INSERT INTO job (queue, priority, kind, payload) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: job_add_many :exec
-- args: queue int2, priority int2, kind text, payloads text[]
INSERT INTO job (queue, priority, kind, payload)
SELECT $1, $2, $3, p.payload::json FROM unnest($4) AS p (payload);

-- No id: an equal live job exists.
-- name: job_add_unique :one
-- args: queue int2, priority int2, kind text, payload json, key text
-- cols: id int8
WITH u AS (
	INSERT INTO job_unique (queue, key, job) VALUES ($1, $5, nextval('job_id'))
	ON CONFLICT DO NOTHING RETURNING job),
j AS (
	INSERT INTO job (id, queue, priority, kind, payload, unique_key)
	SELECT u.job, $1, $2, $3, $4, $5 FROM u RETURNING id)
SELECT (SELECT j.id FROM j) AS id;

-- The same.
-- name: job_add_later :one
-- args: queue int2, priority int2, kind text, payload json, key text, delay_ms int8
-- cols: id int8
WITH n AS (SELECT nextval('job_id') AS id),
u AS (
	INSERT INTO job_unique (queue, key, job) SELECT $1, $5, n.id FROM n WHERE $5 IS NOT NULL
	ON CONFLICT DO NOTHING RETURNING job),
j AS (
	INSERT INTO job_later (id, run_at, queue, priority, kind, payload, unique_key)
	SELECT n.id, clock_timestamp() + $6 * interval '1 ms', $1, $2, $3, $4, $5 FROM n
	WHERE $5 IS NULL OR EXISTS (SELECT FROM u)
	RETURNING id)
SELECT (SELECT j.id FROM j) AS id;

-- name: job_notify :exec
-- args: text text
SELECT pg_notify('podium_job', $1);

-- Claims of one lane, that is queue and priority. The limit is a literal because a parameter is planned as a tenth of
-- the table; the rows are chosen in an ARRAY because that is evaluated once, while IN (SELECT ... LIMIT) may be
-- evaluated again for each row and claim too many; the comparison of rows keeps the plan on the lane's index. A
-- payload that lies out of line is fetched when its job starts (job_payload).
-- name: job_claim :many :pinned
-- each: 1, 8, 64, 500
-- args: queue int2, priority int2, floor int8, runner int4, worker int4
-- cols: id int8, attempt int2, kind text, payload json, keyed bool, priority int2
UPDATE job SET runner = $4, worker = $5, claimed_at = clock_timestamp(), attempt = attempt + 1
WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM job
	WHERE queue = $1 AND (priority, id) >= ($2, $3) AND priority <= $2 AND runner IS NULL
	ORDER BY priority, id LIMIT :each FOR UPDATE SKIP LOCKED))
RETURNING id, attempt, kind, CASE WHEN pg_column_size(payload) <= 2048 THEN payload END AS payload,
	unique_key IS NOT NULL AS keyed, priority;

-- In front of a claim that need not outlive a crash of the server (model/job_run.h), in the same transaction.
-- name: job_claim_lazily :one :pinned
-- cols: setting text
SELECT set_config('synchronous_commit', 'off', true) AS setting;

-- One job of whichever lane of a queue has any, in order of priority. Later branches are only asked when the earlier
-- ones gave nothing.
-- name: job_claim_any :many :pinned
-- args: queue int2, floor0 int8, floor1 int8, floor2 int8, runner int4, worker int4
-- cols: id int8, attempt int2, kind text, payload json, keyed bool, priority int2
UPDATE job SET runner = $5, worker = $6, claimed_at = clock_timestamp(), attempt = attempt + 1
WHERE ctid = ANY (ARRAY(
	SELECT a.ctid FROM (SELECT ctid FROM job
		WHERE queue = $1 AND (priority, id) >= (0::int2, $2) AND priority <= 0::int2 AND runner IS NULL
		ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED) a
	UNION ALL
	SELECT b.ctid FROM (SELECT ctid FROM job
		WHERE queue = $1 AND (priority, id) >= (10::int2, $3) AND priority <= 10::int2 AND runner IS NULL
		ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED) b
	UNION ALL
	SELECT c.ctid FROM (SELECT ctid FROM job
		WHERE queue = $1 AND (priority, id) >= (20::int2, $4) AND priority <= 20::int2 AND runner IS NULL
		ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED) c
	LIMIT 1))
RETURNING id, attempt, kind, CASE WHEN pg_column_size(payload) <= 2048 THEN payload END AS payload,
	unique_key IS NOT NULL AS keyed, priority;

-- The same for a queue with a limit on its running jobs or with a breaker that is half open: the queue's row is locked
-- first (job_queue_lock, an earlier statement of the same transaction), so that the count below is the newest.
-- name: job_queue_lock :many :pinned
-- args: queue int2
-- cols: id int2
SELECT id FROM job_queue WHERE id = $1 FOR NO KEY UPDATE;

-- fills: no room is left.
-- name: job_claim_limited :many :pinned
-- args: queue int2, priority int2, floor int8, runner int4, worker int4
-- cols: id int8, attempt int2, kind text, payload json, keyed bool, priority int2, fills bool
WITH room AS (
	SELECT CASE WHEN q.breaker_trips > 0 THEN 1 ELSE coalesce(q.max_running, 1000000) END
		- (SELECT count(*) FROM job_slot s WHERE s.queue = $1) AS n
	FROM job_queue q
	WHERE q.id = $1 AND (q.paused_until IS NULL OR q.paused_until <= now())
		AND (q.breaker_until IS NULL OR q.breaker_until <= now())),
c AS (
	UPDATE job SET runner = $4, worker = $5, claimed_at = clock_timestamp(), attempt = attempt + 1
	WHERE EXISTS (SELECT FROM room WHERE n > 0) AND ctid = ANY (ARRAY(
		SELECT ctid FROM job
		WHERE queue = $1 AND (priority, id) >= ($2, $3) AND priority <= $2 AND runner IS NULL
		ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED))
	RETURNING id, attempt, kind, CASE WHEN pg_column_size(payload) <= 2048 THEN payload END AS payload,
		unique_key IS NOT NULL AS keyed, priority),
s AS (INSERT INTO job_slot (runner, worker, queue, job) SELECT $4, $5, $1, c.id FROM c)
SELECT c.id, c.attempt, c.kind, c.payload, c.keyed, c.priority, (SELECT n = 1 FROM room) AS fills FROM c;

-- name: job_slot_free :exec :pinned
-- args: runner int4, worker int4
DELETE FROM job_slot WHERE runner = $1 AND worker = $2;

-- name: job_payload :many :pinned
-- args: queue int2, priority int2, id int8, runner int4, worker int4
-- cols: payload json
SELECT payload FROM job WHERE queue = $1 AND priority = $2 AND id = $3 AND runner = $4 AND worker = $5;

-- name: job_held :many :neutral
-- args: queue int2, priority int2, id int8, runner int4, worker int4
-- cols: id int8
SELECT id FROM job WHERE queue = $1 AND priority = $2 AND id = $3 AND runner = $4 AND worker = $5;

-- Finishing: the fence is (runner, worker), and the rows that the statement changes are the jobs that were still this
-- worker's. least and greatest of the ids keep the search short even if the plan was made when the table was empty: then
-- the ids themselves may be compared row by row. For jobs that have no key and are not kept the shortest statement
-- does: of jobs that do nothing half the cost is a statement's beginning.
-- name: job_done_forget :exec :pinned
-- args: queue int2, priority int2, least int8, greatest int8, ids int8[], runner int4, worker int4
DELETE FROM job
WHERE queue = $1 AND priority = $2 AND id BETWEEN $3 AND $4 AND id = ANY ($5) AND runner = $6 AND worker = $7;

-- One of them, without any list.
-- name: job_done_forget_one :exec :pinned
-- args: queue int2, priority int2, id int8, runner int4, worker int4
DELETE FROM job WHERE queue = $1 AND priority = $2 AND id = $3 AND runner = $4 AND worker = $5;

-- name: job_done_keep :exec :pinned
-- args: queue int2, priority int2, least int8, greatest int8, ids int8[], runner int4, worker int4
WITH d AS (
	DELETE FROM job
	WHERE queue = $1 AND priority = $2 AND id BETWEEN $3 AND $4 AND id = ANY ($5) AND runner = $6 AND worker = $7
	RETURNING id, created_at, claimed_at, queue, attempt, kind)
INSERT INTO job_done (id, created_at, claimed_at, done_at, queue, attempt, kind)
SELECT d.id, d.created_at, d.claimed_at, now(), d.queue, d.attempt, d.kind FROM d;

-- The same for any jobs; n instead of the rows changed.
-- name: job_done_keyed :one :pinned
-- args: queue int2, priority int2, least int8, greatest int8, ids int8[], runner int4, worker int4, keep bool
-- cols: n int8
WITH d AS (
	DELETE FROM job
	WHERE queue = $1 AND priority = $2 AND id BETWEEN $3 AND $4 AND id = ANY ($5) AND runner = $6 AND worker = $7
	RETURNING id, created_at, claimed_at, queue, attempt, kind, unique_key),
u AS (
	DELETE FROM job_unique USING d
	WHERE d.unique_key IS NOT NULL AND job_unique.queue = d.queue AND job_unique.key = d.unique_key
		AND job_unique.job = d.id),
i AS (
	INSERT INTO job_done (id, created_at, claimed_at, done_at, queue, attempt, kind)
	SELECT d.id, d.created_at, d.claimed_at, now(), d.queue, d.attempt, d.kind FROM d WHERE $8)
SELECT count(*) AS n FROM d;

-- A failed run: waits in job_later for wait_ms, or is dead when that is NULL. Then its key is free again, and a job of
-- end_kind is told, if there is one.
-- name: job_fail :one :pinned
-- args: queue int2, priority int2, id int8, runner int4, worker int4, attempt int2, error text, wait_ms int8, end_queue text, end_kind text
-- cols: waiting int8, dead int8
WITH d AS (
	DELETE FROM job
	WHERE queue = $1 AND priority = $2 AND id = $3 AND runner = $4 AND worker = $5 AND attempt = $6
	RETURNING id, created_at, queue, priority, attempt, kind, unique_key, payload),
l AS (
	INSERT INTO job_later (id, created_at, run_at, queue, priority, attempt, kind, unique_key, last_error, payload)
	SELECT d.id, d.created_at, clock_timestamp() + $8 * interval '1 ms', d.queue, d.priority, d.attempt, d.kind,
		d.unique_key, $7, d.payload FROM d WHERE $8 IS NOT NULL RETURNING id),
k AS (
	INSERT INTO job_dead (id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload)
	SELECT d.id, d.created_at, d.queue, d.priority, d.attempt, d.kind, d.unique_key, $7, d.payload
	FROM d WHERE $8 IS NULL RETURNING id),
u AS (
	DELETE FROM job_unique USING d
	WHERE $8 IS NULL AND job_unique.queue = d.queue AND job_unique.key = d.unique_key AND job_unique.job = d.id),
n AS (
	INSERT INTO job (queue, priority, kind, payload)
	SELECT q.id, 10, $10, json_build_object('job', d.id, 'kind', d.kind, 'error', $7, 'payload', d.payload)
	FROM d, job_queue q WHERE $8 IS NULL AND q.name = $9)
SELECT (SELECT count(*) FROM l) AS waiting, (SELECT count(*) FROM k) AS dead;

-- Claims that were not started go back and do not count as attempts.
-- name: job_return :exec :pinned
-- args: queue int2, priority int2, least int8, greatest int8, ids int8[], runner int4, worker int4
UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL, attempt = attempt - 1
WHERE queue = $1 AND priority = $2 AND id BETWEEN $3 AND $4 AND id = ANY ($5) AND runner = $6 AND worker = $7;

-- The same for whatever a runner's dead workers still hold: claims whose answer they did not live to read.
-- name: job_return_lost :many
-- args: runner int4, live int4[], newest int4
-- cols: queue int2, priority int2, id int8
WITH s AS (DELETE FROM job_slot WHERE runner = $1 AND worker <= $3 AND worker <> ALL ($2))
UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL, attempt = attempt - 1
WHERE runner = $1 AND worker <= $3 AND worker <> ALL ($2)
RETURNING queue, priority, id;

-- Jobs and slots of runners that are no more, should a claim have been committed after its runner was given up.
-- name: job_return_strays :many
-- cols: queue int2, priority int2, id int8
WITH s AS (DELETE FROM job_slot WHERE NOT EXISTS (SELECT FROM job_runner r WHERE r.id = job_slot.runner))
UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL
WHERE runner IS NOT NULL AND NOT EXISTS (SELECT FROM job_runner r WHERE r.id = job.runner)
RETURNING queue, priority, id;

-- name: job_runner_add :one
-- args: host text, pid int4, workers int4
-- cols: id int4
INSERT INTO job_runner (host, pid, workers) VALUES ($1, $2, $3) RETURNING id;

-- No row: this runner was given up and its jobs run elsewhere.
-- name: job_runner_beat :many
-- args: id int4, draining bool
-- cols: id int4
UPDATE job_runner SET beat_at = clock_timestamp(), draining = $2 WHERE id = $1 RETURNING id;

-- The runner itself says that none of its workers lives any more.
-- name: job_runner_leave :many
-- args: id int4
-- cols: queue int2, priority int2, id int8
WITH r AS (DELETE FROM job_runner WHERE id = $1), s AS (DELETE FROM job_slot WHERE runner = $1)
UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL WHERE runner = $1
RETURNING queue, priority, id;

-- Gives up the runners that have been silent too long. Their jobs keep the attempt: one of them may have been the cause.
-- name: job_runner_reap :many
-- args: silent_ms int8
-- cols: queue int2, priority int2, id int8
WITH r AS (
	DELETE FROM job_runner
	WHERE beat_at < clock_timestamp() - $1 * interval '1 ms' AND id = ANY (ARRAY(
		SELECT id FROM job_runner WHERE beat_at < clock_timestamp() - $1 * interval '1 ms'
		FOR UPDATE SKIP LOCKED))
	RETURNING id),
s AS (DELETE FROM job_slot USING r WHERE job_slot.runner = r.id)
UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL FROM r WHERE job.runner = r.id
RETURNING job.queue, job.priority, job.id;

-- Whether anybody is silent; job_runner_reap scans the table of jobs and is not run for nothing.
-- name: job_runner_silent :one
-- args: silent_ms int8
-- cols: n int8
SELECT count(*) AS n FROM job_runner WHERE beat_at < clock_timestamp() - $1 * interval '1 ms';

-- name: job_promote :many :pinned
-- args: floor timestamptz
-- cols: queue int2, priority int2, id int8
WITH d AS (
	DELETE FROM job_later WHERE ctid = ANY (ARRAY(
		SELECT ctid FROM job_later WHERE run_at >= $1 AND run_at <= now()
		ORDER BY run_at LIMIT 1000 FOR UPDATE SKIP LOCKED))
	RETURNING id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload)
INSERT INTO job (id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload)
SELECT d.id, d.created_at, d.queue, d.priority, d.attempt, d.kind, d.unique_key, d.last_error, d.payload FROM d
RETURNING queue, priority, id;

-- floor: where the next call may begin. in_ms is NULL when nothing waits.
-- name: job_next_due :one :pinned
-- args: floor timestamptz
-- cols: floor timestamptz, in_ms int8
SELECT least(min(run_at), now()) AS floor, ceil(extract(epoch FROM min(run_at) - now()) * 1000)::int8 AS in_ms
FROM job_later WHERE run_at >= $1;

-- What a runner has to know of each queue, and the first ready job of each of its lanes.
-- name: job_look :many :pinned
-- cols: id int2, name text, weight int2, max_running int4, paused bool, trips int2, id0 int8, id1 int8, id2 int8, age0_ms int8, age1_ms int8, age2_ms int8
SELECT q.id, q.name, q.weight, coalesce(q.max_running, 0) AS max_running,
	coalesce(q.paused_until > now(), false) OR coalesce(q.breaker_until > now(), false) AS paused,
	q.breaker_trips AS trips, a.id AS id0, b.id AS id1, c.id AS id2,
	(extract(epoch FROM now() - a.ready_at) * 1000)::int8 AS age0_ms,
	(extract(epoch FROM now() - b.ready_at) * 1000)::int8 AS age1_ms,
	(extract(epoch FROM now() - c.ready_at) * 1000)::int8 AS age2_ms
FROM job_queue q
LEFT JOIN LATERAL (SELECT j.id, j.ready_at FROM job j WHERE j.queue = q.id AND j.priority = 0 AND j.runner IS NULL
	ORDER BY j.priority, j.id LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT j.id, j.ready_at FROM job j WHERE j.queue = q.id AND j.priority = 10 AND j.runner IS NULL
	ORDER BY j.priority, j.id LIMIT 1) b ON true
LEFT JOIN LATERAL (SELECT j.id, j.ready_at FROM job j WHERE j.queue = q.id AND j.priority = 20 AND j.runner IS NULL
	ORDER BY j.priority, j.id LIMIT 1) c ON true
ORDER BY q.id;

-- Numbers for /health and /metrics; counting stops at cap, for what waits and what is dead at cap over all queues.
-- name: job_depth :many :pinned
-- args: cap int8
-- cols: id int2, ready int8, later int8, dead int8
WITH l AS (SELECT x.queue, count(*) AS n FROM (SELECT queue FROM job_later LIMIT $1) x GROUP BY x.queue),
k AS (SELECT x.queue, count(*) AS n FROM (SELECT queue FROM job_dead LIMIT $1) x GROUP BY x.queue)
SELECT q.id,
	(SELECT count(*) FROM (SELECT 1 FROM job j WHERE j.queue = q.id AND j.runner IS NULL LIMIT $1) x) AS ready,
	coalesce(l.n, 0) AS later, coalesce(k.n, 0) AS dead
FROM job_queue q LEFT JOIN l ON l.queue = q.id LEFT JOIN k ON k.queue = q.id ORDER BY q.id;

-- name: job_done_tend :one :long
-- args: keep_days int4
-- cols: changed int4
SELECT job_done_tend($1) AS changed;

-- name: job_dead_purge :exec :long
-- args: keep_days int4
DELETE FROM job_dead WHERE died_at < now() - $1 * interval '1 day';

-- Keys whose job is nowhere: none, unless somebody deleted jobs by hand.
-- name: job_unique_purge :exec :long
DELETE FROM job_unique u
WHERE NOT EXISTS (SELECT FROM job j WHERE j.queue = u.queue AND j.id = u.job)
	AND NOT EXISTS (SELECT FROM job_later l WHERE l.id = u.job);
