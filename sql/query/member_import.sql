-- Lists of members that are taken in.

-- In front of all of them: what was planned for few members would be slow for the many that a list has brought.
-- name: member_import_begin :one
-- cols: setting text
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS setting;

-- Some lines: a handle, or without one a mail address, names a member that is there already. What comes back is what was not
-- simply added; of members in groups that are somebody else's nothing is changed.
-- name: member_import_rows :many
-- args: everybody bool, groups int8[], line int8[], group_id int8[], name text[], email text[], phone text[], handle text[]
-- cols: line int8, is_changed bool
WITH given AS (
	SELECT * FROM unnest($3, $4, $5, $6, $7, $8) AS g (line, group_id, name, email, phone, handle)),
known AS (
	SELECT DISTINCT ON (line) line, id, coalesce($1 OR group_id = ANY ($2), false) AS mine FROM (
		SELECT g.line, m.id, m.group_id FROM given g JOIN member m ON lower(m.handle) = lower(g.handle) WHERE g.handle <> ''
		UNION ALL
		SELECT g.line, m.id, m.group_id FROM given g JOIN member m ON m.email <> '' AND lower(m.email) = lower(g.email)
		 WHERE g.handle = '' AND g.email <> '') AS k
	 ORDER BY line, id),
changed AS (
	UPDATE member m SET name = g.name, email = CASE WHEN g.email <> '' THEN g.email ELSE m.email END,
	       phone = CASE WHEN g.phone <> '' THEN g.phone ELSE m.phone END,
	       group_id = CASE WHEN g.group_id <> 0 THEN g.group_id ELSE m.group_id END
	  FROM given g JOIN known k USING (line) WHERE m.id = k.id AND k.mine),
added AS (
	INSERT INTO member (name, email, phone, handle, group_id)
	SELECT g.name, g.email, g.phone, nullif(g.handle, ''), nullif(g.group_id, 0) FROM given g
	 WHERE NOT EXISTS (SELECT FROM known k WHERE k.line = g.line) ON CONFLICT DO NOTHING)
SELECT line, mine AS is_changed FROM known;

-- name: member_import_add :one
-- args: made_by int8, n_lines int4, n_added int4, n_changed int4, n_bad int4, report text
-- cols: id int8
WITH old AS (DELETE FROM member_import WHERE made_by = $1 AND made_at < now() - interval '90 days')
INSERT INTO member_import (made_by, n_lines, n_added, n_changed, n_bad, report) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: member_import_get :one :read
-- args: made_by int8, id int8
-- cols: n_lines int4, n_added int4, n_changed int4, n_bad int4, report text
SELECT n_lines, n_added, n_changed, n_bad, report FROM member_import WHERE id = $2 AND made_by = $1;
