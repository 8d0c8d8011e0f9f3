-- The log of what happened. What is settled (sql/schema/0046_event_order.sql) only the primary knows.

-- name: event_append :exec
-- args: scope text, kind text, payload json
INSERT INTO event (scope, kind, payload) VALUES ($1, $2, $3)

-- name: event_after :many
-- args: scopes text[], after int8, limit int4
-- cols: id int8, at timestamptz, scope text, kind text, payload json
SELECT id, at, scope, kind, payload FROM event_next($1, $2, $3)

-- The columns of event_after.
-- name: event_feed :many
-- args: after int8, limit int4
-- cols: id int8, at timestamptz, scope text, kind text, payload json
SELECT id, at, scope, kind, payload FROM event_next(NULL, $1, $2)

-- name: event_feed_start :one
-- cols: id int8
SELECT event_settled() AS id

-- name: event_last :one
-- args: scope text
-- cols: id int8
SELECT coalesce(max(id), 0) AS id FROM event WHERE scope = $1 AND id <= (SELECT event_settled())

-- name: event_purge :exec :long
-- args: keep_days int4
DELETE FROM event WHERE id < (SELECT coalesce(max(id), 0) FROM event WHERE at < now() - $1 * interval '1 day')
