-- Members, for who may see them: $everybody is an admin's, $user_id is whose own member counts, $groups are those that are
-- coached. Who is inside sees all of a member; others see those who let everybody see them.

-- name: member_coached :many :read
-- args: user_id int8
-- cols: group_id int8
SELECT group_id FROM member_coach WHERE user_id = $1;

-- name: member_list :many :read
-- args: everybody bool, user_id int8, groups int8[], words text, group_id int8, order_by text, descending bool, most int4
-- args: skip int4
-- cols: id int8, name text, handle text, group_name text, rating int4, max_rating int4, rank text, n_solved int4
-- cols: active_at timestamptz, synced_at timestamptz, trouble text, is_proved bool, is_public bool, is_inside bool, total int8
SELECT m.id, m.name, m.handle, g.name AS group_name, m.rating, m.max_rating, m.rank, m.n_solved, m.active_at, m.synced_at,
       m.trouble, m.proved_at IS NOT NULL AS is_proved, m.is_public,
       coalesce($1 OR m.user_id = $2 OR m.group_id = ANY ($3), false) AS is_inside, count(*) OVER () AS total
  FROM member m LEFT JOIN member_group g ON g.id = m.group_id
       CROSS JOIN LATERAL (SELECT CASE $6 WHEN 'rating' THEN m.rating WHEN 'most' THEN m.max_rating WHEN 'solved' THEN m.n_solved
		WHEN 'active' THEN extract(epoch FROM m.active_at) WHEN 'synced' THEN extract(epoch FROM m.synced_at) END AS key) o
 WHERE ($1 OR m.user_id = $2 OR m.group_id = ANY ($3) OR m.is_public)
   AND ($4::text IS NULL OR position(lower($4) IN lower(m.name)) > 0 OR position(lower($4) IN lower(m.handle)) > 0)
   AND ($5::int8 IS NULL OR m.group_id = $5 AND ($1 OR m.user_id = $2 OR m.group_id = ANY ($3)))
 ORDER BY CASE WHEN $7 THEN -o.key ELSE o.key END NULLS LAST, CASE WHEN $6 = 'name' AND $7 THEN lower(m.name) END DESC,
       lower(m.name), m.id
 LIMIT $8 OFFSET $9;

-- name: member_get :one :read
-- args: everybody bool, user_id int8, groups int8[], id int8
-- cols: id int8, user_id int8, group_id int8, group_name text, name text, email text, phone text, handle text
-- cols: is_proved bool, is_public bool, rating int4, max_rating int4, rank text, max_rank text, n_solved int4
-- cols: synced_at timestamptz, tried_at timestamptz, trouble text, active_at timestamptz, wants_reminders bool
-- cols: n_reminded int4, reminded_at timestamptz, figures json, is_inside bool, may_edit bool
SELECT m.id, m.user_id, m.group_id, g.name AS group_name, m.name, m.email, m.phone, m.handle,
       m.proved_at IS NOT NULL AS is_proved, m.is_public, m.rating, m.max_rating, m.rank, m.max_rank, m.n_solved, m.synced_at,
       m.tried_at, m.trouble, m.active_at, m.wants_reminders, m.n_reminded, m.reminded_at, m.figures,
       coalesce($1 OR m.user_id = $2 OR m.group_id = ANY ($3), false) AS is_inside,
       coalesce($1 OR m.group_id = ANY ($3), false) AS may_edit
  FROM member m LEFT JOIN member_group g ON g.id = m.group_id
 WHERE m.id = $4 AND ($1 OR m.user_id = $2 OR m.group_id = ANY ($3) OR m.is_public);

-- name: member_of_user :one :read
-- args: user_id int8
-- cols: id int8
SELECT id FROM member WHERE user_id = $1;

-- name: member_add :one
-- args: name text, email text, phone text, handle text, group_id int8, wants_reminders bool
-- cols: id int8
INSERT INTO member (name, email, phone, handle, group_id, wants_reminders) VALUES ($1, $2, $3, nullif($4, ''), $5, $6)
RETURNING id;

-- A handle that its account has proved is the account's to change.
-- name: member_lock :one
-- args: everybody bool, groups int8[], id int8
-- cols: handle text, is_proved bool
SELECT handle, proved_at IS NOT NULL AS is_proved FROM member
 WHERE id = $3 AND coalesce($1 OR group_id = ANY ($2), false) FOR UPDATE;

-- Whether an account is written to is its own choice.
-- name: member_change :exec
-- args: id int8, name text, email text, phone text, handle text, group_id int8, wants_reminders bool
UPDATE member SET name = $2, email = $3, phone = $4, handle = nullif($5, ''), group_id = $6,
       wants_reminders = CASE WHEN user_id IS NULL THEN $7 ELSE wants_reminders END
 WHERE id = $1;

-- Of another handle nothing is known yet.
-- name: member_forget_training :exec
-- args: id int8
WITH r AS (DELETE FROM rating_change WHERE member_id = $1), s AS (DELETE FROM cf_submission WHERE member_id = $1),
     k AS (DELETE FROM member_month WHERE member_id = $1)
UPDATE member SET rating = NULL, max_rating = NULL, rank = '', max_rank = '', newest_id = 0, n_solved = 0, synced_at = NULL,
       trouble = '', active_at = NULL, figures = NULL
 WHERE id = $1;

-- name: member_delete :one
-- args: everybody bool, groups int8[], id int8
-- cols: name text
DELETE FROM member WHERE id = $3 AND coalesce($1 OR group_id = ANY ($2), false) RETURNING name;

-- What a member decides, whoever else may change the rest.
-- name: member_choose :exec
-- args: user_id int8, is_public bool, wants_reminders bool
UPDATE member SET is_public = $2, wants_reminders = $3 WHERE user_id = $1;

-- name: member_export :many :read
-- args: everybody bool, groups int8[], after_id int8, most int4
-- cols: id int8, name text, email text, phone text, handle text, group_name text, year int2, section text, rating int4
-- cols: max_rating int4, n_solved int4, active_at timestamptz
SELECT m.id, m.name, m.email, m.phone, m.handle, g.name AS group_name, g.year, g.section, m.rating, m.max_rating, m.n_solved,
       m.active_at
  FROM member m LEFT JOIN member_group g ON g.id = m.group_id
 WHERE coalesce($1 OR m.group_id = ANY ($2), false) AND m.id > $3 ORDER BY m.id LIMIT $4;
