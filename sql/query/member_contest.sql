-- How many problems contests have.

-- name: member_contest_unknown :many
-- args: member_id int8
-- cols: contest_id int8
SELECT contest_id FROM rating_change r WHERE member_id = $1 AND NOT EXISTS (SELECT FROM cf_contest c WHERE c.id = r.contest_id)
 ORDER BY at DESC LIMIT 200;

-- name: member_contest_put :exec
-- args: id int8, n_problems int4
INSERT INTO cf_contest (id, n_problems) VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET n_problems = excluded.n_problems, fetched_at = now();
