-- Problem packages on their way in.

-- The number that waits is read with the lock that other uploads of the same member wait for.
-- name: problem_import_waiting :one
-- args: user_id int8
-- cols: n int8
WITH u AS (SELECT id FROM app_user WHERE id = $1 FOR NO KEY UPDATE)
SELECT (SELECT count(*) FROM problem_import i WHERE i.user_id = u.id AND i.state < 2) AS n FROM u

-- name: problem_import_add :one
-- args: user_id int8, problem_id int8, file_name text, size int8
-- cols: id int8
INSERT INTO problem_import (user_id, problem_id, file_name, size) VALUES ($1, $2, $3, $4) RETURNING id

-- name: problem_import_add_piece :exec
-- args: import_id int8, ordinal int4, sealed bytea
INSERT INTO problem_import_piece (import_id, ordinal, sealed) VALUES ($1, $2, $3)

-- name: problem_import_piece :one
-- args: import_id int8, ordinal int4
-- cols: sealed bytea
SELECT sealed FROM problem_import_piece WHERE import_id = $1 AND ordinal = $2

-- A reader of 0 sees all.
-- name: problem_import_get :one
-- args: id int8, reader int8
-- cols: id int8, user_id int8, user_name text, problem_id int8, slug text, name text, made_at timestamptz
-- cols: ended_at timestamptz, file_name text, size int8, state int2, step text, report text
SELECT i.id, i.user_id, u.name AS user_name, i.problem_id, p.slug, v.name, i.made_at, i.ended_at, i.file_name, i.size,
       i.state, i.step, i.report::text AS report
  FROM problem_import i
  LEFT JOIN app_user u ON u.id = i.user_id
  LEFT JOIN problem p ON p.id = i.problem_id
  LEFT JOIN problem_version v ON v.id = p.version_id
 WHERE i.id = $1 AND ($2 = 0 OR i.user_id = $2)

-- name: problem_import_list :many
-- args: reader int8, most int8
-- cols: id int8, user_id int8, user_name text, problem_id int8, slug text, name text, made_at timestamptz
-- cols: ended_at timestamptz, file_name text, size int8, state int2, step text, report text
SELECT i.id, i.user_id, u.name AS user_name, i.problem_id, p.slug, v.name, i.made_at, i.ended_at, i.file_name, i.size,
       i.state, i.step, '[]' AS report
  FROM problem_import i
  LEFT JOIN app_user u ON u.id = i.user_id
  LEFT JOIN problem p ON p.id = i.problem_id
  LEFT JOIN problem_version v ON v.id = p.version_id
 WHERE $1 = 0 OR i.user_id = $1
 ORDER BY i.id DESC LIMIT $2

-- A job that begins anew after a crash finds it in state 1.
-- name: problem_import_begin :one
-- args: id int8
-- cols: state int2
UPDATE problem_import SET state = CASE WHEN state = 0 THEN 1 ELSE state END WHERE id = $1 RETURNING state

-- name: problem_import_step :exec
-- args: id int8, step text
UPDATE problem_import SET step = $2 WHERE id = $1 AND state = 1

-- name: problem_import_end :one
-- args: id int8, problem_id int8, report text
-- cols: id int8
WITH gone AS (DELETE FROM problem_import_piece WHERE import_id = $1)
UPDATE problem_import SET state = CASE WHEN $2 IS NULL THEN 3 ELSE 2 END, problem_id = coalesce($2, problem_id),
       report = $3::json, step = '', ended_at = now()
 WHERE id = $1 AND state < 2 RETURNING id

-- name: problem_import_purge :exec
-- args: days int4
DELETE FROM problem_import WHERE made_at < now() - make_interval(days => $1)
