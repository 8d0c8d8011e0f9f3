-- Rooms: teams or single players race on problems of Codeforces.
--
-- What counts is when Codeforces took a submission in, not who reported it first. The database itself refuses a claim that
-- is out of time, a doubled one, and a second holder of a problem; who holds it is decided by lib/model/room_score.c.

CREATE TABLE room (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id text NOT NULL UNIQUE CHECK (public_id ~ '^[0-9a-z]{16}$'),
	invite text NOT NULL UNIQUE CHECK (octet_length(invite) = 32), -- of the link that lets somebody in
	title text NOT NULL CHECK (octet_length(title) BETWEEN 1 AND 80),
	made_by bigint REFERENCES app_user ON DELETE SET NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	is_lockout boolean NOT NULL,                    -- the first solve takes a problem; else every team may have it
	is_teams boolean NOT NULL,                      -- else each player is a team of one
	is_open boolean NOT NULL,                       -- whoever is signed in may watch
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	grace_s int NOT NULL DEFAULT 120 CHECK (grace_s BETWEEN 0 AND 3600), -- to report what was sent in before the end
	reveal_s int NOT NULL DEFAULT 0 CHECK (reveal_s BETWEEN 0 AND 86400), -- between one problem and the next

	n_draw int NOT NULL DEFAULT 0 CHECK (n_draw BETWEEN 0 AND 15), -- problems drawn at the start; 0: they were picked
	draw_least int NOT NULL DEFAULT 0,
	draw_most int NOT NULL DEFAULT 0,
	draw_tags text NOT NULL DEFAULT '' CHECK (octet_length(draw_tags) <= 200), -- with commas between them; '': any

	rematch_of bigint REFERENCES room ON DELETE SET NULL,
	settled_at timestamptz,                         -- nothing changes any more
	winner text NOT NULL DEFAULT '' CHECK (octet_length(winner) <= 200), -- for lists, once it is settled
	off_why text CHECK (octet_length(off_why) BETWEEN 1 AND 200), -- called off
	UNIQUE (id, is_lockout),
	CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '7 days'),
	CHECK (settled_at >= ends_at)
) WITH (fillfactor = 80);
CREATE INDEX room_starts_at ON room (starts_at);
CREATE INDEX room_made_by ON room (made_by);

CREATE TABLE room_team (
	room_id bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	team smallint NOT NULL CHECK (team BETWEEN 1 AND 64),
	name text NOT NULL DEFAULT '' CHECK (octet_length(name) <= 60), -- '': its player's
	PRIMARY KEY (room_id, team)
);
CREATE UNIQUE INDEX room_team_name ON room_team (room_id, lower(name)) WHERE name <> '';

CREATE TABLE room_player (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	room_id bigint NOT NULL,
	team smallint NOT NULL,
	user_id bigint REFERENCES app_user ON DELETE SET NULL,
	joined_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (room_id, user_id),
	UNIQUE (id, room_id),
	FOREIGN KEY (room_id, team) REFERENCES room_team ON DELETE CASCADE
);
CREATE INDEX room_player_user_id ON room_player (user_id, room_id);

CREATE TABLE room_problem (
	room_id bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	ordinal smallint NOT NULL CHECK (ordinal BETWEEN 1 AND 15),
	problem text NOT NULL CHECK (problem ~ '^[1-9][0-9]{0,8}/[A-Z][A-Z0-9]{0,5}$'), -- '2100/A', as in cf_submission
	name text NOT NULL DEFAULT '' CHECK (octet_length(name) <= 300), -- '': not known
	rating smallint,
	points int NOT NULL CHECK (points BETWEEN 1 AND 100000),
	opens_at timestamptz NOT NULL,                  -- from when it is shown and counts
	PRIMARY KEY (room_id, ordinal),
	UNIQUE (room_id, problem)
);

-- A solve that Codeforces bore out, with the evidence.
CREATE TABLE room_claim (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	room_id bigint NOT NULL,
	is_lockout boolean NOT NULL,
	ordinal smallint NOT NULL,
	team smallint NOT NULL,
	player_id bigint NOT NULL,
	cf_id bigint NOT NULL,                          -- Codeforces' submission
	solved_at timestamptz NOT NULL,                 -- Codeforces' time
	claimed_at timestamptz NOT NULL DEFAULT now(),
	holds boolean NOT NULL,                         -- false: somebody who reported later was earlier
	record bytea NOT NULL CHECK (octet_length(record) BETWEEN 2 AND 20000), -- as Codeforces told it
	record_hash bytea NOT NULL CHECK (record_hash = sha256(record)),
	FOREIGN KEY (room_id, is_lockout) REFERENCES room (id, is_lockout) ON DELETE CASCADE,
	FOREIGN KEY (room_id, ordinal) REFERENCES room_problem,
	FOREIGN KEY (room_id, team) REFERENCES room_team,
	FOREIGN KEY (player_id, room_id) REFERENCES room_player (id, room_id),
	UNIQUE (room_id, cf_id, player_id)
);
CREATE UNIQUE INDEX room_claim_lockout ON room_claim (room_id, ordinal) WHERE holds AND is_lockout;
CREATE UNIQUE INDEX room_claim_shared ON room_claim (room_id, ordinal, team) WHERE holds AND NOT is_lockout;

CREATE FUNCTION room_claim_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM room r JOIN room_problem p ON p.room_id = r.id AND p.ordinal = NEW.ordinal
		WHERE r.id = NEW.room_id AND r.settled_at IS NULL AND r.off_why IS NULL
			AND NEW.solved_at >= p.opens_at AND NEW.solved_at < r.ends_at) THEN
		RAISE EXCEPTION 'the claim is out of time' USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER room_claim_in_time BEFORE INSERT ON room_claim FOR EACH ROW EXECUTE FUNCTION room_claim_in_time();

CREATE TABLE room_rating (
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	rating int NOT NULL,
	n_rooms int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX room_rating_rating ON room_rating (rating DESC);

CREATE TABLE room_rating_change (
	player_id bigint PRIMARY KEY REFERENCES room_player ON DELETE CASCADE,
	old_rating int NOT NULL,
	new_rating int NOT NULL
);

-- What Codeforces has, to draw from and to name what was picked.
CREATE TABLE cf_problem (
	problem text PRIMARY KEY,                       -- '2100/A'
	name text NOT NULL,
	rating smallint,
	tags text NOT NULL DEFAULT ''                   -- with commas between them
);
CREATE INDEX cf_problem_rating ON cf_problem (rating);
