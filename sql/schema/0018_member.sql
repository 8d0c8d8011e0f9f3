-- Who is followed on Codeforces, and what is known of them.
--
-- What was fetched is replaced only by what a whole good fetch brought. A member who is not there any more takes everything
-- along; an account that is deleted takes its own member along.

CREATE TABLE member_group (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 80),
	year smallint CHECK (year BETWEEN 1900 AND 2200),
	section text NOT NULL DEFAULT '' CHECK (octet_length(section) <= 40)
);

CREATE TABLE member_coach (                      -- who sees a group's members
	group_id bigint NOT NULL REFERENCES member_group ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	PRIMARY KEY (group_id, user_id)
);
CREATE INDEX member_coach_user_id ON member_coach (user_id);

CREATE TABLE member (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint UNIQUE REFERENCES app_user ON DELETE CASCADE, -- NULL: has no account
	group_id bigint REFERENCES member_group ON DELETE SET NULL,
	name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
	email text NOT NULL DEFAULT '' CHECK (octet_length(email) <= 254),
	phone text NOT NULL DEFAULT '' CHECK (octet_length(phone) <= 40),
	handle text CHECK (handle ~ '^[A-Za-z0-9_.-]{1,32}$'), -- as Codeforces writes it since the first good fetch
	proved_at timestamptz,                          -- the account showed that the handle is its own
	is_public boolean NOT NULL DEFAULT false,       -- everybody may see the training
	added_at timestamptz NOT NULL DEFAULT now(),

	rating int,                                     -- NULL: not rated
	max_rating int,
	rank text NOT NULL DEFAULT '',
	max_rank text NOT NULL DEFAULT '',
	newest_id bigint NOT NULL DEFAULT 0,            -- the newest submission that has its verdict, and all older ones are kept too
	n_solved int NOT NULL DEFAULT 0,
	synced_at timestamptz,                          -- the last good fetch
	tried_at timestamptz,
	trouble text NOT NULL DEFAULT '',               -- why the last try failed; '' after a good one
	active_at timestamptz,                          -- the latest accepted submission

	wants_reminders boolean NOT NULL DEFAULT true,
	n_reminded int NOT NULL DEFAULT 0,
	reminded_at timestamptz
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX member_handle ON member (lower(handle));
CREATE INDEX member_group_id ON member (group_id);

CREATE TABLE rating_change (
	member_id bigint NOT NULL REFERENCES member ON DELETE CASCADE,
	contest_id bigint NOT NULL,
	contest text NOT NULL,
	rank int NOT NULL,
	at timestamptz NOT NULL,
	old_rating int NOT NULL,
	new_rating int NOT NULL,
	PRIMARY KEY (member_id, contest_id)
);

CREATE TABLE cf_submission (
	member_id bigint NOT NULL REFERENCES member ON DELETE CASCADE,
	id bigint NOT NULL,                             -- Codeforces'
	at timestamptz NOT NULL,
	problem text NOT NULL,                          -- '2100/A'; 'acmsguru/100' outside of contests
	name text NOT NULL,
	rating smallint,                                -- of the problem; NULL: has none
	tags text NOT NULL DEFAULT '',                  -- with commas between them
	verdict text NOT NULL,                          -- OK, WRONG_ANSWER, ...
	kind text NOT NULL DEFAULT '',                  -- CONTESTANT, PRACTICE, VIRTUAL, MANAGER, OUT_OF_COMPETITION
	PRIMARY KEY (member_id, id)
);
CREATE INDEX cf_submission_solved ON cf_submission (member_id, at) WHERE verdict = 'OK';

-- A sweep over many members, for whoever watches it or stops it.
CREATE TABLE member_sweep (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	made_by bigint REFERENCES app_user ON DELETE SET NULL, -- NULL: the clock
	began_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz,
	stopped_at timestamptz,                         -- members that were not yet asked for stay as they are
	n int NOT NULL,
	n_done int NOT NULL DEFAULT 0,
	n_failed int NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
