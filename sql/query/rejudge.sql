-- Judging again, as a set.

-- A submission that is judged just now by what holds is left alone.
-- name: rejudge_find :many
-- args: public_id text, slug text, problem_id int8, contest_id int8, user_id int8, language text, verdict int2, most int4
-- cols: id int8, version_id int8
SELECT s.id, p.version_id FROM submission s JOIN problem p ON p.id = s.problem_id JOIN judging j ON j.id = s.judging_id
WHERE (j.state = 3 OR j.version_id <> p.version_id) AND s.solution_id IS NULL AND p.version_id IS NOT NULL AND ($1 IS NULL OR s.public_id = $1)
	AND ($2 IS NULL OR p.slug = $2) AND ($3 IS NULL OR p.id = $3) AND ($4 IS NULL OR s.contest_id = $4)
	AND ($5 IS NULL OR s.user_id = $5) AND ($6 IS NULL OR s.language = $6) AND ($7 IS NULL OR j.verdict = $7)
ORDER BY s.id LIMIT $8

-- name: rejudge_insert :one
-- args: made_by int8, why text, wanted json, n int4
-- cols: id int8
INSERT INTO rejudge (made_by, why, wanted, n) VALUES ($1, $2, $3, $4) RETURNING id

-- name: rejudge_judgings :many
-- args: rejudge_id int8, submissions int8[], versions int8[]
-- cols: id int8
INSERT INTO judging (submission_id, version_id, rejudge_id, priority)
SELECT s, v, $1, 20 FROM unnest($2, $3) x (s, v) ORDER BY s RETURNING id

-- name: rejudge_list :many :read
-- args: id int8, before int8, limit int4
-- cols: id int8, made_by text, made_at timestamptz, why text, wanted text, n int4, n_ended int4, n_changed int8, state int2, decided_by text, decided_at timestamptz
SELECT r.id, u.name AS made_by, r.made_at, r.why, r.wanted::text AS wanted, r.n, r.n_ended,
	(SELECT count(*) FROM judging j JOIN submission s ON s.id = j.submission_id
			JOIN judging o ON o.id = coalesce(j.before_id, s.judging_id)
		WHERE j.rejudge_id = r.id AND j.state = 3
			AND (j.verdict IS DISTINCT FROM o.verdict OR j.score IS DISTINCT FROM o.score)) AS n_changed,
	r.state, w.name AS decided_by, r.decided_at
FROM rejudge r LEFT JOIN app_user u ON u.id = r.made_by LEFT JOIN app_user w ON w.id = r.decided_by
WHERE ($1 IS NULL OR r.id = $1) AND r.id < $2 ORDER BY r.id DESC LIMIT $3

-- name: rejudge_items :many :read
-- args: id int8, all bool, after int8, limit int4
-- cols: submission_id int8, public_id text, slug text, user_name text, language text, old_verdict int2, old_score text, new_verdict int2, new_score text, changed bool
SELECT s.id AS submission_id, s.public_id, p.slug, u.name AS user_name, s.language, o.verdict AS old_verdict,
	o.score::text AS old_score, j.verdict AS new_verdict, j.score::text AS new_score,
	j.state = 3 AND (j.verdict IS DISTINCT FROM o.verdict OR j.score IS DISTINCT FROM o.score) AS changed
FROM judging j JOIN submission s ON s.id = j.submission_id JOIN judging o ON o.id = coalesce(j.before_id, s.judging_id)
JOIN problem p ON p.id = s.problem_id LEFT JOIN app_user u ON u.id = s.user_id
WHERE j.rejudge_id = $1 AND s.id > $3
	AND ($2 OR j.state = 3 AND (j.verdict IS DISTINCT FROM o.verdict OR j.score IS DISTINCT FROM o.score))
ORDER BY s.id LIMIT $4

-- name: rejudge_hold :many
-- args: id int8
-- cols: state int2, failed int8
SELECT r.state, (SELECT count(*) FROM judging j WHERE j.rejudge_id = r.id AND j.verdict = 8) AS failed
FROM rejudge r WHERE r.id = $1 FOR UPDATE

-- Two sets that are applied at the same time take the submissions that are in both in one order. overtaken: judged again by
-- a later set that counts already; what is older does not take its place.
-- name: rejudge_hold_all :many :long
-- args: id int8
-- cols: overtaken bool
SELECT s.judging_id > j.id AS overtaken FROM judging j JOIN submission s ON s.id = j.submission_id
WHERE j.rejudge_id = $1 ORDER BY s.id FOR UPDATE OF s

-- name: rejudge_decide :exec
-- args: id int8, state int2, by int8
UPDATE rejudge SET state = $2, decided_by = $3, decided_at = clock_timestamp() WHERE id = $1

-- The ones that count from now on, by problem and member; an event for each whose verdict is another one, in the submission's
-- scope.
-- name: rejudge_apply :many :long
-- args: id int8
-- cols: public_id text, user_id int8, problem_id int8
WITH j AS (
	SELECT n.id, n.submission_id, n.verdict, o.id AS before_id,
		n.verdict IS DISTINCT FROM o.verdict OR n.score IS DISTINCT FROM o.score AS changed
	FROM judging n JOIN submission s ON s.id = n.submission_id JOIN judging o ON o.id = s.judging_id
	WHERE n.rejudge_id = $1
), b AS (
	UPDATE judging n SET before_id = j.before_id FROM j WHERE n.id = j.id
), u AS (
	UPDATE submission s SET judging_id = j.id FROM j WHERE s.id = j.submission_id
	RETURNING s.public_id, s.user_id, s.problem_id, j.changed, j.verdict
), ev AS (
	INSERT INTO event (scope, kind, payload)
	SELECT 'submission:' || u.public_id, 'judgement',
		json_build_object('submission', u.public_id, 'rejudged', true,
			'verdict', (ARRAY['AC', 'WA', 'TLE', 'MLE', 'OLE', 'RE', 'CE', 'JE'])[u.verdict])
	FROM u WHERE u.changed
)
SELECT public_id, user_id, problem_id FROM u ORDER BY problem_id, user_id

-- What has not ended never will: its jobs find nothing to judge.
-- name: rejudge_stop :exec :long
-- args: id int8
DELETE FROM judging WHERE rejudge_id = $1 AND state < 3
