-- Making and changing problems. Lists of rows come in as JSON, one object a row.

-- name: problem_new_id :one
-- cols: id int8
SELECT nextval(pg_get_serial_sequence('problem', 'id')) AS id

-- name: problem_add :exec
-- args: id int8, slug text, owner_id int8, sealed_key bytea
INSERT INTO problem (id, slug, owner_id, sealed_key) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4)

-- name: problem_lock :one
-- args: id int8
-- cols: slug text, version_id int8, sealed_key bytea, visibility int2, may_be_offered bool
SELECT slug, version_id, sealed_key, visibility,
       EXISTS (SELECT FROM problem_version v WHERE v.id = p.version_id AND v.may_be_offered) AS may_be_offered
  FROM problem p WHERE id = $1 FOR UPDATE

-- The first free one of wanted, wanted-2, wanted-3, ...
-- name: problem_slug_next :one
-- args: wanted text
-- cols: slug text
WITH taken AS (SELECT substr(slug, length($1) + 2)::int AS n FROM problem
       WHERE starts_with(slug, $1 || '-') AND substr(slug, length($1) + 2) ~ '^[0-9]{1,6}$')
SELECT CASE WHEN NOT EXISTS (SELECT FROM problem WHERE slug = $1) THEN $1
       ELSE $1 || '-' || (SELECT min(n) FROM (SELECT 2 AS n UNION SELECT n + 1 FROM taken WHERE n >= 2) f
            WHERE n NOT IN (SELECT n FROM taken)) END AS slug

-- name: problem_version_add :one
-- args: problem_id int8, version jsonb
-- cols: id int8, number int4
INSERT INTO problem_version (problem_id, number, made_by, why, format, data_hash, name, author, source, source_url, license,
       is_scoring, is_interactive, is_multipass, passes, validator, validator_flags, grading, maximize, time_ms,
       time_is_suggested, time_multiplier, time_margin, time_resolution_ms, memory_mib, output_kib, code_kib, build_ms,
       build_mib, check_ms, check_mib, check_kib, languages, may_write_files, show_difference,
       validator_scores, submits_answers, by_hand)
SELECT $1, coalesce((SELECT max(number) FROM problem_version WHERE problem_id = $1), 0) + 1, made_by, why, format, data_hash,
       name, author, source, source_url, license,
       is_scoring, is_interactive, is_multipass, passes, validator, validator_flags, grading, maximize, time_ms,
       time_is_suggested, time_multiplier, time_margin, time_resolution_ms, memory_mib, output_kib, code_kib, build_ms,
       build_mib, check_ms, check_mib, check_kib, languages, may_write_files, show_difference, validator_scores,
       coalesce(submits_answers, false), by_hand
  FROM jsonb_populate_record(NULL::problem_version, $2)
RETURNING id, number

-- Data are the same as in the version before: it stays as sound as that one. Whether that one was being verified.
-- name: problem_version_as_before :one
-- args: id int8, before_id int8
-- cols: was_open bool
UPDATE problem_version v SET state = CASE b.state WHEN 1 THEN 0 ELSE b.state END, verified_at = b.verified_at,
       suggested_ms = b.suggested_ms, signed_by = b.signed_by, signed_why = b.signed_why
  FROM problem_version b WHERE v.id = $1 AND b.id = $2
RETURNING b.state = 1 AS was_open

-- name: problem_text_put :exec
-- args: version_id int8, texts jsonb
INSERT INTO problem_text (version_id, lang, ordinal, title, html, plain)
SELECT $1, lang, ordinal, title, html, plain
  FROM jsonb_to_recordset($2) t (lang text, ordinal smallint, title text, html text, plain text)

-- name: problem_file_put :exec
-- args: version_id int8, files jsonb
INSERT INTO problem_file (version_id, role, path, blob_id)
SELECT $1, role, path, blob_id FROM jsonb_to_recordset($2) t (role smallint, path text, blob_id bigint)

-- name: problem_group_put :exec
-- args: version_id int8, groups jsonb
INSERT INTO test_group (version_id, ordinal, path, config)
SELECT $1, ordinal, path, config::json FROM jsonb_to_recordset($2) t (ordinal int, path text, config text)

-- name: problem_test_put :exec
-- args: version_id int8, tests jsonb
INSERT INTO testcase (version_id, ordinal, path, is_sample, input_id, answer_id, args, validator_flags, hint, description)
SELECT $1, ordinal, path, is_sample, input_id, answer_id, args, validator_flags, hint, description
  FROM jsonb_to_recordset($2) t (ordinal int, path text, is_sample boolean, input_id bigint, answer_id bigint, args text[],
       validator_flags text, hint text, description text)

-- name: problem_solution_put :exec
-- args: version_id int8, solutions jsonb
INSERT INTO jury_solution (version_id, path, language, entry, expected, sets_time, submission_id, outcome, said)
SELECT $1, path, language, entry, expected::json, sets_time, submission_id, outcome, said
  FROM jsonb_to_recordset($2) t (path text, language text, entry text, expected text, sets_time boolean,
       submission_id bigint, outcome smallint, said text)

-- name: problem_set_version :exec
-- args: id int8, version_id int8
UPDATE problem SET version_id = $2, changed_at = now() WHERE id = $1

-- Of every language, so that a reader finds it by the words of his own. The text of 100,000 characters is the most that is
-- looked at.
-- name: problem_index :exec
-- args: id int8
UPDATE problem p SET title = coalesce(v.name, ''), tag_ids = t.ids, head = h.words, words = h.words || b.words
  FROM problem q
  LEFT JOIN problem_version v ON v.id = q.version_id,
       LATERAL (SELECT coalesce(array_agg(g.id ORDER BY g.name), '{}') AS ids, coalesce(string_agg(g.name, ' '), '') AS names
                  FROM problem_tag x JOIN tag g ON g.id = x.tag_id WHERE x.problem_id = q.id) t,
       LATERAL (SELECT coalesce(string_agg(x.title, ' ' ORDER BY x.ordinal), '') AS titles,
                       left(coalesce(string_agg(x.plain, ' ' ORDER BY x.ordinal), ''), 100000) AS plain
                  FROM problem_text x WHERE x.version_id = q.version_id) x,
       LATERAL (SELECT setweight(to_tsvector('english', x.titles), 'A') ||
                       setweight(to_tsvector('english', t.names), 'B') ||
                       setweight(to_tsvector('simple', x.titles), 'A') AS words) h,
       LATERAL (SELECT to_tsvector('english', x.plain) AS words) b
 WHERE p.id = $1 AND q.id = p.id

-- name: problem_draft_version :one
-- args: version_id int8
-- cols: problem_id int8, format text, author text, source text, source_url text, license text, data_hash bytea
-- cols: is_scoring bool, is_interactive bool, is_multipass bool, passes int2, validator int2, validator_flags text
-- cols: grading int2, maximize bool, time_ms int4, time_is_suggested bool, time_multiplier text, time_margin text
-- cols: time_resolution_ms int4, memory_mib int4, output_kib int4, code_kib int4, build_ms int4, build_mib int4
-- cols: check_ms int4, check_mib int4, check_kib int4, languages text, may_write_files bool, show_difference bool
-- cols: validator_scores bool, submits_answers bool, by_hand int2
SELECT problem_id, format, author, source, source_url, license, data_hash, is_scoring, is_interactive, is_multipass, passes,
       validator, validator_flags, grading, maximize, time_ms, time_is_suggested, time_multiplier::text AS time_multiplier,
       time_margin::text AS time_margin, time_resolution_ms, memory_mib, output_kib, code_kib, build_ms, build_mib, check_ms,
       check_mib, check_kib, array_to_string(languages, ' ') AS languages, may_write_files, show_difference,
       validator_scores, submits_answers, by_hand
  FROM problem_version WHERE id = $1

-- name: problem_by_hand :one
-- args: version_id int8
-- cols: by_hand int2, time_ms int4, memory_mib int4, output_kib int4, show_difference bool
SELECT by_hand, time_ms, memory_mib, output_kib, show_difference FROM problem_version WHERE id = $1

-- name: problem_draft_texts :many
-- args: version_id int8
-- cols: lang text, title text, html text, plain text
SELECT lang, title, html, plain FROM problem_text WHERE version_id = $1 ORDER BY ordinal

-- name: problem_draft_files :many
-- args: version_id int8
-- cols: role int2, path text, blob_id int8, size int8, mac bytea
SELECT f.role, f.path, f.blob_id, b.size, b.mac FROM problem_file f JOIN problem_blob b ON b.id = f.blob_id
 WHERE f.version_id = $1 ORDER BY f.role, f.path COLLATE "C"

-- name: problem_draft_groups :many
-- args: version_id int8
-- cols: path text, config text
SELECT path, config::text AS config FROM test_group WHERE version_id = $1 ORDER BY ordinal

-- name: problem_draft_tests :many
-- args: version_id int8
-- cols: path text, is_sample bool, input_id int8, input_size int8, input_mac bytea, answer_id int8, answer_size int8
-- cols: answer_mac bytea, args text, validator_flags text, hint text, description text
SELECT t.path, t.is_sample, t.input_id, i.size AS input_size, i.mac AS input_mac, t.answer_id, a.size AS answer_size,
       a.mac AS answer_mac, to_json(t.args)::text AS args, t.validator_flags, t.hint, t.description
  FROM testcase t JOIN problem_blob i ON i.id = t.input_id JOIN problem_blob a ON a.id = t.answer_id
 WHERE t.version_id = $1 ORDER BY t.ordinal

-- name: problem_draft_solutions :many
-- args: version_id int8
-- cols: path text, language text, entry text, expected text, sets_time bool, submission_id int8, outcome int2, said text
SELECT path, language, entry, expected::text AS expected, sets_time, submission_id, outcome, said
  FROM jury_solution WHERE version_id = $1 ORDER BY path COLLATE "C"

-- name: problem_set_meta :exec
-- args: id int8, slug text, visibility int2, difficulty int2, category text
UPDATE problem SET slug = $2, visibility = $3, difficulty = nullif($4, 0::int2), category = $5, changed_at = now() WHERE id = $1

-- name: problem_show_to :exec
-- args: id int8, visibility int2
UPDATE problem SET visibility = $2, changed_at = now() WHERE id = $1

-- name: problem_set_tags :exec
-- args: id int8, names text[]
WITH n AS (SELECT DISTINCT name FROM unnest($2) name),
     made AS (INSERT INTO tag (name) SELECT name FROM n ON CONFLICT DO NOTHING RETURNING id, name),
     w AS (SELECT id FROM made UNION SELECT t.id FROM tag t JOIN n USING (name)),
     gone AS (DELETE FROM problem_tag WHERE problem_id = $1 AND tag_id NOT IN (SELECT id FROM w))
INSERT INTO problem_tag (problem_id, tag_id) SELECT $1, id FROM w ON CONFLICT DO NOTHING

-- name: problem_is_used :one
-- args: id int8
-- cols: used bool
SELECT EXISTS (SELECT FROM submission WHERE problem_id = $1 AND user_id IS NOT NULL) AS used

-- name: problem_delete :exec
-- args: id int8
DELETE FROM problem WHERE id = $1
