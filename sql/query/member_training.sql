-- How a member trains.

-- name: member_window :one :read
-- args: id int8, since timestamptz
-- cols: figures json
SELECT member_figures($1, coalesce($2, '-infinity')) AS figures;

-- name: member_changes :many :read
-- args: id int8, since timestamptz
-- cols: contest_id int8, contest text, rank int4, at timestamptz, old_rating int4, new_rating int4, n_problems int4
SELECT r.contest_id, r.contest, r.rank, r.at, r.old_rating, r.new_rating, c.n_problems
  FROM rating_change r LEFT JOIN cf_contest c ON c.id = r.contest_id
 WHERE r.member_id = $1 AND r.at >= coalesce($2, '-infinity') ORDER BY r.at, r.contest_id;
