-- Members' own calendars.

-- name: calendar_link_list :many :read
-- args: user_id int8
-- cols: id int8, sink text, state text, reason text, account text, server text, calendar text, is_own bool
-- cols: has_secret bool, reminders text, colours text, stopped_until timestamptz, created_at timestamptz
-- cols: synced_at timestamptz, is_dropped bool
SELECT id, sink, state, reason, account, server, calendar, is_own, secret IS NOT NULL AS has_secret,
       array_to_string(reminders, ',') AS reminders, array_to_string(colours, ',') AS colours,
       stopped_until, created_at, synced_at, dropped_at IS NOT NULL AS is_dropped
  FROM calendar_link WHERE user_id = $1
 ORDER BY array_position(ARRAY['google', 'caldav', 'ics'], sink);

-- What is known of another calendar than this one is forgotten; of one that was deleted there, all but what its owner had
-- dismissed.
-- name: calendar_link_put :one
-- args: user_id int8, sink text, account text, server text, calendar text, is_own bool, reminders int8[]
-- args: colours int8[]
-- cols: id int8
WITH old AS (
	SELECT id, is_other
	FROM (SELECT id, state, (account, server) <> ($3, $4) OR (sink = 'google' AND is_own <> $6)
			OR calendar IS DISTINCT FROM coalesce($5, calendar) AS is_other
		FROM calendar_link WHERE user_id = $1 AND sink = $2 FOR UPDATE) l
	WHERE is_other OR state = 'gone'
), forgotten AS (
	DELETE FROM synced_event s USING old
	WHERE s.link_id = old.id AND (old.is_other OR s.state <> 'dismissed')
)
INSERT INTO calendar_link AS l (user_id, sink, account, server, calendar, is_own, reminders, colours)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (user_id, sink) DO UPDATE SET
	state = 'ok', reason = NULL, account = $3, server = $4, stopped_until = NULL,
	is_own = CASE WHEN EXISTS (SELECT FROM old) THEN $6 ELSE l.is_own END,
	calendar = CASE WHEN EXISTS (SELECT FROM old) THEN $5 ELSE coalesce($5, l.calendar) END,
	dropped_at = CASE WHEN EXISTS (SELECT FROM old) THEN NULL ELSE l.dropped_at END,
	created_at = now(), synced_at = NULL
RETURNING id;

-- name: calendar_link_set_secret :one
-- args: id int8, secret bytea, hash bytea
-- cols: user_id int8
UPDATE calendar_link SET secret = $2, secret_hash = $3 WHERE id = $1 RETURNING user_id;

-- name: calendar_link_get_secret :one :read
-- args: id int8
-- cols: secret bytea
SELECT secret FROM calendar_link WHERE id = $1 AND secret IS NOT NULL;

-- name: calendar_link_set_calendar :exec
-- args: id int8, calendar text, found bool
UPDATE calendar_link SET calendar = $2, is_own = is_own AND NOT $3, dropped_at = NULL WHERE id = $1;

-- name: calendar_link_set_style :many
-- args: user_id int8, sink text, reminders int8[], colours int8[]
-- cols: id int8
UPDATE calendar_link SET reminders = $3, colours = $4
 WHERE user_id = $1 AND sink = $2 AND state NOT IN ('leaving', 'off') RETURNING id;

-- A row only at the change from ok: so its owner is told once. Who has only just typed a wrong CalDAV password reads it
-- on the page.
-- name: calendar_link_lose :many
-- args: id int8, state text, reason text
-- cols: user_id int8, email text, name text, is_news bool
UPDATE calendar_link l SET state = $2, reason = $3
  FROM app_user u
 WHERE l.id = $1 AND l.state = 'ok' AND u.id = l.user_id
RETURNING u.id AS user_id, u.email, u.name, l.synced_at IS NOT NULL OR l.sink = 'google' AS is_news;

-- name: calendar_link_stop :exec
-- args: id int8, for_s int8, reason text
UPDATE calendar_link SET stopped_until = clock_timestamp() + make_interval(secs => $2), reason = $3 WHERE id = $1;

-- name: calendar_link_right :exec
-- args: id int8
UPDATE calendar_link SET synced_at = clock_timestamp(), stopped_until = NULL, reason = NULL, dropped_at = NULL
 WHERE id = $1 AND state = 'ok';

-- The calendar was deleted there and is to be made anew; what its owner had dismissed stays so.
-- name: calendar_link_renew :many
-- args: user_id int8, sink text
-- cols: id int8
WITH l AS (
	UPDATE calendar_link SET state = 'ok', reason = NULL, calendar = NULL, dropped_at = NULL
	WHERE user_id = $1 AND sink = $2 AND state = 'gone' RETURNING id
), forgotten AS (
	DELETE FROM synced_event s USING l WHERE s.link_id = l.id AND s.state <> 'dismissed'
)
SELECT id FROM l;

-- name: calendar_link_leave :many
-- args: user_id int8, sink text
-- cols: id int8
WITH s AS (UPDATE sync_state SET version = version + 1 WHERE user_id = $1)
UPDATE calendar_link SET state = 'leaving', secret_hash = NULL
 WHERE user_id = $1 AND sink = $2 AND state NOT IN ('leaving', 'off') RETURNING id;

-- name: calendar_link_dropping :exec
-- args: id int8
UPDATE calendar_link SET dropped_at = clock_timestamp() WHERE id = $1 AND state = 'leaving' AND is_own;

-- name: calendar_link_emptied :exec
-- args: id int8
WITH l AS (
	UPDATE calendar_link SET calendar = NULL, dropped_at = NULL
	WHERE id = $1 AND state = 'leaving' AND is_own RETURNING id
)
DELETE FROM synced_event s USING l WHERE s.link_id = l.id AND s.state <> 'dismissed';

-- A row if it was leaving and its owner can be told.
-- name: calendar_link_left :many
-- args: id int8
-- cols: user_id int8
WITH l AS (
	UPDATE calendar_link SET state = 'off', reason = NULL, secret = NULL, stopped_until = NULL
	WHERE id = $1 AND state = 'leaving' RETURNING user_id
)
SELECT u.id AS user_id FROM l JOIN app_user u ON u.id = l.user_id WHERE u.deleted_at IS NULL AND NOT u.disabled;

-- name: calendar_feed :one :read
-- args: hash bytea
-- cols: user_id int8, platforms int2, notice_min int4, reminders text, colours text
SELECT l.user_id, u.platforms, u.notice_min, array_to_string(l.reminders, ',') AS reminders,
       array_to_string(l.colours, ',') AS colours
  FROM calendar_link l JOIN app_user u ON u.id = l.user_id
 WHERE l.secret_hash = $1 AND l.state = 'ok' AND NOT u.disabled AND u.deleted_at IS NULL;
