-- What the form to send in a submission says.

-- name: submission_form :one :read
-- args: version_id int8, user_id int8
-- cols: name text, time_ms int4, time_is_open bool, memory_mib int4, code_kib int4, all_languages bool, languages text
-- cols: last_language text, answers bool
SELECT name, time_ms, time_is_suggested AND verified_at IS NULL AS time_is_open, memory_mib, code_kib,
       languages IS NULL AS all_languages, array_to_string(languages, ' ') AS languages,
       (SELECT s.language FROM submission s WHERE s.user_id = $2 AND s.solution_id IS NULL ORDER BY s.id DESC LIMIT 1)
         AS last_language, submits_answers AS answers
  FROM problem_version WHERE id = $1
