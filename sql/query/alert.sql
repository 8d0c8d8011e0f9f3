-- What operators are told.

-- A thing that lasts counts once, and once more for every day that it lasts.
-- name: alert_raise :one
-- args: key text, level int2, title text, detail text, n int8, lasting bool, gap_s int4, remind_s int4
-- cols: due bool
INSERT INTO alert AS a (key, level, title, detail, n, n_new) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (key) DO UPDATE SET level = excluded.level, title = excluded.title, detail = excluded.detail, last_at = now(),
	(n, n_new) = (SELECT a.n + x.n, a.n_new + x.n FROM (SELECT CASE
		WHEN $6 AND a.last_at > now() - $7 * interval '1 s'
			AND (a.n_new > 0 OR coalesce(a.sent_at, a.first_at) > now() - $8 * interval '1 s')
		THEN 0 ELSE $5 END AS n) x)
RETURNING n_new > 0 AND due_at <= now() AS due

-- name: alert_due :many
-- args: limit int4
-- cols: key text, level int2, title text, detail text, n_new int8, last_at timestamptz
SELECT key, level, title, detail, n_new, last_at FROM alert
WHERE n_new > 0 AND due_at <= now() ORDER BY level, last_at, key LIMIT $1

-- A warning of the log is told less often than an error and than what a watcher found.
-- name: alert_sent :exec
-- args: keys text[], counts int8[], window_s int4, warn_window_s int4
UPDATE alert a SET n_new = greatest(a.n_new - x.n, 0), sent_at = now(), tries = 0, last_error = NULL,
	due_at = now() + CASE WHEN a.level = 1 AND a.key LIKE 'log:%' THEN $4 ELSE $3 END * interval '1 s'
FROM unnest($1, $2) AS x (key, n) WHERE a.key = x.key

-- name: alert_failed :exec
-- args: keys text[], wait_s int4, error text
UPDATE alert SET due_at = now() + least($2 * power(2, least(tries, 10)), 3600) * interval '1 s', tries = tries + 1,
	last_error = $3
WHERE key = ANY ($1)

-- name: alert_list :many
-- args: limit int4
-- cols: key text, level int2, title text, detail text, n int8, n_new int8, first_at timestamptz, last_at timestamptz, sent_at timestamptz, error text
SELECT key, level, title, detail, n, n_new, first_at, last_at, sent_at, last_error AS error
FROM alert ORDER BY last_at DESC, key LIMIT $1

-- name: alert_purge :exec
-- args: days int4
DELETE FROM alert WHERE last_at < now() - $1 * interval '1 day'

-- Dead jobs that were not looked at yet, by kind; the newest seconds are left for the next time, as their transactions may
-- still be open.
-- name: alert_dead_jobs :many
-- cols: kind text, n int8
WITH s AS (
	UPDATE alert_seen SET dead_at = greatest(o.dead_at, now() - interval '10 s') FROM alert_seen o
	RETURNING o.dead_at AS since, greatest(o.dead_at, now() - interval '10 s') AS until)
SELECT k.kind, count(*) AS n FROM s JOIN job_dead k ON k.died_at > s.since AND k.died_at <= s.until
GROUP BY k.kind ORDER BY k.kind
