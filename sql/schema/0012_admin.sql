-- What operators are told, and what they may do to jobs from the pages.

-- One row for each thing that can happen, however often it happens: n_new is what nobody was told of yet.
CREATE TABLE alert (
	key text PRIMARY KEY CHECK (octet_length(key) <= 200), -- 'source.failing:codeforces'
	level smallint NOT NULL CHECK (level IN (0, 1)),       -- enum alert_level in lib/model/alert.h
	title text NOT NULL,
	detail text NOT NULL,
	n bigint NOT NULL,
	n_new bigint NOT NULL,
	first_at timestamptz NOT NULL DEFAULT now(),
	last_at timestamptz NOT NULL DEFAULT now(),
	due_at timestamptz NOT NULL DEFAULT now(),             -- not told of before
	sent_at timestamptz,
	tries int NOT NULL DEFAULT 0,                          -- failed ones since the last that succeeded
	last_error text
) WITH (fillfactor = 50);
CREATE INDEX alert_due ON alert (due_at) WHERE n_new > 0;
CREATE INDEX alert_last ON alert (last_at);

-- Up to when dead jobs have been looked through.
CREATE TABLE alert_seen (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	dead_at timestamptz NOT NULL
);
INSERT INTO alert_seen (dead_at) VALUES (now());

-- A dead job begins anew, a waiting one runs now with the attempts it has had. NULL for others, and for a dead job whose
-- key belongs to a live one by now. As a function, so that the web processes can do it without seeing payloads.
CREATE FUNCTION job_revive(wanted bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH d AS (
		DELETE FROM job_dead x WHERE x.id = wanted AND NOT EXISTS (
			SELECT FROM job_unique u WHERE u.queue = x.queue AND u.key = x.unique_key)
		RETURNING id, created_at, queue, priority, 0::int2 AS attempt, kind, unique_key, last_error, payload),
	u AS (INSERT INTO job_unique (queue, key, job)
		SELECT d.queue, d.unique_key, d.id FROM d WHERE d.unique_key IS NOT NULL),
	l AS (
		DELETE FROM job_later WHERE id = wanted
		RETURNING id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload),
	j AS (
		INSERT INTO job (id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload)
		SELECT id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload FROM d
		UNION ALL
		SELECT id, created_at, queue, priority, attempt, kind, unique_key, last_error, payload FROM l
		RETURNING queue)
	SELECT q.name FROM j JOIN job_queue q ON q.id = j.queue
$$;

-- Away with a job that does not run just now. NULL: there is none.
CREATE FUNCTION job_drop(wanted bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH j AS (DELETE FROM job WHERE id = wanted AND runner IS NULL RETURNING queue, id),
	l AS (DELETE FROM job_later WHERE id = wanted RETURNING queue, id),
	k AS (DELETE FROM job_dead WHERE id = wanted RETURNING queue, id),
	a AS (SELECT queue, id FROM j UNION ALL SELECT queue, id FROM l UNION ALL SELECT queue, id FROM k),
	u AS (DELETE FROM job_unique USING a WHERE job_unique.queue = a.queue AND job_unique.job = a.id)
	SELECT q.name FROM a JOIN job_queue q ON q.id = a.queue
$$;
