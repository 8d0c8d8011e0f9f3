-- Who did what. Rows come in through audit_new and are chained at the commit (0011_audit.sql).

-- name: audit_add :exec
-- args: actor_id int8, action text, object text, detail json, address text
INSERT INTO audit_new (actor_id, action, object, detail, address) VALUES ($1, $2, $3, $4, $5)

-- The rows of a span of time, as a span of numbers: from is the first in it, until the first behind it.
-- name: audit_span :one
-- args: since timestamptz, until timestamptz
-- cols: first int8, behind int8
SELECT coalesce((SELECT id FROM audit WHERE at >= $1 ORDER BY at, id LIMIT 1), CASE WHEN $1 IS NULL THEN 1 ELSE h.id + 1 END)
		AS first,
	coalesce((SELECT id FROM audit WHERE at >= $2 ORDER BY at, id LIMIT 1), h.id + 1) AS behind
FROM audit_head h

-- Newest first, from the row before a number. One statement for each index that can serve.
-- name: audit_list_all :many
-- args: first int8, behind int8, limit int4
-- cols: id int8, at timestamptz, actor_id int8, action text, object text, detail text, address text
SELECT id, at, actor_id, action, object, detail::text AS detail, address
FROM audit WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: audit_list_actor :many :pinned
-- args: first int8, behind int8, limit int4, actor_id int8, action text, object text
-- cols: id int8, at timestamptz, actor_id int8, action text, object text, detail text, address text
SELECT id, at, actor_id, action, object, detail::text AS detail, address
FROM audit WHERE id >= $1 AND id < $2 AND actor_id = $4 AND ($5 IS NULL OR action = $5) AND ($6 IS NULL OR object = $6)
ORDER BY actor_id DESC, id DESC LIMIT $3

-- name: audit_list_action :many :pinned
-- args: first int8, behind int8, limit int4, action text, object text
-- cols: id int8, at timestamptz, actor_id int8, action text, object text, detail text, address text
SELECT id, at, actor_id, action, object, detail::text AS detail, address
FROM audit WHERE id >= $1 AND id < $2 AND action = $4 AND ($5 IS NULL OR object = $5)
ORDER BY action DESC, id DESC LIMIT $3

-- name: audit_list_object :many :pinned
-- args: first int8, behind int8, limit int4, object text
-- cols: id int8, at timestamptz, actor_id int8, action text, object text, detail text, address text
SELECT id, at, actor_id, action, object, detail::text AS detail, address
FROM audit WHERE id >= $1 AND id < $2 AND object = $4
ORDER BY object DESC, id DESC LIMIT $3

-- name: audit_head :one
-- cols: id int8, hash bytea
SELECT id, hash FROM audit_head

-- name: audit_walk :many
-- args: after int8, limit int4
-- cols: id int8, at timestamptz, actor_id int8, action text, object text, detail text, address text, hash bytea
SELECT id, at, actor_id, action, object, detail::text AS detail, address, hash
FROM audit WHERE id > $1 ORDER BY id LIMIT $2

-- name: audit_check_add :exec
-- args: n int8, broken_id int8, reason text
INSERT INTO audit_check (n, broken_id, reason) VALUES ($1, $2, $3)

-- name: audit_check_purge :exec
DELETE FROM audit_check WHERE id < (SELECT max(id) - 400 FROM audit_check)

-- name: audit_check_last :many
-- cols: at timestamptz, n int8, broken_id int8, reason text
SELECT at, n, broken_id, reason FROM audit_check ORDER BY id DESC LIMIT 1

-- From where people came lately, if all of several came from one and the same address.
-- name: audit_one_address :many
-- args: rows int4
-- cols: people int8, address text
SELECT count(DISTINCT actor_id) AS people, min(address) AS address
FROM (SELECT actor_id, address FROM audit WHERE actor_id <> 0 AND address <> '' ORDER BY id DESC LIMIT $1) lately
HAVING count(DISTINCT actor_id) > 1 AND count(DISTINCT address) = 1
