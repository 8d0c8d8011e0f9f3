-- Groups of members and who coaches them.

-- name: member_groups :many :read
-- args: everybody bool, groups int8[]
-- cols: id int8, name text, year int2, section text, n int8, coaches text
SELECT g.id, g.name, g.year, g.section, (SELECT count(*) FROM member m WHERE m.group_id = g.id) AS n,
       (SELECT string_agg(u.name, ', ' ORDER BY u.name) FROM member_coach c JOIN app_user u ON u.id = c.user_id
         WHERE c.group_id = g.id) AS coaches
  FROM member_group g WHERE $1 OR g.id = ANY ($2) ORDER BY g.year DESC NULLS LAST, lower(g.name);

-- name: member_group_add :one
-- args: name text, year int2, section text
-- cols: id int8
INSERT INTO member_group (name, year, section) VALUES ($1, nullif($2, 0), $3) RETURNING id;

-- name: member_group_change :exec
-- args: everybody bool, groups int8[], id int8, name text, year int2, section text
UPDATE member_group SET name = $4, year = nullif($5, 0), section = $6 WHERE id = $3 AND ($1 OR id = ANY ($2));

-- Its members stay, without a group.
-- name: member_group_delete :exec
-- args: everybody bool, groups int8[], id int8
DELETE FROM member_group WHERE id = $3 AND ($1 OR id = ANY ($2));

-- name: member_group_names :many
-- cols: id int8, name text
SELECT id, name FROM member_group;

-- name: member_coach_add :exec
-- args: group_id int8, user_id int8
INSERT INTO member_coach (group_id, user_id) SELECT id, $2 FROM member_group WHERE id = $1 ON CONFLICT DO NOTHING;

-- name: member_coach_remove :exec
-- args: group_id int8, user_id int8
DELETE FROM member_coach WHERE group_id = $1 AND user_id = $2;

-- name: member_coaches :many :read
-- args: group_id int8
-- cols: user_id int8, name text, email text
SELECT u.id AS user_id, u.name, u.email FROM member_coach c JOIN app_user u ON u.id = c.user_id WHERE c.group_id = $1
 ORDER BY lower(u.name), u.id;
