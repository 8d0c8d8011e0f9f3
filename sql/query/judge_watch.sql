-- How the judges are doing, for operators.

-- name: judge_watch_hosts :many :read
-- args: silent_ms int8
-- cols: host text, box text, seen_at timestamptz, runners int8, workers int8
SELECT h.host, h.box, h.seen_at, r.runners, r.workers
  FROM judge_host h
 CROSS JOIN LATERAL (SELECT count(*) AS runners, coalesce(sum(workers), 0)::int8 AS workers FROM job_runner
	WHERE host = h.host AND beat_at > now() - $1 * interval '1 ms') r
 ORDER BY r.runners = 0, h.host LIMIT 200

-- name: judge_watch_languages :many :read
-- cols: host text, name text, version text, is_there bool, why text
SELECT host, name, version, is_there, why FROM judge_language ORDER BY host, ordinal, language

-- Counting stops at a number from the front of each.
-- name: judge_watch_queue :many :read
-- args: cap int4
-- cols: priority int2, waits int8, runs int8, oldest_at timestamptz
SELECT p.priority, count(*) FILTER (WHERE x.state = 0) AS waits, count(*) FILTER (WHERE x.state > 0) AS runs,
	min(x.made_at) FILTER (WHERE x.state = 0) AS oldest_at
  FROM (VALUES (0::int2), (10::int2), (20::int2)) p (priority)
  LEFT JOIN LATERAL (SELECT state, made_at FROM judging WHERE state < 3 AND priority = p.priority ORDER BY id LIMIT $1) x ON true
 GROUP BY p.priority ORDER BY p.priority

-- Those that stand: a submission that was judged again is not among them.
-- name: judge_watch_failed :many :read
-- args: limit int4
-- cols: public_id text, problem text, language text, fault text, host text, ended_at timestamptz, is_jury bool
SELECT s.public_id, v.name AS problem, s.language, j.fault, j.host, j.ended_at, s.solution_id IS NOT NULL AS is_jury
  FROM judging j JOIN submission s ON s.judging_id = j.id JOIN problem_version v ON v.id = j.version_id
 WHERE j.verdict = 8 ORDER BY j.id DESC LIMIT $1
