-- Statements of lib/model/problem_trial.c.

-- While nobody knows the limit, programs get plenty of time.
-- name: problem_trial_time :exec
-- args: version_id int8, time_ms int4
UPDATE problem_version SET time_ms = $2 WHERE id = $1 AND time_is_suggested

-- name: problem_trial_list :many
-- args: version_id int8
-- cols: id int8, path text, language text, expected text, sets_time bool, runs_all bool, tried text, outcome int2
-- cols: public_id text, state int2
SELECT s.id, s.path, s.language, s.expected::text AS expected, s.sets_time, s.runs_all, u.language AS tried, s.outcome,
       u.public_id, j.state
  FROM jury_solution s
  LEFT JOIN submission u ON u.id = s.submission_id
  LEFT JOIN judging j ON j.id = u.judging_id
 WHERE s.version_id = $1
 ORDER BY s.path COLLATE "C"

-- name: problem_trial_whole :exec
-- args: id int8, runs_all bool
UPDATE jury_solution SET runs_all = $2 WHERE id = $1

-- name: problem_trial_version :one
-- args: version_id int8
-- cols: problem_id int8, state int2, format text, try int4, is_current bool
SELECT v.problem_id, v.state, v.format, v.verify_try AS try, p.version_id = v.id AS is_current
  FROM problem_version v JOIN problem p ON p.id = v.problem_id
 WHERE v.id = $1

-- name: problem_trial_current :one
-- args: slug text
-- cols: id int8, version_id int8
SELECT id, version_id FROM problem WHERE slug = $1

-- name: problem_trial_problems :many
-- cols: slug text, name text, number int4, state int2, format text, time_ms int4, is_signed bool, n_tests int8
SELECT p.slug, v.name, v.number, v.state, v.format, v.time_ms, v.signed_why IS NOT NULL AS is_signed,
       (SELECT count(*) FROM testcase t WHERE t.version_id = v.id) AS n_tests
  FROM problem p JOIN problem_version v ON v.id = p.version_id
 ORDER BY p.slug
