-- What one sync reads and writes down.

-- No row: the member has never had a calendar.
-- name: sync_look :many :read
-- args: user_id int8
-- cols: asked int8, version int8, contests_at timestamptz
SELECT s.asked, s.version, (SELECT max(c.changed_at) FROM external_contest c) AS contests_at
  FROM sync_state s WHERE s.user_id = $1;

-- name: sync_member :many :replica
-- args: user_id int8
-- cols: platforms int2, notice_min int4, active bool, version int8
SELECT u.platforms, u.notice_min, NOT u.disabled AND u.deleted_at IS NULL AS active, s.version
  FROM app_user u JOIN sync_state s ON s.user_id = u.id
 WHERE u.id = $1;

-- name: sync_contests :many :read
-- args: ended_after timestamptz
-- cols: platform text, native_id text, title text, start_at timestamptz, end_at timestamptz, url text
-- cols: changed_at timestamptz, sequence int4
SELECT platform, native_id, title, start_at, end_at, url, changed_at, sequence
  FROM external_contest WHERE end_at > $1 AND status = 'upcoming' ORDER BY start_at, id LIMIT 5000;

-- name: sync_recorded :many :read
-- args: user_id int8, ended_after timestamptz
-- cols: link_id int8, contest_key text, event_id text, state text, generation int4, etag text, sent_hash text
-- cols: title text, start_at timestamptz, end_at timestamptz
SELECT e.link_id, e.contest_key, e.event_id, e.state, e.generation, e.etag, e.sent_hash, e.title, e.start_at, e.end_at
  FROM calendar_link l JOIN synced_event e ON e.link_id = l.id
 WHERE l.user_id = $1 AND (e.end_at > $2 OR e.state = 'dismissed')
 ORDER BY e.link_id, e.contest_key;

-- The event is that of sync_tell.
-- name: sync_run_begin :one
-- args: user_id int8
-- cols: id int8
WITH s AS (
	UPDATE sync_state SET status = 'syncing', reason = NULL, again_at = NULL, began_at = clock_timestamp(),
		version = version + 1
	WHERE user_id = $1
), old AS (
	UPDATE sync_run SET status = 'syncing', reason = NULL
	WHERE id = (SELECT max(id) FROM sync_run WHERE user_id = $1 AND ended_at IS NULL) RETURNING id
), new AS (
	INSERT INTO sync_run (user_id) SELECT $1 WHERE NOT EXISTS (SELECT FROM old) RETURNING id
), told AS (
	INSERT INTO event (scope, kind, payload)
	VALUES ('user:' || $1, 'calendar.sync', '{"state":"syncing"}'::json)
)
SELECT id FROM old UNION ALL SELECT id FROM new;

-- Before the calendar is asked to remove them: so their absence is known as our work.
-- name: sync_mark_removing :exec
-- args: link_id int8, keys text[]
UPDATE synced_event SET state = 'removing' WHERE link_id = $1 AND contest_key = ANY ($2) AND state = 'present';

-- name: sync_mark_dismissed :exec
-- args: link_id int8, keys text[]
UPDATE synced_event SET state = 'dismissed' WHERE link_id = $1 AND contest_key = ANY ($2) AND state = 'removing';

-- name: sync_record :exec
-- args: link_id int8, key text, event_id text, state text, generation int4, etag text, hash text, title text
-- args: start_at timestamptz, end_at timestamptz, run_id int8, sink text, what text, from_start_at timestamptz
-- args: reason text
WITH e AS (
	INSERT INTO synced_event (link_id, contest_key, event_id, state, generation, etag, sent_hash, title, start_at, end_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
	ON CONFLICT (link_id, contest_key) DO UPDATE SET event_id = excluded.event_id, state = excluded.state,
		generation = excluded.generation, etag = excluded.etag, sent_hash = excluded.sent_hash,
		title = excluded.title, start_at = excluded.start_at, end_at = excluded.end_at
)
INSERT INTO sync_item (run_id, sink, what, contest_key, title, start_at, from_start_at, reason)
VALUES ($11, $12, $13, $2, $8, $9, $14, $15);

-- A run that is to be gone on with has no end yet.
-- name: sync_run_end :exec
-- args: id int8, status text, reason text, over bool
UPDATE sync_run r SET status = $2, reason = $3, ended_at = CASE WHEN $4 THEN clock_timestamp() END,
	added = i.added, changed = i.changed, removed = i.removed, left_out = i.left_out
  FROM (SELECT count(*) FILTER (WHERE what = 'added') AS added,
		count(*) FILTER (WHERE what IN ('moved', 'renamed', 'changed')) AS changed,
		count(*) FILTER (WHERE what = 'removed') AS removed,
		count(*) FILTER (WHERE what = 'left_out') AS left_out
	FROM sync_item WHERE run_id = $1) i
 WHERE r.id = $1;

-- again: there was a new cause meanwhile. owed: what was asked is not done, and sync_behind asks for it once more.
-- name: sync_end :many
-- args: user_id int8, asked int8, status text, reason text, again_s int8, over bool, ran bool, owed bool
-- cols: again bool
UPDATE sync_state SET
	status = CASE WHEN $6 AND $3 = 'success' AND asked > $2 THEN 'queued' ELSE $3 END,
	reason = $4, again_at = clock_timestamp() + make_interval(secs => $5), ended_at = clock_timestamp(),
	done = CASE WHEN $6 AND NOT $8 THEN greatest(done, $2) ELSE done END, version = version + $7::int
 WHERE user_id = $1
RETURNING asked > $2 AS again;

-- Whether another job has this member's calendars in its hands. Asked only when the lock is taken.
-- name: sync_held :one :read
-- args: user_id int8, job int8
-- cols: held bool
SELECT EXISTS (
	SELECT FROM job_queue q JOIN job j ON j.queue = q.id
	WHERE q.name = 'sync' AND j.runner IS NOT NULL AND j.id <> $2 AND j.kind IN ('calendar.sync', 'calendar.leave')
		AND (j.payload ->> 'user')::int8 = $1) AS held;
