-- What members send in.

-- The limits of a version. ready is false while nobody has named a time limit and no verification has found one.
-- name: submission_rules :many :read
-- args: version_id int8, language text
-- cols: code_kib int4, allowed bool, ready bool, output_kib int4, answers bool
SELECT code_kib, languages IS NULL OR $2 = ANY (languages) AS allowed, NOT time_is_suggested OR verified_at IS NOT NULL AS ready,
	output_kib, submits_answers AS answers
FROM problem_version WHERE id = $1

-- The tests that answers are handed in to.
-- name: submission_answer_tests :many :read
-- args: version_id int8
-- cols: path text, is_sample bool
SELECT path, is_sample FROM testcase WHERE version_id = $1 ORDER BY ordinal

-- known: some judge has ever heard of it. there: some judge has it.
-- name: submission_language :one :read
-- args: language text
-- cols: known bool, there bool, extension text
SELECT count(*) > 0 AS known, coalesce(bool_or(is_there), false) AS there, coalesce(min(extension), '') AS extension
FROM judge_language WHERE language = $1 AND for_members

-- One after another for each member, so that two requests at once count each other.
-- name: submission_hold :one
-- args: user_id int8
-- cols: id int8
SELECT id FROM app_user WHERE id = $1 FOR NO KEY UPDATE

-- In how many seconds the next one passes, 0 if now: `minute` of them in a minute, `day` in a day.
-- name: submission_rate :one
-- args: user_id int8, minute int4, day int4
-- cols: minute_s int4, day_s int4
WITH s AS (
	SELECT made_at, row_number() OVER (ORDER BY id DESC) AS n FROM (
		SELECT id, made_at FROM submission WHERE user_id = $1 AND solution_id IS NULL ORDER BY id DESC LIMIT $3) x
)
SELECT greatest(0, coalesce(ceil(60 - extract(epoch FROM now() - (SELECT made_at FROM s WHERE n = $2))), 0))::int4
		AS minute_s,
	greatest(0, coalesce(ceil(86400 - extract(epoch FROM now() - (SELECT made_at FROM s WHERE n = $3))), 0))::int4
		AS day_s

-- name: submission_insert :one
-- args: public_id text, user_id int8, problem_id int8, contest_id int8, solution_id int8, language text, file_name text, size int4, mac bytea, sealed bytea, flags json
-- cols: id int8
INSERT INTO submission (public_id, user_id, problem_id, contest_id, solution_id, language, file_name, size, mac, sealed,
	flags)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id

-- name: submission_languages :many :read
-- cols: id text, name text, extension text, there bool, version text, why text
SELECT language AS id, min(name) AS name, min(extension) AS extension, bool_or(is_there) AS there,
	coalesce(min(version) FILTER (WHERE is_there), '') AS version, coalesce(min(why) FILTER (WHERE NOT is_there), '') AS why
FROM judge_language WHERE for_members GROUP BY language ORDER BY min(ordinal), language

-- ---- looking ----

-- Newest first. What a reader may see: his own; with all, everything; else that of problems that are his.
-- name: submission_list :many :read
-- args: reader_id int8, sees_all bool, user_id int8, problem_id int8, slug text, language text, verdict int2, state int2, flagged bool, with_jury bool, before int8, limit int4, before_public text
-- cols: id int8, public_id text, slug text, problem text, user_id int8, user_name text, language text, size int4, made_at timestamptz, state int2, n_tests int4, n_ended int4, verdict int2, score text, cpu_ms int4, memory_kib int4, flagged bool, is_jury bool, owned bool
SELECT s.id, s.public_id, p.slug, v.name AS problem, s.user_id, u.name AS user_name, s.language, s.size, s.made_at,
	j.state, j.n_tests, CASE WHEN j.state = 3 THEN coalesce(j.first_bad + 1, j.n_tests) ELSE
		(SELECT count(verdict)::int4 FROM judging_run r WHERE r.judging_id = j.id) END AS n_ended,
	j.verdict, j.score::text AS score, j.cpu_ms, j.memory_kib, json_array_length(s.flags) > 0 AS flagged,
	s.solution_id IS NOT NULL AS is_jury, coalesce(p.owner_id = $1, false) AS owned
FROM submission s JOIN problem p ON p.id = s.problem_id JOIN judging j ON j.id = s.judging_id
JOIN problem_version v ON v.id = j.version_id LEFT JOIN app_user u ON u.id = s.user_id
WHERE s.id < CASE WHEN $13 IS NULL THEN $11 ELSE (SELECT b.id FROM submission b WHERE b.public_id = $13) END
	AND ($2 OR s.user_id = $1 AND s.deleted_at IS NULL OR p.owner_id = $1)
	AND ($3 IS NULL OR s.user_id = $3) AND ($4 IS NULL OR s.problem_id = $4) AND ($5 IS NULL OR p.slug = $5)
	AND ($6 IS NULL OR s.language = $6) AND ($7 IS NULL OR j.verdict = $7) AND ($8 IS NULL OR j.state = $8)
	AND (NOT $9 OR json_array_length(s.flags) > 0) AND ($10 OR s.solution_id IS NULL)
ORDER BY s.id DESC LIMIT $12

-- name: submission_get :many :read
-- args: public_id text
-- cols: id int8, public_id text, slug text, problem text, problem_id int8, owner_id int8, user_id int8, user_name text, language text, size int4, made_at timestamptz, deleted bool, file_name text, sealed bytea, flags json, is_jury bool, judging_id int8, priority int2, state int2, n_tests int4, first_bad int4, verdict int2, score text, cpu_ms int4, memory_kib int4, began_at timestamptz, ended_at timestamptz, build_text text, host text, compiler text, box text, fault text, version_id int8, version_number int4, in_groups bool, show_difference bool, data_hash bytea, last_event int8, time_ms int4, memory_mib int4
SELECT s.id, s.public_id, p.slug, v.name AS problem, s.problem_id, p.owner_id, s.user_id, u.name AS user_name, s.language, s.size,
	s.made_at, s.deleted_at IS NOT NULL AS deleted, s.file_name, s.sealed, s.flags, s.solution_id IS NOT NULL AS is_jury,
	j.id AS judging_id, j.priority, j.state, j.n_tests, j.first_bad, j.verdict, j.score::text AS score, j.cpu_ms,
	j.memory_kib, j.began_at, j.ended_at, j.build_text, j.host, j.compiler, j.box, j.fault, j.version_id,
	v.number AS version_number, v.is_scoring OR v.grading <> 0 OR coalesce(x.runs_all, false) AS in_groups, v.show_difference, v.data_hash,
	(SELECT coalesce(max(ev.id), 0) FROM event ev WHERE ev.scope = 'submission:' || $1) AS last_event,
	j.time_ms, j.memory_mib
FROM submission s JOIN problem p ON p.id = s.problem_id JOIN judging j ON j.id = s.judging_id
JOIN problem_version v ON v.id = j.version_id LEFT JOIN app_user u ON u.id = s.user_id
LEFT JOIN jury_solution x ON x.id = s.solution_id
WHERE s.public_id = $1

-- name: submission_now :many :read
-- args: public_id text
-- cols: judging_id int8, deleted bool
SELECT judging_id, deleted_at IS NOT NULL AS deleted FROM submission WHERE public_id = $1

-- name: submission_tests :many :read
-- args: judging_id int8, with_details bool
-- cols: ordinal int4, path text, is_sample bool, verdict int2, skipped bool, taken bool, score text, factor bool, cpu_ms int4, wall_ms int4, memory_kib int4, detail bytea
SELECT r.ordinal, t.path, t.is_sample, r.verdict, r.skipped, r.taken_by IS NOT NULL AS taken, r.score::text AS score,
	r.score_is_factor AS factor, r.cpu_ms, r.wall_ms, r.memory_kib, CASE WHEN $2 THEN r.detail END AS detail
FROM judging_run r JOIN judging j ON j.id = r.judging_id
JOIN testcase t ON t.version_id = j.version_id AND t.ordinal = r.ordinal
WHERE r.judging_id = $1 ORDER BY r.ordinal

-- Why it waits. Counting those ahead stops at 1000.
-- name: submission_waits :one :read
-- args: judging_id int8, priority int2, language text, silent_ms int8
-- cols: paused bool, reason text, alive bool, has_language bool, ahead int8
SELECT coalesce(q.paused_until > now() OR q.breaker_until > now(), false) AS paused, coalesce(q.pause_reason, '') AS reason,
	EXISTS (SELECT FROM job_runner r JOIN judge_language l ON l.host = r.host
		WHERE r.beat_at > now() - $4 * interval '1 ms') AS alive,
	EXISTS (SELECT FROM job_runner r JOIN judge_language l ON l.host = r.host
		WHERE r.beat_at > now() - $4 * interval '1 ms' AND (l.language = $3 AND l.is_there OR $3 = 'answer')) AS has_language,
	(SELECT count(*) FROM (SELECT FROM judging o WHERE o.state = 0 AND (o.priority, o.id) < ($2, $1) LIMIT 1000) x) AS ahead
FROM (SELECT 1) one LEFT JOIN job_queue q ON q.name = 'judge'

-- The same of one that somebody has begun: whoever it was may be gone. What runs goes on while the queue is paused.
-- name: submission_stands :one :read
-- args: priority int2, silent_ms int8
-- cols: paused bool, alive bool
SELECT coalesce(q.paused_until > now() OR q.breaker_until > now(), false)
		AND NOT EXISTS (SELECT FROM job j WHERE j.queue = q.id AND j.priority = $1 AND j.runner IS NOT NULL) AS paused,
	EXISTS (SELECT FROM job_runner r JOIN judge_language l ON l.host = r.host
		WHERE r.beat_at > now() - $2 * interval '1 ms') AS alive
FROM (SELECT 1) one LEFT JOIN job_queue q ON q.name = 'judge'

-- name: submission_owner :many
-- args: public_id text
-- cols: id int8, user_id int8, state int2, problem_id int8
SELECT s.id, s.user_id, j.state, s.problem_id FROM submission s JOIN judging j ON j.id = s.judging_id
WHERE s.public_id = $1 FOR UPDATE OF s

-- name: submission_delete :exec
-- args: id int8
UPDATE submission SET deleted_at = coalesce(deleted_at, now()) WHERE id = $1
