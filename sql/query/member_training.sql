-- How a member trains.

-- name: member_window :one :read
-- args: id int8, days int4
-- cols: figures json
SELECT member_figures($1, now() - make_interval(days => $2)) AS figures;

-- name: member_changes :many :read
-- args: id int8, days int4
-- cols: contest_id int8, contest text, rank int4, at timestamptz, old_rating int4, new_rating int4, n_problems int4
SELECT r.contest_id, r.contest, r.rank, r.at, r.old_rating, r.new_rating, c.n_problems
  FROM rating_change r LEFT JOIN cf_contest c ON c.id = r.contest_id
 WHERE r.member_id = $1 AND ($2 = 0 OR r.at >= now() - make_interval(days => $2)) ORDER BY r.at, r.contest_id;
