-- Members: handles that are being proved, lists that were taken in, what is drawn of a member, and reminders.

CREATE TABLE handle_claim (                      -- an account says that a handle is its own, and shows it in time
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	handle text NOT NULL CHECK (handle ~ '^[A-Za-z0-9_.-]{1,32}$'),
	way text NOT NULL CHECK (way IN ('compile', 'organization')),
	problem text NOT NULL CHECK (octet_length(problem) <= 40), -- '4/A': where the compile error has to go
	token text NOT NULL CHECK (octet_length(token) <= 40),     -- what has to stand in the profile
	made_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	state text NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'proved', 'failed')),
	why text NOT NULL DEFAULT ''
);

CREATE TABLE member_import (                     -- a list that was taken in, with every line that was not
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	made_by bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	made_at timestamptz NOT NULL DEFAULT now(),
	n_lines int NOT NULL,
	n_added int NOT NULL,
	n_changed int NOT NULL,
	n_bad int NOT NULL,
	report text NOT NULL                            -- CSV: line, reason
);
CREATE INDEX member_import_made_by ON member_import (made_by, id);

CREATE INDEX member_email ON member (lower(email)) WHERE email <> '';

-- What is drawn of a member's training, made at each sync that brought something. Days are counted from 1970, in UTC.
ALTER TABLE member ADD figures json;

-- The leaderboard of a month.
CREATE INDEX cf_submission_accepted ON cf_submission (at) INCLUDE (member_id, problem, rating) WHERE verdict = 'OK';

CREATE TABLE cf_contest (                        -- how many problems a contest has, by its standings
	id bigint PRIMARY KEY,
	n_problems int NOT NULL,
	fetched_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE member_reminder (                   -- a mail to somebody who has been away
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	member_id bigint NOT NULL REFERENCES member ON DELETE CASCADE,
	at timestamptz NOT NULL DEFAULT now(),
	days int NOT NULL,                              -- since the last accepted submission
	stop_hash bytea NOT NULL UNIQUE CHECK (octet_length(stop_hash) = 32), -- of the token that ends such mails, once
	stopped_at timestamptz
);
CREATE INDEX member_reminder_member_id ON member_reminder (member_id, id);

-- What is drawn of a member: problems count on the day they were first accepted, in those that are not before since.
CREATE FUNCTION member_figures(bigint, timestamptz) RETURNS json LANGUAGE sql STABLE AS $$
	WITH ok AS MATERIALIZED (
		SELECT * FROM (
			SELECT DISTINCT ON (problem) problem, name, rating, tags, at, floor(extract(epoch FROM at) / 86400)::int AS day
			  FROM cf_submission WHERE member_id = $1 AND verdict = 'OK' ORDER BY problem, at, id) f
		 WHERE at >= $2)
	SELECT json_build_object(
		'sent', (SELECT count(*) FROM cf_submission WHERE member_id = $1 AND at >= $2),
		'solved', (SELECT count(*) FROM ok),
		'first_day', (SELECT min(day) FROM ok),
		'average', (SELECT round(avg(rating))::int FROM ok),
		'days', (SELECT coalesce(json_agg(json_build_array(day, n) ORDER BY day), '[]') FROM (
			SELECT day, count(*) AS n FROM ok WHERE at > now() - interval '400 days' GROUP BY day) d),
		'ratings', (SELECT coalesce(json_agg(json_build_array(rating, n) ORDER BY rating), '[]') FROM (
			SELECT rating, count(*) AS n FROM ok WHERE rating IS NOT NULL GROUP BY rating) r),
		'tags', (SELECT coalesce(json_agg(json_build_array(tag, n) ORDER BY n DESC, tag), '[]') FROM (
			SELECT tag, count(*) AS n FROM ok, unnest(string_to_array(tags, ',')) AS tag WHERE tag <> ''
			 GROUP BY tag ORDER BY n DESC, tag LIMIT 40) t),
		'hardest', (SELECT coalesce(json_agg(json_build_array(problem, name, rating, day) ORDER BY rating DESC, day DESC), '[]')
			FROM (SELECT problem, name, rating, day FROM ok WHERE rating IS NOT NULL ORDER BY rating DESC, day DESC LIMIT 10) h),
		'contests', (SELECT coalesce(json_agg(json_build_array(contest_id, n)), '[]') FROM (
			SELECT r.contest_id, count(ok.problem) AS n FROM rating_change r
			  LEFT JOIN ok ON split_part(ok.problem, '/', 1) = r.contest_id::text
			 WHERE r.member_id = $1 GROUP BY r.contest_id) c))
$$;
