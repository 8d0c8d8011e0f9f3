-- The log of what happened.

-- The transaction gets its number before the row gets its id: so an id that appears later belongs to a transaction that
-- a reader has to wait for.
-- name: event_append :exec
-- args: scope text, kind text, payload json
INSERT INTO event (xid, scope, kind, payload) SELECT x, $1, $2, $3 FROM pg_current_xact_id() x

-- name: event_after :many :read
-- args: scopes text[], after int8, limit int4
-- cols: id int8, at timestamptz, scope text, kind text, payload json
SELECT e.id, e.at, e.scope, e.kind, e.payload
FROM unnest($1) AS s (scope) CROSS JOIN LATERAL (
	SELECT id, at, scope, kind, payload FROM event
	WHERE scope = s.scope AND id > $2 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT $3
) e
ORDER BY e.id LIMIT $3

-- The columns of event_after.
-- name: event_feed :many :read
-- args: after int8, limit int4
-- cols: id int8, at timestamptz, scope text, kind text, payload json
SELECT id, at, scope, kind, payload FROM event
WHERE id > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT $2

-- name: event_feed_start :one :read
-- cols: id int8
SELECT coalesce(max(id), 0) AS id FROM event WHERE xid < pg_snapshot_xmin(pg_current_snapshot())

-- name: event_last :one :read
-- args: scope text
-- cols: id int8
SELECT coalesce(max(id), 0) AS id FROM event
WHERE scope = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())

-- name: event_purge :exec :long
-- args: keep_days int4
DELETE FROM event WHERE id < (SELECT coalesce(max(id), 0) FROM event WHERE at < now() - $1 * interval '1 day')
