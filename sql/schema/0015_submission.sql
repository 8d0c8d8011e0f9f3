-- Submissions, and how they were judged.
--
-- A submission is judged once or more often (rejudging); judging_id names the judging that counts. A judging is a tree of
-- jobs: one builds, then several run tests side by side, taking the next untaken ones from judging_run; the one that
-- finishes the last test that matters settles the verdict. judging_run.taken_by holds the job that has a test, so a job that
-- begins anew after a crash finds its own unfinished tests again.

-- What the judges of each host can build and run, as they found it when they started.
CREATE TABLE judge_language (
	host text NOT NULL CHECK (octet_length(host) BETWEEN 1 AND 255),
	language text NOT NULL CHECK (language ~ '^[a-z0-9_+]{1,20}$'),
	is_there boolean NOT NULL,
	version text NOT NULL DEFAULT '',               -- the first line that the compiler prints of itself
	why text NOT NULL DEFAULT '',                   -- it is not there
	ordinal smallint NOT NULL DEFAULT 0,            -- in etc/languages.conf
	name text NOT NULL DEFAULT '',                  -- for people
	extension text NOT NULL DEFAULT '',             -- of a file without a name: 'cpp'
	for_members boolean NOT NULL DEFAULT true,      -- else only packages use it
	seen_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (host, language)
);

CREATE TABLE submission (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id text NOT NULL UNIQUE CHECK (public_id ~ '^[a-z0-9]{16}$'), -- in addresses; random, so it counts nothing
	user_id bigint REFERENCES app_user ON DELETE SET NULL, -- NULL: the account is gone, or the jury's own
	problem_id bigint NOT NULL REFERENCES problem ON DELETE CASCADE,
	contest_id bigint,                              -- NULL: practice
	solution_id bigint REFERENCES jury_solution ON DELETE CASCADE, -- a jury's, from the package
	language text NOT NULL,
	file_name text NOT NULL CHECK (octet_length(file_name) BETWEEN 1 AND 255),
	size int NOT NULL CHECK (size >= 0),
	mac bytea NOT NULL CHECK (octet_length(mac) = 32), -- of the source, under the problem's key
	sealed bytea NOT NULL,                          -- under the problem's key, purpose submission.source:PUBLIC_ID
	made_at timestamptz NOT NULL DEFAULT now(),
	judging_id bigint,                              -- the one that counts
	flags json NOT NULL DEFAULT '[]',               -- what the static scan saw, for the jury
	deleted_at timestamptz                          -- hidden from its member's lists; evidence stays
);
ALTER TABLE submission ALTER sealed SET STORAGE EXTERNAL;
CREATE INDEX submission_user_id ON submission (user_id, id);
CREATE INDEX submission_problem_id ON submission (problem_id, id);
CREATE INDEX submission_solution_id ON submission (solution_id) WHERE solution_id IS NOT NULL;

-- Judgings that are tried together: previewed, then applied or dropped whole.
CREATE TABLE rejudge (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	made_by bigint REFERENCES app_user ON DELETE SET NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	why text NOT NULL CHECK (octet_length(why) BETWEEN 1 AND 500),
	wanted json NOT NULL,                           -- what was asked for: submission, problem, contest, language, verdict, user
	n int NOT NULL,
	n_ended int NOT NULL DEFAULT 0,
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3), -- 0 is judged, 1 to be decided, 2 applied, 3 dropped
	decided_by bigint REFERENCES app_user ON DELETE SET NULL,
	decided_at timestamptz
);

CREATE TABLE judging (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	submission_id bigint NOT NULL REFERENCES submission ON DELETE CASCADE,
	version_id bigint NOT NULL REFERENCES problem_version, -- the tests and limits that decide
	rejudge_id bigint REFERENCES rejudge ON DELETE CASCADE,
	priority smallint NOT NULL CHECK (priority IN (0, 10, 20)), -- 0 contest, 10 ordinary, 20 rejudge
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3), -- 0 waits, 1 is built, 2 runs, 3 ended
	made_at timestamptz NOT NULL DEFAULT now(),
	began_at timestamptz,
	ended_at timestamptz,
	n_tests int NOT NULL DEFAULT 0,
	first_bad int,                                  -- the least ordinal that was not accepted; later ones need not run where the first decides
	verdict smallint CHECK (verdict BETWEEN 1 AND 8), -- enum verdict in lib/judge/verdict.h; NULL until it ended
	score double precision,
	cpu_ms int,                                     -- of the slowest test
	memory_kib int,                                 -- of the largest
	artifact bytea CHECK (octet_length(artifact) = 32), -- judge_artifact.key
	build_text text NOT NULL DEFAULT '',            -- what the compiler said
	-- What decided, so that it can be repeated.
	host text NOT NULL DEFAULT '',
	compiler text NOT NULL DEFAULT '',
	box text NOT NULL DEFAULT '',                   -- version and tier of podium-box
	fault text NOT NULL DEFAULT ''                  -- of the judge (JE), for the jury
) WITH (fillfactor = 70);
CREATE INDEX judging_submission_id ON judging (submission_id);
CREATE INDEX judging_rejudge_id ON judging (rejudge_id) WHERE rejudge_id IS NOT NULL;
CREATE INDEX judging_live ON judging (priority, id) WHERE state < 3;
ALTER TABLE submission ADD FOREIGN KEY (judging_id) REFERENCES judging DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE judging_run (
	judging_id bigint NOT NULL REFERENCES judging ON DELETE CASCADE,
	ordinal int NOT NULL,                           -- testcase.ordinal of the judging's version
	taken_by bigint,                                -- the job that runs it
	verdict smallint CHECK (verdict BETWEEN 1 AND 8), -- NULL: not run
	skipped boolean NOT NULL DEFAULT false,         -- others have decided without it, even if it ran
	score double precision,                         -- as the validator gave it
	score_is_factor boolean NOT NULL DEFAULT false, -- 0..1 of what the test is worth
	cpu_ms int,
	wall_ms int,
	memory_kib int,
	ended_at timestamptz,
	detail bytea,                                   -- sealed: what differs, the validator's words, the exit; purpose judging_run:JUDGING:ORDINAL
	PRIMARY KEY (judging_id, ordinal)
) WITH (fillfactor = 70);

-- What compilers made, kept while it is used: key is the hash of source, language, compiler and flags.
CREATE TABLE judge_artifact (
	key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
	size bigint NOT NULL,
	sealed bytea NOT NULL,                          -- a tar of the files, purpose judge_artifact:KEY in hex
	build_text text NOT NULL DEFAULT '',
	made_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE judge_artifact ALTER sealed SET STORAGE EXTERNAL;
CREATE INDEX judge_artifact_used_at ON judge_artifact (used_at);

-- Programs that operators build and run on the judges outside of any problem, and looks at what a judge has.
CREATE TABLE judge_trial (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id text NOT NULL UNIQUE CHECK (public_id ~ '^[a-z0-9]{16}$'),
	made_by bigint REFERENCES app_user ON DELETE SET NULL,
	kind smallint NOT NULL CHECK (kind BETWEEN 0 AND 2), -- enum trial_kind in lib/model/trial.h
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2), -- 0 waits, 1 runs, 2 ended
	made_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz,
	host text NOT NULL DEFAULT '',
	fault text NOT NULL DEFAULT '',                 -- of the judge
	wanted bytea NOT NULL,                          -- JSON, purpose judge_trial.wanted:PUBLIC_ID
	answer bytea                                    -- JSON, purpose judge_trial.answer:PUBLIC_ID
);
