-- What a judging loads, and whether versions are sound.

-- name: problem_judge_tests :many :read
-- args: version_id int8
-- cols: id int8, ordinal int4, path text, is_sample bool, input_id int8, input_size int8, answer_id int8, answer_size int8
-- cols: args text, validator_flags text
SELECT t.id, t.ordinal, t.path, t.is_sample, t.input_id, i.size AS input_size, t.answer_id, a.size AS answer_size,
       to_json(t.args)::text AS args, coalesce(t.validator_flags, v.validator_flags) AS validator_flags
  FROM testcase t
  JOIN problem_version v ON v.id = t.version_id
  JOIN problem_blob i ON i.id = t.input_id
  JOIN problem_blob a ON a.id = t.answer_id
 WHERE t.version_id = $1
 ORDER BY t.ordinal

-- name: problem_judge_groups :many :read
-- args: version_id int8
-- cols: path text, config text
SELECT path, config::text AS config FROM test_group WHERE version_id = $1 ORDER BY ordinal

-- name: problem_judge_files :many :read
-- args: version_id int8
-- cols: role int2, path text, blob_id int8, size int8
SELECT f.role, f.path, f.blob_id, b.size
  FROM problem_file f JOIN problem_blob b ON b.id = f.blob_id
 WHERE f.version_id = $1 AND f.role IN (3, 4, 5, 6, 8, 10)
 ORDER BY f.role, f.path COLLATE "C"

-- name: problem_judge_problem :one :read
-- args: version_id int8
-- cols: problem_id int8, slug text, sealed_key bytea, data_hash bytea, show_difference bool
SELECT p.id AS problem_id, p.slug, p.sealed_key, v.data_hash, v.show_difference
  FROM problem_version v JOIN problem p ON p.id = v.problem_id
 WHERE v.id = $1

-- name: problem_solution_list :many :read
-- args: version_id int8
-- cols: id int8, path text, language text, entry text, expected text, sets_time bool, submission_id int8, outcome int2
-- cols: said text, public_id text, state int2, verdict int2, n_tests int4, n_ended int8
SELECT s.id, s.path, s.language, s.entry, s.expected::text AS expected, s.sets_time, s.submission_id, s.outcome, s.said,
       u.public_id, j.state, j.verdict, j.n_tests,
       (SELECT count(*) FROM judging_run r WHERE r.judging_id = j.id AND r.ended_at IS NOT NULL) AS n_ended
  FROM jury_solution s
  LEFT JOIN submission u ON u.id = s.submission_id
  LEFT JOIN judging j ON j.id = u.judging_id
 WHERE s.version_id = $1
 ORDER BY s.path COLLATE "C"

-- name: problem_verify_ask :one
-- args: version_id int8
-- cols: try int4, n int8
WITH s AS (UPDATE jury_solution SET submission_id = NULL, outcome = NULL, said = '', runs_all = false WHERE version_id = $1 RETURNING id)
UPDATE problem_version
   SET state = 1, verified_at = NULL, suggested_ms = NULL, verify_said = '', verify_try = verify_try + 1
 WHERE id = $1
RETURNING verify_try AS try, (SELECT count(*) FROM s) AS n

-- Only of the verification that runs: whoever asked for another one meanwhile is not disturbed.
-- name: problem_verify_lapse :exec
-- args: version_id int8, try int4, said text
UPDATE problem_version SET state = 0, verify_said = $3 WHERE id = $1 AND verify_try = $2 AND state = 1

-- name: problem_solution_tried :exec
-- args: id int8, submission_id int8
UPDATE jury_solution SET submission_id = $2 WHERE id = $1

-- name: problem_solution_settle :exec
-- args: id int8, outcome int2, said text
UPDATE jury_solution SET outcome = $2, said = $3 WHERE id = $1

-- name: problem_verify_end :exec
-- args: version_id int8, try int4, is_sound bool, suggested_ms int4
UPDATE problem_version SET state = CASE WHEN $3 THEN 2 ELSE 3 END, verified_at = now(), suggested_ms = nullif($4, 0),
       time_ms = CASE WHEN time_is_suggested AND $4 > 0 THEN $4 ELSE time_ms END
 WHERE id = $1 AND verify_try = $2 AND state = 1

-- name: problem_sign :exec
-- args: version_id int8, user_id int8, why text
UPDATE problem_version SET signed_by = $2, signed_why = $3 WHERE id = $1

-- name: problem_progress_count :exec
-- args: user_id int8, problem_id int8
WITH s AS (
	SELECT count(*)::int AS n, min(s.made_at) AS first_at, min(s.made_at) FILTER (WHERE j.verdict = 1) AS solved_at
	  FROM submission s JOIN judging j ON j.id = s.judging_id
	 WHERE s.user_id = $1 AND s.problem_id = $2 AND s.solution_id IS NULL AND j.verdict BETWEEN 1 AND 7),
     gone AS (DELETE FROM problem_progress USING s WHERE user_id = $1 AND problem_id = $2 AND s.n = 0),
     old AS (SELECT solved_at FROM problem_progress WHERE user_id = $1 AND problem_id = $2),
     new AS (INSERT INTO problem_progress (user_id, problem_id, n_sent, first_at, solved_at)
             SELECT $1, $2, n, first_at, solved_at FROM s WHERE n > 0
             ON CONFLICT (user_id, problem_id) DO UPDATE
             SET n_sent = excluded.n_sent, first_at = excluded.first_at, solved_at = excluded.solved_at
             RETURNING solved_at)
UPDATE problem SET n_tried = n_tried + (SELECT count(*) FROM new) - (SELECT count(*) FROM old),
       n_solved = n_solved + (SELECT count(solved_at) FROM new) - (SELECT count(solved_at) FROM old)
 WHERE id = $2

-- Counts of one member and problem are made one after the other.
-- name: problem_progress_lock :one
-- args: problem_id int8
-- cols: id int8
SELECT id FROM problem WHERE id = $1 FOR NO KEY UPDATE

-- name: problem_find :one :read
-- args: name text
-- cols: id int8, version_id int8, owner_id int8, visibility int2, slug text
SELECT id, version_id, owner_id, visibility, slug FROM problem
 WHERE slug = $1 OR id = CASE WHEN $1 ~ '^[0-9]{1,18}$' THEN $1::bigint END
