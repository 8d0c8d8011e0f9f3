-- A room that runs: its moments, what is asked of Codeforces, claims, its end.

-- ---- asking ----

-- name: room_cooldown_left :many
-- args: name text
-- cols: left_ms int8
SELECT greatest(1, (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::int8) AS left_ms
  FROM cache_lock WHERE name = $1 AND expires_at > clock_timestamp()

-- name: room_handle :many :read
-- args: user_id int8
-- cols: handle text
SELECT handle FROM member WHERE user_id = $1 AND proved_at IS NOT NULL AND handle IS NOT NULL

-- How many of the queue come first, the one that has the key included.
-- name: room_sync_position :one
-- args: queue text, key text
-- cols: position int8
SELECT greatest(1, (SELECT count(*) FROM job j WHERE j.queue = q.id AND j.id <= u.job)
     + (SELECT count(*) FROM job_later j WHERE j.queue = q.id AND j.id <= u.job)) AS position
  FROM job_queue q LEFT JOIN job_unique u ON u.queue = q.id AND u.key = $2 WHERE q.name = $1

-- What a player was told last of the presses in a room.
-- name: room_sync_last :many :read
-- args: scope text, room text
-- cols: kind text, payload json
SELECT kind, payload FROM event
 WHERE scope = $1 AND kind IN ('sync.queued', 'sync.detected', 'sync.failed') AND payload ->> 'roomId' = $2
 ORDER BY id DESC LIMIT 1

-- Rooms that run and somebody of this queue waits in.
-- name: room_running :many :read
-- cols: public_id text
SELECT public_id FROM room
 WHERE starts_at <= now() AND ends_at + make_interval(secs => grace_s) > now() AND settled_at IS NULL AND off_why IS NULL
 ORDER BY id DESC LIMIT 200

-- ---- checking ----

-- A name is that of a twin in the other division too, but where the room has both each counts for itself alone.
-- name: room_sync_look :many :read
-- args: public_id text, user_id int8, problem text
-- cols: id int8, is_lockout bool, ordinal int2, name text, opens_at timestamptz, starts_at timestamptz, ends_at timestamptz, is_over bool, player_id int8, team int2, handle text
SELECT r.id, r.is_lockout, p.ordinal, CASE WHEN EXISTS (SELECT FROM room_problem t WHERE t.room_id = r.id AND t.name = p.name
	AND t.ordinal <> p.ordinal) THEN '' ELSE p.name END AS name, p.opens_at, r.starts_at, r.ends_at,
	r.settled_at IS NOT NULL OR r.off_why IS NOT NULL AS is_over, y.id AS player_id, y.team,
	(SELECT m.handle FROM member m WHERE m.user_id = $2 AND m.proved_at IS NOT NULL) AS handle
  FROM room r LEFT JOIN room_problem p ON p.room_id = r.id AND p.problem = $3
  LEFT JOIN room_player y ON y.room_id = r.id AND y.user_id = $2
 WHERE r.public_id = $1

-- What the tracker and earlier rooms know: whether the player had solved it before.
-- name: room_solved_before :one :read
-- args: user_id int8, problem text, name text, before timestamptz
-- cols: solved bool
SELECT EXISTS (SELECT FROM cf_submission s JOIN member m ON m.id = s.member_id
	WHERE m.user_id = $1 AND s.verdict = 'OK' AND s.at < $4 AND (s.problem = $2 OR $3 <> '' AND s.name = $3 AND
		CASE WHEN s.problem ~ '^[0-9]+/' THEN abs(split_part(s.problem, '/', 1)::int8 - split_part($2, '/', 1)::int8) = 1
		ELSE false END))
	OR EXISTS (SELECT FROM room_player y JOIN room_claim c ON c.room_id = y.room_id AND c.player_id = y.id
		JOIN room_problem p ON p.room_id = c.room_id AND p.ordinal = c.ordinal
	WHERE y.user_id = $1 AND c.solved_at < $4 AND p.problem = $2) AS solved

-- name: room_holder :many
-- args: room_id int8, ordinal int2, team int2, is_lockout bool
-- cols: id int8, team int2, cf_id int8, solved_at timestamptz
SELECT id, team, cf_id, solved_at FROM room_claim
 WHERE room_id = $1 AND ordinal = $2 AND holds AND ($4 OR team = $3) FOR UPDATE

-- name: room_claim_yield :exec
-- args: id int8
UPDATE room_claim SET holds = false WHERE id = $1

-- name: room_claim_add :one
-- args: room_id int8, is_lockout bool, ordinal int2, team int2, player_id int8, cf_id int8, solved_at timestamptz, record bytea, record_hash bytea
-- cols: id int8
INSERT INTO room_claim (room_id, is_lockout, ordinal, team, player_id, cf_id, solved_at, holds, record, record_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, $9) RETURNING id

-- ---- its moments ----

-- drawn: its problems are there, or need not be drawn. syncs: something of it is still asked of Codeforces.
-- name: room_turn_look :many
-- args: id int8, queue text
-- cols: public_id text, starts_at timestamptz, ends_at timestamptz, closes_at timestamptz, now timestamptz, is_over bool, is_drawn bool, n_draw int4, draw_least int4, draw_most int4, draw_tags text, syncs bool
SELECT r.public_id, r.starts_at, r.ends_at, r.ends_at + make_interval(secs => r.grace_s) AS closes_at, clock_timestamp() AS now,
	r.settled_at IS NOT NULL OR r.off_why IS NOT NULL AS is_over,
	r.n_draw = 0 OR EXISTS (SELECT FROM room_problem p WHERE p.room_id = r.id) AS is_drawn,
	r.n_draw, r.draw_least, r.draw_most, r.draw_tags,
	EXISTS (SELECT FROM job_unique u JOIN job_queue q ON q.id = u.queue
		WHERE q.name = $2 AND u.key LIKE r.public_id || ':%') AS syncs
  FROM room r WHERE r.id = $1 FOR NO KEY UPDATE OF r

-- The next moment at which something changes by itself, or at which is looked what can be drawn; when all are past, the last
-- of them.
-- name: room_turn_next :one
-- args: id int8, look_s int8
-- cols: at timestamptz, wait_ms int8
SELECT x.at, greatest(0, ceil(extract(epoch FROM x.at - n.at) * 1000))::int8 AS wait_ms
  FROM room r, (SELECT clock_timestamp() AS at) n, LATERAL (SELECT least(
	CASE WHEN r.n_draw > 0 AND r.starts_at - make_interval(secs => $2) > n.at THEN r.starts_at - make_interval(secs => $2) END,
	CASE WHEN r.starts_at > n.at THEN r.starts_at END,
	CASE WHEN r.ends_at > n.at THEN r.ends_at END,
	(SELECT min(p.opens_at) FROM room_problem p WHERE p.room_id = r.id AND p.opens_at > n.at),
	r.ends_at + make_interval(secs => r.grace_s)) AS at) x
 WHERE r.id = $1

-- Problems that no player has solved, as the tracker and earlier rooms know, nor one of the same name, and of each name only
-- one: the two divisions of a round share some. The chosen ones by difficulty.
-- name: room_draw :many :long
-- args: room_id int8, n int4, least int4, most int4, tags text[]
-- cols: problem text
WITH solved AS MATERIALIZED (
	SELECT s.problem, s.name FROM room_player y JOIN member m ON m.user_id = y.user_id
		JOIN cf_submission s ON s.member_id = m.id
	WHERE y.room_id = $1 AND s.verdict = 'OK'
	UNION
	SELECT p.problem, p.name FROM room_player y JOIN room_player o ON o.user_id = y.user_id
		JOIN room_claim c ON c.room_id = o.room_id AND c.player_id = o.id
		JOIN room_problem p ON p.room_id = c.room_id AND p.ordinal = c.ordinal
	WHERE y.room_id = $1),
fits AS (
	SELECT DISTINCT ON (p.name) p.problem, p.rating FROM cf_problem p
	WHERE p.rating BETWEEN $3 AND $4 AND (cardinality($5) = 0 OR string_to_array(p.tags, ',') && $5)
		AND p.problem ~ '^[1-9][0-9]{0,8}/[A-Z][A-Z0-9]{0,5}$'
		AND NOT EXISTS (SELECT FROM solved s WHERE s.problem = p.problem)
		AND NOT EXISTS (SELECT FROM solved s WHERE s.name = p.name)
	ORDER BY p.name, random()),
chosen AS (SELECT problem, rating FROM fits ORDER BY random() LIMIT $2)
SELECT problem FROM chosen ORDER BY rating, problem

-- Those players of whom the tracker is still asking what they have solved.
-- name: room_draw_asked :many
-- args: room_id int8, stale_s int8
-- cols: player_id int8
SELECT p.id AS player_id FROM room_player p JOIN member m ON m.user_id = p.user_id
 WHERE p.room_id = $1 AND (m.synced_at IS NULL OR m.synced_at < now() - make_interval(secs => $2))
   AND EXISTS (SELECT FROM job_unique u JOIN job_queue q ON q.id = u.queue WHERE q.name = 'track' AND u.key = 'member:' || m.id)
 ORDER BY p.team, p.id

-- Those of whom nobody knows what they have solved lately.
-- name: room_draw_unseen :exec
-- args: room_id int8, known_s int8
UPDATE room_player p SET unseen = true
 WHERE p.room_id = $1 AND p.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM member m WHERE m.user_id = p.user_id
	AND m.handle IS NOT NULL AND m.synced_at >= now() - make_interval(secs => $2))

-- A room whose problems came late has its whole time nevertheless.
-- name: room_start_late :exec
-- args: id int8, late_s int8
UPDATE room r SET starts_at = n.at, ends_at = n.at + (r.ends_at - r.starts_at)
  FROM (SELECT date_trunc('second', clock_timestamp()) AS at) n
 WHERE r.id = $1 AND r.starts_at <= n.at - make_interval(secs => $2)

-- How many room_draw could choose from if nobody had solved any.
-- name: room_draw_count :one :read
-- args: least int4, most int4, tags text[]
-- cols: n int8, known int8
SELECT count(DISTINCT p.name) FILTER (WHERE p.rating BETWEEN $1 AND $2
	AND (cardinality($3) = 0 OR string_to_array(p.tags, ',') && $3) AND p.problem ~ '^[1-9][0-9]{0,8}/[A-Z][A-Z0-9]{0,5}$') AS n,
	count(*) AS known FROM cf_problem p

-- name: room_settle :exec
-- args: id int8, winner_team int8
UPDATE room SET settled_at = clock_timestamp(), winner_team = $2 WHERE id = $1

-- name: room_rate :exec
-- args: player_id int8[], user_id int8[], old int8[], new int8[]
WITH given AS (SELECT * FROM unnest($1, $2, $3, $4) AS g (player_id, user_id, old, new)),
kept AS (
	INSERT INTO room_rating_change (player_id, old_rating, new_rating) SELECT player_id, old, new FROM given)
INSERT INTO room_rating AS r (user_id, rating, n_rooms) SELECT user_id, new, 1 FROM given
    ON CONFLICT (user_id) DO UPDATE SET rating = excluded.rating, n_rooms = r.n_rooms + 1

-- Two rooms that end at once rate one after the other.
-- name: room_rate_hold :one
-- cols: held bool
SELECT pg_advisory_xact_lock(hashtext('room_rating')) IS NOT NULL AS held

-- Jobs of rooms that were lost with a database that was put back, or whose runner was away for long.
-- name: room_turn_missing :many :read
-- cols: id int8
SELECT id FROM room WHERE settled_at IS NULL AND off_why IS NULL ORDER BY id DESC LIMIT 500

-- Those players whom the tracker has not looked at for so long, where the room draws and where its problems were picked.
-- name: room_draw_stale :many :read
-- args: room_id int8, stale_s int8, picked_s int8
-- cols: member_id int8
SELECT m.id AS member_id FROM room r JOIN room_player p ON p.room_id = r.id JOIN member m ON m.user_id = p.user_id
 WHERE r.id = $1 AND m.handle IS NOT NULL AND (m.synced_at IS NULL
    OR m.synced_at < now() - make_interval(secs => CASE WHEN r.n_draw > 0 THEN $2 ELSE $3 END)) ORDER BY m.id

-- name: cf_problem_any :one :read
-- cols: is_known bool
SELECT EXISTS (SELECT FROM cf_problem) AS is_known

-- lacks: it is to draw from a list that nobody has yet, or what was picked has no name.
-- name: room_draw_lacks :one
-- args: room_id int8
-- cols: lacks bool
SELECT r.n_draw > 0 AND NOT EXISTS (SELECT FROM cf_problem) OR EXISTS (SELECT FROM room_problem p WHERE p.room_id = r.id
	AND p.name = '') AS lacks
  FROM room r WHERE r.id = $1

-- What was picked before its name was known, in rooms that are not over.
-- name: room_problem_learn :exec :long
UPDATE room_problem p SET name = c.name, rating = c.rating
  FROM cf_problem c, room r
 WHERE p.name = '' AND c.problem = p.problem AND r.id = p.room_id AND r.settled_at IS NULL AND r.off_why IS NULL

-- name: cf_problem_put :exec :long
-- args: problem text[], name text[], rating int8[], tags text[]
INSERT INTO cf_problem AS p (problem, name, rating, tags)
SELECT DISTINCT ON (problem) problem, name, nullif(rating, 0), tags FROM unnest($1, $2, $3, $4) AS g (problem, name, rating, tags)
 ORDER BY problem
    ON CONFLICT (problem) DO UPDATE SET name = excluded.name, rating = excluded.rating, tags = excluded.tags
 WHERE (p.name, p.rating, p.tags) IS DISTINCT FROM (excluded.name, excluded.rating, excluded.tags)
