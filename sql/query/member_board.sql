-- The leaderboard of a month, for who may see whom (member.sql).

-- name: member_board :many :read
-- args: everybody bool, user_id int8, groups int8[], month int4, order_by text, group_id int8, most int4, skip int4
-- cols: place int8, id int8, name text, handle text, group_name text, rank text, is_proved bool, is_inside bool
-- cols: n_solved int4, points int4, n_contests int4, rating_change int4, total int8
SELECT rank() OVER (ORDER BY o.key DESC) AS place, m.id, m.name, m.handle, g.name AS group_name, m.rank,
       m.proved_at IS NOT NULL AS is_proved, coalesce($1 OR m.user_id = $2 OR m.group_id = ANY ($3), false) AS is_inside,
       k.n_solved, k.points, k.n_contests, k.rating_change, count(*) OVER () AS total
  FROM member_month k JOIN member m ON m.id = k.member_id LEFT JOIN member_group g ON g.id = m.group_id
       CROSS JOIN LATERAL (SELECT CASE $5 WHEN 'solved' THEN k.n_solved WHEN 'points' THEN k.points ELSE k.rating_change END
		AS key) o
 WHERE k.month = $4 AND CASE WHEN $5 = 'rating' THEN k.n_contests > 0 ELSE k.n_solved > 0 END
   AND ($1 OR m.user_id = $2 OR m.group_id = ANY ($3) OR m.is_public)
   AND ($6::int8 IS NULL OR m.group_id = $6 AND ($1 OR m.user_id = $2 OR m.group_id = ANY ($3)))
 ORDER BY o.key DESC, lower(m.name), m.id LIMIT $7 OFFSET $8;

-- name: member_board_first :one :read
-- cols: month int4
SELECT min(month) AS month FROM member_month;
