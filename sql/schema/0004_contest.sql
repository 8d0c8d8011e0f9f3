-- Contests of other platforms, and how their sources are doing.

CREATE TABLE source (
	platform          text PRIMARY KEY,
	last_try_at       timestamptz,
	last_success_at   timestamptz,
	failing_since     timestamptz,           -- NULL while it works
	fail_streak       integer NOT NULL DEFAULT 0,
	last_error        text,                  -- kept after the source works again
	last_error_at     timestamptz,
	last_error_detail text,
	note              text,                  -- what was unusual about the last good answer
	n_rows            integer NOT NULL DEFAULT 0,  -- contests in the last good answer
	n_skipped         integer NOT NULL DEFAULT 0,  -- records of it that could not be used
	zero_streak       integer NOT NULL DEFAULT 0,  -- good answers without a contest, in a row
	next_fetch_at     timestamptz NOT NULL DEFAULT now()
);

INSERT INTO source (platform) VALUES
	('leetcode'), ('codeforces'), ('codechef'), ('atcoder'), ('hackerrank'), ('geeksforgeeks'),
	('code360');

CREATE TABLE external_contest (
	id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	platform      text NOT NULL REFERENCES source (platform),
	native_id     text NOT NULL CHECK (octet_length(native_id) BETWEEN 1 AND 128),
	title         text NOT NULL CHECK (octet_length(title) BETWEEN 1 AND 300),
	start_at      timestamptz NOT NULL,
	end_at        timestamptz NOT NULL,
	url           text NOT NULL CHECK (url LIKE 'https://%'),
	status        text NOT NULL DEFAULT 'upcoming' CHECK (status IN ('upcoming', 'cancelled')),
	sequence      integer NOT NULL DEFAULT 0,  -- of RFC 5545: one more at every change
	first_seen_at timestamptz NOT NULL,
	last_seen_at  timestamptz NOT NULL,
	changed_at    timestamptz NOT NULL,
	cancelled_at  timestamptz,
	UNIQUE (platform, native_id),
	CHECK (end_at > start_at),
	CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

-- "Not over yet" and "in this month" are ranges of end_at; the few rows found are then sorted.
CREATE INDEX external_contest_end_at ON external_contest (end_at);
CREATE INDEX external_contest_changed_at ON external_contest (changed_at);

CREATE TABLE contest_change (
	id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contest_id    bigint NOT NULL REFERENCES external_contest (id) ON DELETE CASCADE,
	at            timestamptz NOT NULL,
	kind          text NOT NULL
		CHECK (kind IN ('announced', 'moved', 'renamed', 'relinked', 'cancelled', 'returned')),
	from_title    text,
	to_title      text,
	from_start_at timestamptz,
	to_start_at   timestamptz,
	from_end_at   timestamptz,
	to_end_at     timestamptz
);

CREATE INDEX contest_change_contest ON contest_change (contest_id, at);
CREATE INDEX contest_change_at ON contest_change (at);
