-- One problem, as its readers and its makers see it.

-- name: problem_about :one
-- args: version_id int8
-- cols: id int8, slug text, title text, owner_id int8, owner text, visibility int2, difficulty int2, category text
-- cols: created_at timestamptz, changed_at timestamptz, n_tried int4, n_solved int4, tags text
-- cols: number int4, made_at timestamptz, author text, source text, source_url text, license text, format text
-- cols: show_difference bool, state int2, verified_at timestamptz, suggested_ms int4, signer text, signed_why text
-- cols: is_current bool, n_tests int8, n_solutions int8, lapsed text, may_be_offered bool
SELECT p.id, p.slug, v.name AS title, p.owner_id, o.name AS owner, p.visibility, p.difficulty, p.category, p.created_at,
       p.changed_at, p.n_tried, p.n_solved,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags,
       v.number, v.made_at, v.author, v.source, v.source_url, v.license, v.format, v.show_difference, v.state, v.verified_at,
       v.suggested_ms, s.name AS signer, v.signed_why, v.id IS NOT DISTINCT FROM p.version_id AS is_current,
       (SELECT count(*) FROM testcase t WHERE t.version_id = v.id) AS n_tests,
       (SELECT count(*) FROM jury_solution j WHERE j.version_id = v.id) AS n_solutions,
       nullif(v.verify_said, '') AS lapsed, v.may_be_offered
  FROM problem_version v
  JOIN problem p ON p.id = v.problem_id
  LEFT JOIN app_user o ON o.id = p.owner_id
  LEFT JOIN app_user s ON s.id = v.signed_by
 WHERE v.id = $1

-- name: problem_text_list :many
-- args: version_id int8
-- cols: lang text, title text
SELECT lang, title FROM problem_text WHERE version_id = $1 ORDER BY ordinal

-- The first of the languages that is there, else the first of the statement.
-- name: problem_text_get :many
-- args: version_id int8, langs text[]
-- cols: lang text, title text, html text
SELECT t.lang, t.title, t.html FROM problem_text t
  LEFT JOIN unnest($2) WITH ORDINALITY w (lang, place) ON w.lang = t.lang
 WHERE t.version_id = $1 ORDER BY w.place NULLS LAST, t.ordinal LIMIT 1

-- name: problem_figures :many
-- args: id int8
-- cols: kind int4, name text, n int8
SELECT 0 AS kind, j.verdict::text AS name, count(*) AS n
  FROM submission s JOIN judging j ON j.id = s.judging_id
 WHERE s.problem_id = $1 AND s.solution_id IS NULL AND j.verdict BETWEEN 1 AND 7 GROUP BY j.verdict
UNION ALL
SELECT 1, s.language, count(*) FROM submission s
 WHERE s.problem_id = $1 AND s.solution_id IS NULL GROUP BY s.language
 ORDER BY 1, 3 DESC, 2

-- name: problem_mine_of :many
-- args: user_id int8, id int8, limit int4
-- cols: public_id text, language text, made_at timestamptz, verdict int2, state int2
SELECT s.public_id, s.language, s.made_at, j.verdict, j.state
  FROM submission s LEFT JOIN judging j ON j.id = s.judging_id
 WHERE s.user_id = $1 AND s.problem_id = $2 AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT $3

-- name: problem_versions :many
-- args: id int8
-- cols: id int8, number int4, made_at timestamptz, maker text, why text, state int2, signed bool, n_tests int8
SELECT v.id, v.number, v.made_at, u.name AS maker, v.why, v.state, v.signed_why IS NOT NULL AS signed,
       (SELECT count(*) FROM testcase t WHERE t.version_id = v.id) AS n_tests
  FROM problem_version v LEFT JOIN app_user u ON u.id = v.made_by
 WHERE v.problem_id = $1 ORDER BY v.number DESC LIMIT 200

-- What somebody may work on: his own, or of jury and admins all.
-- name: problem_desk_list :many
-- args: owner_id int8, words text, limit int4, offset int4
-- cols: id int8, slug text, title text, visibility int2, owner text, changed_at timestamptz, number int4, state int2
-- cols: signed bool, n_tests int8
SELECT p.id, p.slug, p.title, p.visibility, o.name AS owner, p.changed_at, v.number, v.state,
       v.signed_why IS NOT NULL AS signed, (SELECT count(*) FROM testcase t WHERE t.version_id = v.id) AS n_tests
  FROM problem p
  LEFT JOIN problem_version v ON v.id = p.version_id
  LEFT JOIN app_user o ON o.id = p.owner_id
 WHERE ($1 IS NULL OR p.owner_id = $1) AND ($2 IS NULL OR p.words @@ websearch_to_tsquery('english', $2) OR p.slug = $2)
 ORDER BY p.changed_at DESC, p.id DESC LIMIT $3 OFFSET $4

-- name: testcase_list :many
-- args: version_id int8
-- cols: id int8, ordinal int4, path text, is_sample bool, input_id int8, input_size int8, answer_id int8, answer_size int8
-- cols: hint text, description text
SELECT t.id, t.ordinal, t.path, t.is_sample, t.input_id, i.size AS input_size, t.answer_id, a.size AS answer_size, t.hint,
       t.description
  FROM testcase t JOIN problem_blob i ON i.id = t.input_id JOIN problem_blob a ON a.id = t.answer_id
 WHERE t.version_id = $1 ORDER BY t.ordinal

-- A test by any id that it had: as the current version has it, and whether it is still the same.
-- name: testcase_find :one
-- args: id int8
-- cols: problem_id int8, path text, current_id int8, is_same bool
SELECT v.problem_id, t.path, c.id AS current_id,
       c.input_id IS NOT DISTINCT FROM t.input_id AND c.answer_id IS NOT DISTINCT FROM t.answer_id AS is_same
  FROM testcase t
  JOIN problem_version v ON v.id = t.version_id
  JOIN problem p ON p.id = v.problem_id
  LEFT JOIN testcase c ON c.version_id = p.version_id AND c.path = t.path
 WHERE t.id = $1
