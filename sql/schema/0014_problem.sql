-- Problems, as people made them: what is told, what it is tested with, and what the jury sent in to prove it sound.
--
-- A problem has versions and a version never changes: every edit, of a text, a limit or a test, makes the next one, which
-- shares the bytes of what stayed the same (problem_blob). So a judging that names its version can be repeated for ever.
-- What is the problem's and not a version's (who sees it, tags, difficulty) changes in place.
-- Test data is sealed under a key of the problem's own, which is sealed under ENCRYPTION_KEY; macs are keyed by it too, so
-- that a stolen table tells nothing about data that somebody guesses.

CREATE TABLE problem (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	-- In addresses: /problem/SLUG. Digits alone would be an id.
	slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$' AND slug ~ '[a-z]'),
	owner_id bigint REFERENCES app_user ON DELETE SET NULL,               -- the creator; NULL: the account is gone
	sealed_key bytea NOT NULL,                      -- purpose problem.key:ID
	version_id bigint,                              -- the current one; NULL: none was made yet
	visibility smallint NOT NULL DEFAULT 0 CHECK (visibility BETWEEN 0 AND 2), -- 0 owner and jury, 1 contests only, 2 everybody
	difficulty smallint CHECK (difficulty BETWEEN 1 AND 10),
	category text CHECK (octet_length(category) BETWEEN 1 AND 60),
	created_at timestamptz NOT NULL DEFAULT now(),
	changed_at timestamptz NOT NULL DEFAULT now(),
	n_tried int NOT NULL DEFAULT 0,                 -- members with a finished submission, and with an accepted one
	n_solved int NOT NULL DEFAULT 0,
	-- Of the current version, for lists and search; the model writes them.
	title text NOT NULL DEFAULT '',
	tag_ids int[] NOT NULL DEFAULT '{}',            -- as problem_tag says
	head tsvector NOT NULL DEFAULT '',              -- of title (A) and tags (B): short, hits are ranked by it
	words tsvector NOT NULL DEFAULT ''              -- these and the text's
) WITH (fillfactor = 85);
CREATE INDEX problem_head ON problem USING gin (head) WITH (fastupdate = off);
CREATE INDEX problem_words ON problem USING gin (words) WITH (fastupdate = off);
CREATE INDEX problem_owner_id ON problem (owner_id);
CREATE INDEX problem_title ON problem (lower(title) text_pattern_ops, id) WHERE visibility = 2;
CREATE INDEX problem_solved ON problem (n_solved DESC, id DESC) WHERE visibility = 2;
CREATE INDEX problem_newest ON problem (id DESC) WHERE visibility = 2;
CREATE INDEX problem_tag_ids ON problem USING gin (tag_ids) WITH (fastupdate = off);

CREATE TABLE problem_version (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	problem_id bigint NOT NULL REFERENCES problem ON DELETE CASCADE,
	number int NOT NULL CHECK (number > 0),         -- 1, 2, 3 of this problem
	made_by bigint REFERENCES app_user ON DELETE SET NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	why text NOT NULL DEFAULT '',                   -- 'import', 'test added': for the history
	format text NOT NULL,                           -- as the package says: legacy, legacy-icpc, 2023-07-draft, 2025-09, polygon, podium
	data_hash bytea NOT NULL CHECK (octet_length(data_hash) = 32), -- of all that can change a verdict: tests, limits, validators
	name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 200), -- in the language of the first text
	author text NOT NULL DEFAULT '',
	source text NOT NULL DEFAULT '',
	source_url text NOT NULL DEFAULT '',
	license text NOT NULL DEFAULT '',

	-- How it is judged; lib/judge/rules.h says what the numbers mean.
	is_scoring boolean NOT NULL DEFAULT false,
	is_interactive boolean NOT NULL DEFAULT false,
	is_multipass boolean NOT NULL DEFAULT false,
	passes smallint NOT NULL DEFAULT 1 CHECK (passes BETWEEN 1 AND 50),
	validator smallint NOT NULL DEFAULT 0 CHECK (validator BETWEEN 0 AND 2), -- 0 default, 1 custom, 2 a testlib checker
	validator_flags text NOT NULL DEFAULT '',
	grading smallint NOT NULL DEFAULT 0 CHECK (grading BETWEEN 0 AND 2), -- 0 none, 1 legacy groups, 2 2025-09 groups
	maximize boolean NOT NULL DEFAULT true,         -- the better score is the higher one
	time_ms int NOT NULL CHECK (time_ms BETWEEN 1 AND 600000), -- processor time of one test and pass
	time_is_suggested boolean NOT NULL DEFAULT false, -- nobody named one: a verification sets it
	time_multiplier real NOT NULL DEFAULT 5,        -- slowest accepted to limit
	time_margin real NOT NULL DEFAULT 2,            -- limit to what must fail
	time_resolution_ms int NOT NULL DEFAULT 1000 CHECK (time_resolution_ms > 0),
	memory_mib int NOT NULL DEFAULT 2048 CHECK (memory_mib BETWEEN 1 AND 65536),
	output_kib int NOT NULL DEFAULT 8192 CHECK (output_kib BETWEEN 1 AND 1048576),
	code_kib int NOT NULL DEFAULT 128 CHECK (code_kib BETWEEN 1 AND 1024),
	build_ms int NOT NULL DEFAULT 60000 CHECK (build_ms BETWEEN 1 AND 600000),
	build_mib int NOT NULL DEFAULT 2048 CHECK (build_mib BETWEEN 1 AND 65536),
	check_ms int NOT NULL DEFAULT 60000 CHECK (check_ms BETWEEN 1 AND 600000), -- the validator's
	check_mib int NOT NULL DEFAULT 2048 CHECK (check_mib BETWEEN 1 AND 65536),
	check_kib int NOT NULL DEFAULT 8192 CHECK (check_kib BETWEEN 1 AND 1048576),
	languages text[],                               -- ids; NULL: all
	may_write_files boolean NOT NULL DEFAULT false,
	show_difference boolean NOT NULL DEFAULT false, -- members see the first place that differs, of secret tests too

	-- Whether it is sound.
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3), -- 0 not verified, 1 being verified, 2 sound, 3 unsound
	verified_at timestamptz,
	suggested_ms int,
	signed_by bigint REFERENCES app_user ON DELETE SET NULL, -- a jury member who lets it pass unverified, and why
	signed_why text,
	UNIQUE (problem_id, number)
);
ALTER TABLE problem ADD FOREIGN KEY (version_id) REFERENCES problem_version DEFERRABLE INITIALLY DEFERRED;

-- Bytes, once a problem, however many versions and files have them.
CREATE TABLE problem_blob (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	problem_id bigint NOT NULL REFERENCES problem ON DELETE CASCADE,
	mac bytea NOT NULL CHECK (octet_length(mac) = 32), -- HMAC-SHA-256 under the problem's key
	size bigint NOT NULL CHECK (size >= 0),         -- of the plain bytes
	UNIQUE (problem_id, mac)
);
-- Their bytes, PROBLEM_PIECE in each but the last; none where there are no bytes.
CREATE TABLE problem_piece (
	blob_id bigint NOT NULL REFERENCES problem_blob ON DELETE CASCADE,
	ordinal int NOT NULL CHECK (ordinal >= 0),
	sealed bytea NOT NULL,                          -- under the problem's key, purpose problem_piece:MAC in hex:ORDINAL
	PRIMARY KEY (blob_id, ordinal)
);
ALTER TABLE problem_piece ALTER sealed SET STORAGE EXTERNAL;

-- Statements. html was made and cleaned at import; a PDF lies in problem_file.
CREATE TABLE problem_text (
	version_id bigint NOT NULL REFERENCES problem_version ON DELETE CASCADE,
	lang text NOT NULL CHECK (lang ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
	ordinal smallint NOT NULL,                      -- 0 is shown unless the reader asks for another
	title text NOT NULL CHECK (octet_length(title) BETWEEN 1 AND 200),
	html text NOT NULL DEFAULT '',                  -- clean; '' where there is a PDF only
	plain text NOT NULL DEFAULT '',                 -- its words, for search
	PRIMARY KEY (version_id, lang)
);

-- Every file of the package that is no test: pictures and attachments that readers may fetch, and what only the judge uses.
CREATE TABLE problem_file (
	version_id bigint NOT NULL REFERENCES problem_version ON DELETE CASCADE,
	role smallint NOT NULL CHECK (role BETWEEN 0 AND 9), -- enum problem_role in lib/model/problem_file.h
	path text NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 255), -- below the role's folder
	blob_id bigint NOT NULL REFERENCES problem_blob,
	PRIMARY KEY (version_id, role, path)
);
CREATE INDEX problem_file_blob_id ON problem_file (blob_id);

-- Groups of tests where there are any: config is what the package says of them, inherited values filled in.
CREATE TABLE test_group (
	version_id bigint NOT NULL REFERENCES problem_version ON DELETE CASCADE,
	path text NOT NULL CHECK (octet_length(path) <= 255), -- 'secret/group1'; '' is the root
	ordinal int NOT NULL,
	config json NOT NULL,                           -- lib/judge/group.h
	PRIMARY KEY (version_id, path)
);

CREATE TABLE testcase (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	version_id bigint NOT NULL REFERENCES problem_version ON DELETE CASCADE,
	ordinal int NOT NULL CHECK (ordinal >= 0),      -- in the order of judging
	path text NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 255), -- 'sample/1', 'secret/group1/03': without extension
	is_sample boolean NOT NULL,
	input_id bigint NOT NULL REFERENCES problem_blob,
	answer_id bigint NOT NULL REFERENCES problem_blob,
	args text[] NOT NULL DEFAULT '{}',              -- for the submission's command line
	validator_flags text,                           -- NULL: as the version says
	hint text NOT NULL DEFAULT '',
	description text NOT NULL DEFAULT '',
	UNIQUE (version_id, ordinal),
	UNIQUE (version_id, path)
);
CREATE INDEX testcase_input_id ON testcase (input_id);
CREATE INDEX testcase_answer_id ON testcase (answer_id);

CREATE TABLE tag (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9 +-]{0,39}$')
);
CREATE TABLE problem_tag (
	problem_id bigint NOT NULL REFERENCES problem ON DELETE CASCADE,
	tag_id int NOT NULL REFERENCES tag ON DELETE CASCADE,
	PRIMARY KEY (tag_id, problem_id)
);
CREATE INDEX problem_tag_problem_id ON problem_tag (problem_id);

-- How far each member is with each problem that he sent something in for; made from submissions.
CREATE TABLE problem_progress (
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	problem_id bigint NOT NULL REFERENCES problem ON DELETE CASCADE,
	n_sent int NOT NULL,                            -- finished submissions
	first_at timestamptz NOT NULL,
	solved_at timestamptz,                          -- the first accepted one; NULL: none yet
	PRIMARY KEY (user_id, problem_id)
);
CREATE INDEX problem_progress_problem_id ON problem_progress (problem_id);

-- What the jury sent in, and what must come of it. Its files have role JURY in problem_file, below path/.
CREATE TABLE jury_solution (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	version_id bigint NOT NULL REFERENCES problem_version ON DELETE CASCADE,
	path text NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 255), -- 'wrong_answer/off_by_one.cpp'
	language text,                                  -- NULL: none of ours
	entry text NOT NULL DEFAULT '',                 -- the main class or file, where it has to be named
	expected json NOT NULL,                         -- lib/judge/expect.h
	sets_time boolean NOT NULL DEFAULT false,       -- counts for the time limit
	submission_id bigint,                           -- the judging that tried it
	outcome smallint CHECK (outcome BETWEEN 0 AND 2), -- 0 as expected, 1 not, 2 could not be tried
	said text NOT NULL DEFAULT '',                  -- why not
	UNIQUE (version_id, path)
);

-- Packages on their way in, and what became of them.
CREATE TABLE problem_import (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint REFERENCES app_user ON DELETE CASCADE,
	problem_id bigint REFERENCES problem ON DELETE SET NULL, -- into which; NULL: a new one
	made_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz,
	file_name text NOT NULL CHECK (octet_length(file_name) BETWEEN 1 AND 255),
	size bigint NOT NULL CHECK (size > 0),          -- of the zip
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3), -- 0 waits, 1 is read, 2 is in, 3 refused
	step text NOT NULL DEFAULT '' CHECK (octet_length(step) <= 200), -- what is done just now, for whoever watches
	report json NOT NULL DEFAULT '[]'               -- [{level, file, line, text}]: lib/model/problem_import.h
);
CREATE INDEX problem_import_user_id ON problem_import (user_id, id);

-- The zip, until it has been read: in pieces, so that it never lies in memory whole in more than one place.
CREATE TABLE problem_import_piece (
	import_id bigint NOT NULL REFERENCES problem_import ON DELETE CASCADE,
	ordinal int NOT NULL,
	sealed bytea NOT NULL,                          -- purpose problem_import_piece:IMPORT:ORDINAL
	PRIMARY KEY (import_id, ordinal)
);
ALTER TABLE problem_import_piece ALTER sealed SET STORAGE EXTERNAL;
