-- When members' calendars are made right. What a sync does: sync_run.sql.

-- No row: the member has no calendar that could be written to. A sync that runs goes on.
-- name: sync_ask :many
-- args: user_id int8, changed bool, pressed bool
-- cols: asked int8
INSERT INTO sync_state AS s (user_id, pressed_at)
SELECT $1, CASE WHEN $3 THEN clock_timestamp() END WHERE EXISTS (
	SELECT FROM calendar_link l WHERE l.user_id = $1 AND l.sink <> 'ics' AND l.state = 'ok')
ON CONFLICT (user_id) DO UPDATE SET
	asked = s.asked + 1, asked_at = clock_timestamp(), version = s.version + $2::int,
	pressed_at = coalesce(excluded.pressed_at, s.pressed_at),
	status = CASE WHEN s.status = 'syncing' THEN s.status ELSE 'queued' END
RETURNING asked;

-- A sync that waits for a later time comes at once.
-- name: sync_hasten :exec
-- args: key text
UPDATE job_later l SET run_at = clock_timestamp()
  FROM job_unique u JOIN job_queue q ON q.id = u.queue
 WHERE q.name = 'sync' AND u.key = $1 AND l.id = u.job AND l.run_at > clock_timestamp();

-- After contests of a platform have changed: the members who have chosen it and have a calendar, one
-- after another at that distance, behind those whom another fetch has put in line: its row of bucket
-- tells where the line ends. First the member's row, then the job's key, as everywhere else.
-- name: sync_ask_concerned :one :long
-- args: platform_bit int4, gap_us int8
-- cols: n int8
WITH asked AS (
	INSERT INTO sync_state AS s (user_id, status)
	SELECT u.id, 'success' FROM app_user u
	WHERE NOT u.disabled AND u.deleted_at IS NULL AND (u.platforms = 0 OR u.platforms & $1 <> 0)
		AND u.id IN (SELECT l.user_id FROM calendar_link l WHERE l.sink <> 'ics' AND l.state = 'ok')
	ORDER BY u.id
	ON CONFLICT (user_id) DO UPDATE SET asked = s.asked + 1, asked_at = clock_timestamp()
	RETURNING user_id
), u AS (
	INSERT INTO job_unique (queue, key, job)
	SELECT q.id, 'sync:' || a.user_id, nextval('job_id') FROM asked a, job_queue q WHERE q.name = 'sync'
	ON CONFLICT DO NOTHING RETURNING queue, key, job
), n AS (
	SELECT make_interval(secs => count(*) * $2 / 1000000.0) AS takes FROM u
), b AS (
	INSERT INTO bucket AS b (name, free_at, taken, wait_us)
	SELECT 'sync', clock_timestamp() + n.takes, true, 0 FROM n
	ON CONFLICT (name) DO UPDATE SET free_at = greatest(b.free_at, clock_timestamp()) + (SELECT takes FROM n)
	RETURNING free_at
), j AS (
	INSERT INTO job_later (id, run_at, queue, priority, kind, payload, unique_key)
	SELECT u.job, b.free_at - n.takes
			+ make_interval(secs => (row_number() OVER (ORDER BY hashtext(u.key)) - 1) * $2 / 1000000.0),
		u.queue, 20, 'calendar.sync', json_build_object('user', substr(u.key, 6)::int8), u.key
	FROM u, n, b
)
SELECT count(*) AS n FROM asked;

-- What was asked for long ago and has no job, and calendars that have been left alone long enough.
-- name: sync_behind :many
-- args: asked_before timestamptz
-- cols: user_id int8
WITH woken AS (
	UPDATE calendar_link SET stopped_until = NULL, reason = NULL
	WHERE state = 'ok' AND stopped_until < clock_timestamp() RETURNING user_id
), behind AS (
	SELECT s.user_id FROM sync_state s
	WHERE s.asked > s.done AND s.asked_at < $1 AND NOT EXISTS (
		SELECT FROM job_unique u JOIN job_queue q ON q.id = u.queue
		WHERE q.name = 'sync' AND u.key = 'sync:' || s.user_id)
	LIMIT 1000
)
SELECT user_id FROM behind UNION SELECT user_id FROM woken;

-- What is over for long is forgotten.
-- name: sync_purge :exec :long
-- args: keep_days int4
WITH runs AS (
	DELETE FROM sync_run WHERE began_at < now() - make_interval(days => $1)
)
DELETE FROM synced_event WHERE end_at < now() - make_interval(days => $1);
