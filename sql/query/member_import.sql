-- Lists of members that are taken in.

-- In front of all of them: what was planned for few members would be slow for the many that a list has brought.
-- name: member_import_begin :one
-- cols: setting text
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS setting;

-- Some lines: a handle names a member that is there already; or else a mail address, if the member has no handle or the line
-- none, and of several members the one of that name; or where there is neither, the name in the group. Only one line means a
-- member. What comes back is what was not simply added; of members in groups that are somebody else's nothing is changed.
-- name: member_import_rows :many
-- args: everybody bool, groups int8[], line int8[], group_id int8[], name text[], email text[], phone text[], handle text[]
-- cols: line int8, is_changed bool
WITH meant AS (
	SELECT g.*, k.id, coalesce($1 OR k.group_id = ANY ($2), false) AS mine,
	       row_number() OVER (PARTITION BY k.id ORDER BY k.way, k.is_other, g.line) AS turn
	  FROM unnest($3, $4, $5, $6, $7, $8) AS g (line, to_group, name, email, phone, handle)
	  LEFT JOIN LATERAL (
		SELECT m.id, m.group_id, 1 AS way, false AS is_other FROM member m
		 WHERE g.handle <> '' AND lower(m.handle) = lower(g.handle)
		UNION ALL
		SELECT m.id, m.group_id, 2, lower(m.name) <> lower(g.name) FROM member m
		 WHERE g.email <> '' AND m.email <> '' AND lower(m.email) = lower(g.email)
		   AND (g.handle = '' OR m.handle IS NULL AND coalesce($1 OR m.group_id = ANY ($2), false))
		   AND (lower(m.name) = lower(g.name) OR NOT EXISTS (
			SELECT FROM member o WHERE o.email <> '' AND lower(o.email) = lower(g.email) AND o.id <> m.id))
		UNION ALL
		SELECT m.id, m.group_id, 3, false FROM member m
		 WHERE g.handle = '' AND g.email = '' AND m.handle IS NULL AND m.email = '' AND lower(m.name) = lower(g.name)
		   AND (g.to_group = 0 OR m.group_id = g.to_group)
		 ORDER BY 3, 4, 1 LIMIT 1) k ON true),
known AS MATERIALIZED (
	SELECT line, to_group, name, email, phone, handle, mine, CASE WHEN turn = 1 THEN id END AS id FROM meant),
changed AS (
	UPDATE member m SET name = k.name, email = coalesce(nullif(k.email, ''), m.email), handle = coalesce(m.handle, nullif(k.handle, '')),
	       phone = coalesce(nullif(k.phone, ''), m.phone), group_id = coalesce(nullif(k.to_group, 0), m.group_id)
	  FROM known k
	 WHERE m.id = k.id AND k.mine AND (m.name, m.email, coalesce(m.handle, ''), m.phone, m.group_id) IS DISTINCT FROM (k.name,
	       coalesce(nullif(k.email, ''), m.email), coalesce(m.handle, k.handle), coalesce(nullif(k.phone, ''), m.phone),
	       coalesce(nullif(k.to_group, 0), m.group_id))),
added AS (
	INSERT INTO member (name, email, phone, handle, group_id)
	SELECT name, email, phone, nullif(handle, ''), nullif(to_group, 0) FROM known WHERE id IS NULL ON CONFLICT DO NOTHING)
SELECT line, mine AS is_changed FROM known WHERE id IS NOT NULL;

-- name: member_import_add :one
-- args: made_by int8, n_lines int4, n_added int4, n_changed int4, n_bad int4, report text
-- cols: id int8
WITH old AS (DELETE FROM member_import WHERE made_by = $1 AND made_at < now() - interval '90 days')
INSERT INTO member_import (made_by, n_lines, n_added, n_changed, n_bad, report) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: member_import_get :one :read
-- args: made_by int8, id int8
-- cols: n_lines int4, n_added int4, n_changed int4, n_bad int4, report text
SELECT n_lines, n_added, n_changed, n_bad, report FROM member_import WHERE id = $2 AND made_by = $1;
