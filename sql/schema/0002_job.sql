-- The job queue.
--
-- The hot table job holds ready and running jobs only; delayed and retried ones wait in job_later, given up ones
-- stay in job_dead, finished ones move to job_done. So the hot table stays small and nothing that cannot run now
-- stands in the way of a claim.
--
-- job has exactly one index and no mutable column is in it: the claim's UPDATE is heap-only (HOT), which needs the
-- free room that fillfactor leaves. A second index on id would also tempt the planner away from the lane.
-- runner IS NULL means ready. (runner, worker) names the process that holds a claim, and no such pair ever returns,
-- so it is the fence: an answer from anybody else changes nothing.

CREATE TABLE job_queue (
	id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_.-]{0,39}$'),
	weight smallint NOT NULL DEFAULT 10 CHECK (weight BETWEEN 1 AND 1000),
	max_running int CHECK (max_running > 0),      -- over all runners; NULL: no limit
	paused_until timestamptz,                     -- by an operator or a job; 'infinity': until resumed
	pause_reason text,
	breaker_trips smallint NOT NULL DEFAULT 0,    -- 0: closed; else how often it opened in a row
	breaker_until timestamptz,                    -- open until then, half open afterwards
	window_start timestamptz NOT NULL DEFAULT now(),
	window_ok int NOT NULL DEFAULT 0,
	window_failed int NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

CREATE TABLE job_runner (                         -- one row per supervisor; ids are never used again
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	pid int NOT NULL,
	workers int NOT NULL DEFAULT 0,
	draining boolean NOT NULL DEFAULT false,
	started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	beat_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10);

CREATE SEQUENCE job_id;

CREATE TABLE job (
	id bigint NOT NULL DEFAULT nextval('job_id'),
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	ready_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	claimed_at timestamptz,
	runner int,
	worker int,
	queue smallint NOT NULL,
	priority smallint NOT NULL CHECK (priority IN (0, 10, 20)),
	attempt smallint NOT NULL DEFAULT 0,          -- runs begun, the present one included
	kind text NOT NULL,
	unique_key text,
	last_error text,
	payload json NOT NULL,
	PRIMARY KEY (queue, priority, id)
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
	autovacuum_vacuum_insert_threshold = 200000, autovacuum_vacuum_insert_scale_factor = 0,
	autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0,
	autovacuum_analyze_threshold = 200000);
ALTER TABLE job ALTER payload SET STORAGE EXTERNAL;
ALTER SEQUENCE job_id OWNED BY job.id;

CREATE TABLE job_later (
	id bigint PRIMARY KEY,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	run_at timestamptz NOT NULL,
	queue smallint NOT NULL,
	priority smallint NOT NULL CHECK (priority IN (0, 10, 20)),
	attempt smallint NOT NULL DEFAULT 0,
	kind text NOT NULL,
	unique_key text,
	last_error text,
	payload json NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
	autovacuum_vacuum_cost_delay = 0);
ALTER TABLE job_later ALTER payload SET STORAGE EXTERNAL;
CREATE INDEX job_later_run_at ON job_later (run_at);

CREATE TABLE job_dead (
	id bigint PRIMARY KEY,
	created_at timestamptz NOT NULL,
	died_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	queue smallint NOT NULL,
	priority smallint NOT NULL,
	attempt smallint NOT NULL,
	kind text NOT NULL,
	unique_key text,
	last_error text,
	payload json NOT NULL
);
ALTER TABLE job_dead ALTER payload SET STORAGE EXTERNAL;
CREATE INDEX job_dead_died_at ON job_dead (died_at);

-- Finished jobs: written once, read by people, dropped a day at a time.
CREATE TABLE job_done (
	id bigint NOT NULL,
	created_at timestamptz NOT NULL,
	claimed_at timestamptz,
	done_at timestamptz NOT NULL,
	queue smallint NOT NULL,
	attempt smallint NOT NULL,
	kind text NOT NULL
) PARTITION BY RANGE (done_at);
CREATE TABLE job_done_rest PARTITION OF job_done DEFAULT;

-- Keys of live jobs (ready, running, later). Apart from job, because no unique index can span two tables.
CREATE TABLE job_unique (
	queue smallint NOT NULL,
	key text NOT NULL,
	job bigint NOT NULL,
	PRIMARY KEY (queue, key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Running jobs of queues that have a limit: one row each, counted under the queue's row lock.
CREATE TABLE job_slot (
	runner int NOT NULL,
	worker int NOT NULL,
	queue smallint NOT NULL,
	job bigint NOT NULL,
	PRIMARY KEY (queue, runner, worker)
) WITH (fillfactor = 50);

CREATE TABLE job_cron (
	name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 80),
	schedule text NOT NULL,                       -- five fields or @daily and the like
	zone text NOT NULL DEFAULT 'UTC',
	default_schedule text NOT NULL,               -- as the program has it; a schedule that differs is the operator's
	default_zone text NOT NULL DEFAULT 'UTC',
	enabled boolean NOT NULL DEFAULT true,
	kind text NOT NULL,
	priority smallint NOT NULL DEFAULT 10 CHECK (priority IN (0, 10, 20)),
	payload json NOT NULL DEFAULT '{}',
	unique_key text,                              -- NULL: cron:NAME
	next_at timestamptz,                          -- NULL: to be computed
	last_at timestamptz
);

-- Keeps partitions of job_done for yesterday to a week ahead and drops those older than keep_days. A day whose rows
-- already went to the default partition stays there and is deleted row by row.
CREATE FUNCTION job_done_tend(keep_days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' SET timezone = 'UTC' AS $$
DECLARE
	day date;
	part text;
	changed int := 0;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('job_done_tend'));
	FOR day IN SELECT generate_series(current_date, current_date + 7, interval '1 day')::date LOOP
		part := 'job_done_' || to_char(day, 'YYYYMMDD');
		IF to_regclass(part) IS NULL AND NOT EXISTS (
			SELECT FROM job_done_rest WHERE done_at >= day AND done_at < day + 1) THEN
			EXECUTE format('CREATE TABLE %I PARTITION OF job_done FOR VALUES FROM (%L) TO (%L)',
				part, day, day + 1);
			changed := changed + 1;
		END IF;
	END LOOP;
	FOR part IN
		SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'job_done'::regclass AND c.relname ~ '^job_done_[0-9]{8}$'
			AND to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - keep_days
	LOOP
		EXECUTE format('DROP TABLE %I', part);
		changed := changed + 1;
	END LOOP;
	DELETE FROM job_done_rest WHERE done_at < current_date - keep_days;
	RETURN changed;
END
$$;
SELECT job_done_tend(365);
