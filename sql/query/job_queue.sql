-- What an operator sets for a queue, its pauses and its circuit breaker.

-- name: job_queue_limit :exec
-- args: name text, max_running int4
UPDATE job_queue SET max_running = $2 WHERE name = $1;

-- name: job_queue_weight :exec
-- args: name text, weight int2
UPDATE job_queue SET weight = $2 WHERE name = $1;

-- name: job_queue_pause :exec
-- args: name text, for_ms int8, reason text
UPDATE job_queue SET pause_reason = $3, paused_until = CASE WHEN $2 IS NULL THEN 'infinity'
	ELSE greatest(paused_until, clock_timestamp() + $2 * interval '1 ms') END
WHERE name = $1;

-- name: job_queue_resume :exec
-- args: name text
UPDATE job_queue SET paused_until = NULL, pause_reason = NULL, breaker_until = NULL, breaker_trips = 0,
	window_start = now(), window_ok = 0, window_failed = 0
WHERE name = $1;

-- The breaker takes note of jobs that ended. Closed, it opens when within one window at least `least` jobs ended and half
-- of them failed; open, late results do not count; half open, one failure opens it again for twice as long and `probes`
-- successes close it.
-- name: job_queue_outcome :many
-- args: id int2, ok int4, failed int4, window_s int4, least int4, probes int4, base_s int4, cap_s int4
-- cols: trips int2, open_ms int8
WITH w AS (
	SELECT id, breaker_trips AS trips, breaker_trips > 0 AND breaker_until > now() AS is_open,
		CASE WHEN breaker_trips = 0 AND window_start < now() - $4 * interval '1 s' THEN 0 ELSE window_ok END + $2 AS ok,
		CASE WHEN breaker_trips = 0 AND window_start < now() - $4 * interval '1 s' THEN 0 ELSE window_failed END + $3
			AS failed,
		breaker_trips = 0 AND window_start < now() - $4 * interval '1 s' AS is_new
	FROM job_queue WHERE id = $1 FOR NO KEY UPDATE),
v AS (
	SELECT w.*, CASE WHEN is_open THEN trips
		WHEN trips > 0 AND failed > 0 THEN least(trips + 1, 100)
		WHEN trips > 0 AND ok >= $6 THEN 0
		WHEN trips = 0 AND ok + failed >= $5 AND failed * 2 >= ok + failed THEN 1
		ELSE trips END AS next_trips
	FROM w)
UPDATE job_queue q SET
	breaker_trips = v.next_trips,
	breaker_until = CASE WHEN v.next_trips > v.trips
			THEN now() + least($7 * power(2, least(v.next_trips - 1, 20)), $8) * interval '1 s'
		WHEN v.next_trips = 0 THEN NULL ELSE q.breaker_until END,
	window_start = CASE WHEN v.is_new OR v.next_trips <> v.trips THEN now() ELSE q.window_start END,
	window_ok = CASE WHEN v.is_open OR v.next_trips <> v.trips THEN 0 ELSE v.ok END,
	window_failed = CASE WHEN v.is_open OR v.next_trips <> v.trips THEN 0 ELSE v.failed END
FROM v WHERE q.id = v.id
RETURNING q.breaker_trips AS trips, (extract(epoch FROM q.breaker_until - now()) * 1000)::int8 AS open_ms;
