-- Members' own calendars: where they are, what of each contest stands in them, and what was done there.

CREATE TABLE calendar_link (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	sink text NOT NULL CHECK (sink IN ('google', 'caldav', 'ics')),
	-- ok; reconnect: access was taken away; gone: the calendar was deleted there; leaving: about to be
	-- disconnected by a job; off: disconnected, and what is known of its events is kept
	state text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'reconnect', 'gone', 'leaving', 'off')),
	reason text,                              -- why it is not ok, for its owner
	account text NOT NULL DEFAULT '',         -- there: an address or a user name
	server text NOT NULL DEFAULT '',          -- the address that its owner gave
	calendar text,                            -- id or address of the calendar; NULL until it is made or found
	is_own boolean NOT NULL DEFAULT true,     -- a calendar made by Podium, with nothing else in it
	secret bytea,                             -- sealed as calendar_link.secret:ID
	secret_hash bytea UNIQUE,                 -- SHA-256 of the secret in a feed's address
	reminders int8[] NOT NULL DEFAULT '{}',   -- by enum platform: minutes, -1 none, -2 the member's usual one
	colours int8[] NOT NULL DEFAULT '{}',     -- by enum platform: enum calendar_colour
	stopped_until timestamptz,                -- the service wants to be left alone until then
	created_at timestamptz NOT NULL DEFAULT now(),
	synced_at timestamptz,                    -- the last time that it was right
	UNIQUE (user_id, sink)
);

CREATE TABLE synced_event (
	link_id bigint NOT NULL REFERENCES calendar_link ON DELETE CASCADE,
	contest_key text NOT NULL CHECK (octet_length(contest_key) BETWEEN 3 AND 200), -- codeforces:2261
	event_id text NOT NULL CHECK (octet_length(event_id) BETWEEN 5 AND 1024),
	-- removing: written before the calendar is asked, so that its absence is known as our work;
	-- dismissed: its owner deleted it; refused: the calendar will not have it as it is; late: left out
	-- because it was too near when it became known
	state text NOT NULL CHECK (state IN ('present', 'removing', 'removed', 'dismissed', 'refused', 'late')),
	generation int NOT NULL DEFAULT 0,        -- how often a new event id was needed
	etag text,
	sent_hash text NOT NULL,                  -- of what was sent
	title text NOT NULL,
	start_at timestamptz NOT NULL,
	end_at timestamptz NOT NULL,
	PRIMARY KEY (link_id, contest_key)
) WITH (fillfactor = 80);

-- One row a member who has a calendar. asked counts the causes for a sync, done those that a sync has seen to: so one that
-- comes while a sync runs is not lost.
CREATE TABLE sync_state (
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'syncing', 'success', 'failed')),
	reason text,                              -- why it failed, for the member
	again_at timestamptz,                     -- when it is tried again by itself
	asked bigint NOT NULL DEFAULT 1,
	done bigint NOT NULL DEFAULT 0,
	version bigint NOT NULL DEFAULT 1,        -- one more whenever preferences, links or events change
	asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	pressed_at timestamptz,                   -- when the member last asked himself
	began_at timestamptz,
	ended_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX sync_state_behind ON sync_state (asked_at) WHERE asked > done;

-- History: a row for each sync that did something or failed. One that is tried again goes on with its row.
CREATE TABLE sync_run (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	ended_at timestamptz,
	status text NOT NULL DEFAULT 'syncing' CHECK (status IN ('syncing', 'success', 'failed')),
	reason text,
	added int NOT NULL DEFAULT 0,
	changed int NOT NULL DEFAULT 0,
	removed int NOT NULL DEFAULT 0,
	left_out int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX sync_run_user ON sync_run (user_id, id);
CREATE INDEX sync_run_began_at ON sync_run (began_at);

CREATE TABLE sync_item (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id bigint NOT NULL REFERENCES sync_run ON DELETE CASCADE,
	sink text NOT NULL,
	what text NOT NULL
		CHECK (what IN ('added', 'moved', 'renamed', 'changed', 'removed', 'left_out')),
	contest_key text NOT NULL,
	title text NOT NULL,
	start_at timestamptz NOT NULL,
	from_start_at timestamptz,                -- before a move
	reason text                               -- why it was removed or left out
);
CREATE INDEX sync_item_run ON sync_item (run_id, id);
