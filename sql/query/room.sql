-- Rooms: making them, who is in them, how they stand.

-- ---- making ----

-- name: room_add :one
-- args: public_id text, invite text, title text, made_by int8, is_lockout bool, is_teams bool, is_open bool, starts_in_s int8, length_s int8, grace_s int4, reveal_s int4, n_draw int4, draw_least int4, draw_most int4, draw_tags text, rematch_of int8
-- cols: id int8, starts_at timestamptz
INSERT INTO room (public_id, invite, title, made_by, is_lockout, is_teams, is_open, starts_at, ends_at, grace_s, reveal_s,
	n_draw, draw_least, draw_most, draw_tags, rematch_of)
SELECT $1, $2, $3, $4, $5, $6, $7, s.at, s.at + make_interval(secs => $9), $10, $11, $12, $13, $14, $15, $16
  FROM (SELECT date_trunc('second', now()) + make_interval(secs => $8) AS at) s
RETURNING id, starts_at

-- The problem's name and rating are what is known of it; the n-th opens n - 1 times reveal_s after the start.
-- name: room_problems_add :exec
-- args: room_id int8, problem text[], points int8[]
INSERT INTO room_problem (room_id, ordinal, problem, name, rating, points, opens_at)
SELECT r.id, g.n, g.problem, coalesce(p.name, ''), p.rating, g.points, r.starts_at + make_interval(secs => r.reveal_s * (g.n - 1))
  FROM room r, unnest($2, $3) WITH ORDINALITY AS g (problem, points, n)
  LEFT JOIN cf_problem p ON p.problem = g.problem
 WHERE r.id = $1

-- name: room_team_copy :exec
-- args: from_id int8, to_id int8
INSERT INTO room_team (room_id, team, name) SELECT $2, team, name FROM room_team WHERE room_id = $1

-- Those who are still here.
-- name: room_player_copy :exec
-- args: from_id int8, to_id int8
INSERT INTO room_player (room_id, team, user_id)
SELECT $2, p.team, p.user_id FROM room_player p JOIN app_user u ON u.id = p.user_id
 WHERE p.room_id = $1 AND u.deleted_at IS NULL AND NOT u.disabled

-- ---- one room ----

-- name: room_get :one :read
-- args: public_id text, reader_id int8
-- cols: id int8, public_id text, invite text, title text, made_by int8, maker text, is_lockout bool, is_teams bool, is_open bool, starts_at timestamptz, ends_at timestamptz, grace_s int4, reveal_s int4, n_draw int4, draw_least int4, draw_most int4, draw_tags text, settled_at timestamptz, off_why text, rematch_of text, next text, my_player int8, my_team int2, now timestamptz
SELECT r.id, r.public_id, r.invite, r.title, r.made_by, CASE WHEN u.deleted_at IS NULL THEN u.name END AS maker, r.is_lockout, r.is_teams, r.is_open, r.starts_at,
	r.ends_at, r.grace_s, r.reveal_s, r.n_draw, r.draw_least, r.draw_most, r.draw_tags, r.settled_at, r.off_why,
	(SELECT b.public_id FROM room b WHERE b.id = r.rematch_of) AS rematch_of,
	(SELECT b.public_id FROM room b WHERE b.rematch_of = r.id AND b.off_why IS NULL ORDER BY b.id DESC LIMIT 1) AS next,
	p.id AS my_player, p.team AS my_team, clock_timestamp() AS now
  FROM room r LEFT JOIN app_user u ON u.id = r.made_by LEFT JOIN room_player p ON p.room_id = r.id AND p.user_id = $2
 WHERE r.public_id = $1

-- name: room_name :one :read
-- args: id int8
-- cols: public_id text
SELECT public_id FROM room WHERE id = $1

-- name: room_by_invite :one :read
-- args: invite text
-- cols: public_id text
SELECT public_id FROM room WHERE invite = $1

-- name: room_teams :many :read
-- args: room_id int8
-- cols: team int2, name text
SELECT team, name FROM room_team WHERE room_id = $1 ORDER BY team

-- The handle is the one that the player has shown to be his.
-- name: room_players :many :read
-- args: room_id int8
-- cols: id int8, team int2, user_id int8, name text, handle text, rating int4, unseen bool, old_rating int4, new_rating int4
SELECT p.id, p.team, p.user_id, CASE WHEN u.deleted_at IS NULL THEN u.name END AS name, m.handle, g.rating,
	p.unseen, c.old_rating, c.new_rating
  FROM room_player p LEFT JOIN app_user u ON u.id = p.user_id
  LEFT JOIN member m ON m.user_id = p.user_id AND m.proved_at IS NOT NULL
  LEFT JOIN room_rating g ON g.user_id = p.user_id
  LEFT JOIN room_rating_change c ON c.player_id = p.id
 WHERE p.room_id = $1 ORDER BY p.team, p.id

-- name: room_problems :many :read
-- args: room_id int8
-- cols: ordinal int2, problem text, name text, rating int2, points int4, opens_at timestamptz
SELECT ordinal, problem, name, rating, points, opens_at FROM room_problem WHERE room_id = $1 ORDER BY ordinal

-- name: room_claims :many :read
-- args: room_id int8
-- cols: id int8, ordinal int2, team int2, player_id int8, cf_id int8, solved_at timestamptz, claimed_at timestamptz, holds bool, record_hash bytea
SELECT id, ordinal, team, player_id, cf_id, solved_at, claimed_at, holds, record_hash FROM room_claim WHERE room_id = $1 ORDER BY id

-- ---- lists ----

-- Those one is in or has made, and open ones; the past ones with `over`, else those that are not over.
-- winner: its name, or NULL if the account is gone.
-- name: room_list :many :read
-- args: reader_id int8, over bool, before int8, limit int4
-- cols: id int8, public_id text, title text, is_lockout bool, is_teams bool, starts_at timestamptz, ends_at timestamptz, settled_at timestamptz, off_why text, is_mine bool, n_players int4, n_problems int4, is_won bool, winner text, now timestamptz
SELECT r.id, r.public_id, r.title, r.is_lockout, r.is_teams, r.starts_at, r.ends_at, r.settled_at, r.off_why,
	m.id IS NOT NULL OR coalesce(r.made_by = $1, false) AS is_mine,
	(SELECT count(*)::int4 FROM room_player p WHERE p.room_id = r.id) AS n_players,
	greatest(r.n_draw, (SELECT count(*)::int4 FROM room_problem p WHERE p.room_id = r.id)) AS n_problems,
	r.winner_team IS NOT NULL AS is_won,
	(SELECT CASE WHEN t.name <> '' THEN t.name WHEN u.deleted_at IS NULL THEN u.name END FROM room_team t
		LEFT JOIN room_player p ON p.room_id = t.room_id AND p.team = t.team LEFT JOIN app_user u ON u.id = p.user_id
	 WHERE t.room_id = r.id AND t.team = r.winner_team LIMIT 1) AS winner,
	clock_timestamp() AS now
  FROM room r LEFT JOIN room_player m ON m.room_id = r.id AND m.user_id = $1
 WHERE (r.settled_at IS NOT NULL OR r.off_why IS NOT NULL) = $2 AND ($3 = 0 OR r.id < $3)
   AND (r.is_open OR m.id IS NOT NULL OR r.made_by = $1)
 ORDER BY r.id DESC LIMIT $4

-- name: room_ratings :many :read
-- args: limit int4
-- cols: user_id int8, name text, rating int4, n_rooms int4
SELECT g.user_id, u.name, g.rating, g.n_rooms FROM room_rating g JOIN app_user u ON u.id = g.user_id
 WHERE u.deleted_at IS NULL AND NOT u.disabled ORDER BY g.rating DESC, g.n_rooms DESC, g.user_id LIMIT $1

-- ---- who is in it ----

-- Those who come, go and begin stand in one line; nobody comes or goes once it has begun.
-- name: room_lock :one
-- args: id int8
-- cols: waits bool, is_teams bool, settled bool
SELECT clock_timestamp() < starts_at AND off_why IS NULL AS waits, is_teams,
	settled_at IS NOT NULL OR off_why IS NOT NULL AS settled
  FROM room WHERE id = $1 FOR NO KEY UPDATE

-- The lowest number that is free.
-- name: room_team_add :one
-- args: room_id int8, name text
-- cols: team int2
INSERT INTO room_team (room_id, team, name)
SELECT $1, min(n), $2 FROM generate_series(1, 64) n
 WHERE NOT EXISTS (SELECT FROM room_team t WHERE t.room_id = $1 AND t.team = n)
RETURNING team

-- name: room_team_find :many
-- args: room_id int8, name text
-- cols: team int2
SELECT team FROM room_team WHERE room_id = $1 AND lower(name) = lower($2)

-- name: room_team_drop_empty :exec
-- args: room_id int8
DELETE FROM room_team t WHERE t.room_id = $1 AND NOT EXISTS (
	SELECT FROM room_player p WHERE p.room_id = t.room_id AND p.team = t.team)

-- name: room_player_put :exec
-- args: room_id int8, team int2, user_id int8
INSERT INTO room_player (room_id, team, user_id) VALUES ($1, $2, $3)
ON CONFLICT (room_id, user_id) DO UPDATE SET team = excluded.team

-- name: room_player_drop :exec
-- args: room_id int8, user_id int8
DELETE FROM room_player WHERE room_id = $1 AND user_id = $2

-- name: room_waiting_of :many
-- args: user_id int8
-- cols: id int8
SELECT r.id FROM room r JOIN room_player p ON p.room_id = r.id
 WHERE p.user_id = $1 AND clock_timestamp() < r.starts_at AND r.off_why IS NULL
 ORDER BY r.id FOR NO KEY UPDATE OF r

-- name: room_counts :one
-- args: room_id int8
-- cols: n_players int4, n_teams int4
SELECT (SELECT count(*)::int4 FROM room_player WHERE room_id = $1) AS n_players,
	(SELECT count(*)::int4 FROM room_team WHERE room_id = $1) AS n_teams

-- Everything moves by the same time. The caller has locked the room.
-- name: room_begin_now :one
-- args: id int8, lead_s int8
-- cols: starts_at timestamptz
UPDATE room SET starts_at = n.at, ends_at = n.at + (ends_at - starts_at)
  FROM (SELECT date_trunc('second', clock_timestamp()) + make_interval(secs => $2) AS at) n
 WHERE id = $1 RETURNING starts_at

-- name: room_problems_move :exec
-- args: id int8
UPDATE room_problem p SET opens_at = r.starts_at + make_interval(secs => r.reveal_s * (p.ordinal - 1))
  FROM room r WHERE r.id = $1 AND p.room_id = r.id

-- name: room_call_off :exec
-- args: id int8, why text
UPDATE room SET off_why = $2 WHERE id = $1 AND settled_at IS NULL AND off_why IS NULL
