-- How submissions are judged: what the judging jobs read and write.

-- With a rejudging it counts only when that is applied.
-- name: judging_start :one
-- args: submission_id int8, version_id int8, rejudge_id int8, priority int2
-- cols: id int8
WITH j AS (
	INSERT INTO judging (submission_id, version_id, rejudge_id, priority) VALUES ($1, $2, $3, $4) RETURNING id
), s AS (
	UPDATE submission SET judging_id = (SELECT id FROM j) WHERE id = $1 AND $3 IS NULL
)
SELECT id FROM j

-- name: judging_load :many
-- args: id int8
-- cols: submission_id int8, public_id text, user_id int8, problem_id int8, version_id int8, time_ms int4, solution_id int8, solution_path text, solution_entry text, runs_all bool, rejudge_id int8, priority int2, state int2, language text, file_name text, sealed bytea, n_tests int4, artifact bytea
SELECT j.submission_id, s.public_id, s.user_id, s.problem_id, j.version_id, v.time_ms, s.solution_id,
	x.path AS solution_path, nullif(x.entry, '') AS solution_entry, coalesce(x.runs_all, false) AS runs_all, j.rejudge_id, j.priority, j.state, s.language,
	s.file_name, s.sealed, j.n_tests, j.artifact
FROM judging j JOIN submission s ON s.id = j.submission_id JOIN problem_version v ON v.id = j.version_id
LEFT JOIN jury_solution x ON x.id = s.solution_id
WHERE j.id = $1

-- name: judging_building :exec
-- args: id int8, public_id text
WITH u AS (
	UPDATE judging SET state = 1, began_at = coalesce(began_at, clock_timestamp()), fault = ''
	WHERE id = $1 AND state = 0 RETURNING id
)
INSERT INTO event (scope, kind, payload)
SELECT 'submission:' || $2, 'submission.state', '{"state":"building"}' FROM u

-- Of whoever holds the job: what comes late says nothing of a program that another one runs.
-- name: judging_built :exec
-- args: id int8, public_id text, ordinals int4[], artifact bytea, build_text text, host text, compiler text, box text, time_ms int4, memory_mib int4, queue int2, lane int2, job int8, runner int4, worker int4
WITH u AS (
	UPDATE judging SET state = 2, began_at = coalesce(began_at, clock_timestamp()), n_tests = cardinality($3),
		artifact = $4, build_text = $5, host = $6, compiler = $7, box = $8, time_ms = $9, memory_mib = $10, fault = ''
	WHERE id = $1 AND state < 2 AND EXISTS (
		SELECT FROM job WHERE queue = $11 AND priority = $12 AND id = $13 AND runner = $14 AND worker = $15)
	RETURNING id
), r AS (
	INSERT INTO judging_run (judging_id, ordinal) SELECT u.id, o FROM u, unnest($3) o ON CONFLICT DO NOTHING
)
INSERT INTO event (scope, kind, payload)
SELECT 'submission:' || $2, 'submission.state', json_build_object('state', 'running', 'n_tests', cardinality($3))
FROM u

-- The row of the judging is locked first: whoever comes later sees what this one says, so that one of them sees all.
-- held is false if the job is another worker's by now; then nothing is changed.
-- name: judging_record :one :pinned
-- args: id int8, public_id text, queue int2, priority int2, job int8, runner int4, worker int4, ordinals int4[], verdicts int2[], scores text[], factors int2[], cpu_ms int4[], wall_ms int4[], memory_kib int4[], details bytea[]
-- cols: held bool, state int2
WITH held AS (
	SELECT id FROM job WHERE queue = $3 AND priority = $4 AND id = $5 AND runner = $6 AND worker = $7
), j AS (
	SELECT id, state FROM judging WHERE id = $1 AND EXISTS (SELECT FROM held) FOR UPDATE
), r AS (
	UPDATE judging_run r SET verdict = n.verdict, score = n.score::float8, score_is_factor = n.factor <> 0,
		cpu_ms = n.cpu_ms, wall_ms = n.wall_ms, memory_kib = n.memory_kib, detail = n.detail,
		ended_at = clock_timestamp()
	FROM j, unnest($8, $9, $10, $11, $12, $13, $14, $15)
		n (ordinal, verdict, score, factor, cpu_ms, wall_ms, memory_kib, detail)
	WHERE j.state = 2 AND r.judging_id = j.id AND r.ordinal = n.ordinal AND r.taken_by = $5 AND r.verdict IS NULL
	RETURNING r.ordinal, r.verdict, r.cpu_ms
), b AS (
	UPDATE judging SET first_bad = least(first_bad, (SELECT min(ordinal) FROM r WHERE verdict <> 1))
	WHERE id = $1 AND EXISTS (SELECT FROM r WHERE verdict <> 1)
), ev AS (
	INSERT INTO event (scope, kind, payload)
	SELECT 'submission:' || $2, 'judgement.run',
		json_build_object('ordinal', r.ordinal, 'verdict', r.verdict, 'cpu_ms', r.cpu_ms)
	FROM r ORDER BY r.ordinal
)
SELECT EXISTS (SELECT FROM held) AS held, coalesce((SELECT state FROM j), 3::int2) AS state

-- name: judging_seen :many :pinned
-- args: id int8
-- cols: ordinal int4, verdict int2, skipped bool, score text, factor bool
SELECT ordinal, verdict, skipped, score::text AS score, score_is_factor AS factor
FROM judging_run WHERE judging_id = $1 ORDER BY ordinal

-- In the transaction of judging_record, which holds the lock. A job's own tests that have not ended are those that it had no
-- time for, or of a run of it that was cut off: what is not taken again of them, others may.
-- name: judging_take :many :pinned
-- args: id int8, queue int2, priority int2, job int8, runner int4, worker int4, want int4, first_bad bool
-- cols: ordinal int4
WITH j AS (
	SELECT id, CASE WHEN $8 THEN coalesce(first_bad, 2147483647) ELSE 2147483647 END AS most
	FROM judging WHERE id = $1 AND state = 2 AND EXISTS (
		SELECT FROM job WHERE queue = $2 AND priority = $3 AND id = $4 AND runner = $5 AND worker = $6)
), t AS (
	SELECT r.judging_id, r.ordinal FROM j JOIN judging_run r ON r.judging_id = j.id
	WHERE r.verdict IS NULL AND NOT r.skipped AND r.ordinal < j.most AND (r.taken_by IS NULL OR r.taken_by = $4)
	ORDER BY r.ordinal LIMIT $7
), given_back AS (
	UPDATE judging_run r SET taken_by = NULL FROM j
	WHERE r.judging_id = j.id AND r.taken_by = $4 AND r.verdict IS NULL AND r.ordinal <> ALL (ARRAY(SELECT ordinal FROM t))
)
UPDATE judging_run r SET taken_by = $4 FROM t
WHERE r.judging_id = t.judging_id AND r.ordinal = t.ordinal RETURNING r.ordinal

-- urgent: a job of a more urgent lane is ready. idle: workers without a job of this queue, 0 while any job of it waits.
-- name: judging_queue :one :pinned
-- args: queue int2, priority int2
-- cols: urgent bool, idle int4
SELECT EXISTS (SELECT FROM job WHERE queue = $1 AND priority < $2 AND runner IS NULL) AS urgent,
	CASE WHEN EXISTS (SELECT FROM job WHERE queue = $1 AND runner IS NULL) THEN 0
	ELSE greatest(0, (SELECT coalesce(sum(workers), 0) FROM job_runner WHERE NOT draining)
		- (SELECT count(*) FROM job WHERE queue = $1))::int4 END AS idle

-- Tests that others have decided for, whether they ran or not.
-- name: judging_skip :exec :pinned
-- args: id int8, ordinals int4[]
UPDATE judging_run r SET skipped = true FROM judging j
WHERE j.id = $1 AND j.state = 2 AND r.judging_id = j.id AND r.ordinal = ANY ($2) AND NOT r.skipped

-- What a job gives up although it did not end it, so that others may take it.
-- name: judging_release :exec
-- args: id int8, job int8
UPDATE judging_run SET taken_by = NULL WHERE judging_id = $1 AND taken_by = $2 AND verdict IS NULL

-- What goes wrong with the judge itself, while it is tried again.
-- name: judging_trouble :exec
-- args: id int8, fault text
UPDATE judging SET fault = $2 WHERE id = $1 AND state < 3

-- ---- the end ----

-- No row: it had ended before. A compilation that failed has no tests.
-- name: judging_end :many
-- args: id int8, verdict int2, score text, build_text text, host text, compiler text, box text, fault text
-- cols: cpu_ms int4, memory_kib int4
WITH w AS (
	SELECT max(r.cpu_ms) AS cpu_ms, max(r.memory_kib) AS memory_kib FROM judging_run r
	WHERE r.judging_id = $1 AND NOT r.skipped AND r.verdict IS NOT NULL
)
UPDATE judging j SET state = 3, ended_at = clock_timestamp(), began_at = coalesce(began_at, clock_timestamp()),
	verdict = $2, score = $3::float8, cpu_ms = w.cpu_ms, memory_kib = w.memory_kib,
	build_text = coalesce($4, build_text), host = coalesce($5, host), compiler = coalesce($6, compiler),
	box = coalesce($7, box), fault = coalesce($8, '')
FROM w WHERE j.id = $1 AND j.state < 3
RETURNING j.cpu_ms, j.memory_kib

-- No row unless the judging is the one that counts.
-- name: judging_counts :many
-- args: id int8
-- cols: slug text
SELECT p.slug FROM submission s JOIN problem p ON p.id = s.problem_id WHERE s.judging_id = $1

-- name: judging_rejudge_ended :many
-- args: rejudge_id int8
-- cols: state int2
UPDATE rejudge SET n_ended = n_ended + 1, state = CASE WHEN n_ended + 1 >= n THEN 1 ELSE 0 END
WHERE id = $1 AND state = 0 RETURNING state

-- ---- hosts ----

-- name: judging_host :exec
-- args: host text, languages text[], names text[], extensions text[], there int2[], members int2[], versions text[], whys text[], box text
WITH gone AS (
	DELETE FROM judge_language WHERE host = $1 AND language <> ALL ($2)
),
kind AS (
	INSERT INTO judge_host (host, box, seen_at) VALUES ($1, $9, clock_timestamp())
	ON CONFLICT (host) DO UPDATE SET box = excluded.box, seen_at = excluded.seen_at
)
INSERT INTO judge_language (host, language, name, extension, is_there, for_members, version, why, ordinal, seen_at)
SELECT $1, l.language, l.name, l.extension, l.there <> 0, l.members <> 0, l.version, l.why, l.ordinal, clock_timestamp()
FROM unnest($2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY
	l (language, name, extension, there, members, version, why, ordinal)
ON CONFLICT (host, language) DO UPDATE SET name = excluded.name, extension = excluded.extension,
	for_members = excluded.for_members, is_there = excluded.is_there, version = excluded.version, why = excluded.why, ordinal = excluded.ordinal,
	seen_at = excluded.seen_at
