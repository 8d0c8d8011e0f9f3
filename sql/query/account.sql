-- All that is known of a member, and its end.

-- Lists are in the order of enum role and enum platform.
-- name: account_export :one :read
-- args: user_id int8
-- cols: document text
WITH u AS (SELECT * FROM app_user WHERE id = $1 AND deleted_at IS NULL)
SELECT jsonb_pretty(jsonb_build_object(
	'exported_at', now(),
	'account', jsonb_build_object('id', u.id, 'email', u.email, 'email_verified_at', u.email_verified_at,
		'name', u.name, 'handle', u.handle, 'bio', u.bio, 'created_at', u.created_at, 'signed_in_at', u.signed_in_at,
		'has_password', u.password_hash IS NOT NULL, 'failed_sign_ins', u.failed_count, 'failed_at', u.failed_at,
		'locked_until', u.locked_until,
		'roles', (SELECT jsonb_agg(r.name ORDER BY r.i)
			FROM unnest(ARRAY['member', 'coach', 'creator', 'jury', 'admin']) WITH ORDINALITY r (name, i)
			WHERE u.roles >> (r.i - 1)::int & 1 = 1)),
	'preferences', jsonb_build_object('zone', u.zone, 'language', u.language, 'theme', u.theme,
		'notice_minutes', u.notice_min,
		'platforms', (SELECT jsonb_agg(p.name ORDER BY p.i)
			FROM unnest(ARRAY['leetcode', 'codeforces', 'codechef', 'atcoder', 'hackerrank', 'geeksforgeeks', 'code360'])
				WITH ORDINALITY p (name, i)
			WHERE u.platforms = 0 OR u.platforms >> (p.i - 1)::int & 1 = 1)),
	'two_step', (SELECT jsonb_build_object('on_since', t.confirmed_at, 'recovery_codes_left', (
			SELECT count(*) FROM recovery_code c WHERE c.user_id = u.id AND c.used_at IS NULL))
		FROM totp t WHERE t.user_id = u.id),
	'identities', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT provider, subject, email, linked_at, used_at FROM identity WHERE user_id = u.id ORDER BY id) x),
	'devices', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT agent, address, created_at, seen_at, expires_at FROM session WHERE user_id = u.id ORDER BY created_at) x),
	'programs', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT agent, address, created_at, used_at, expires_at FROM refresh_family WHERE user_id = u.id ORDER BY id) x),
	'registrations', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT name, zone, created_at FROM registration WHERE user_id = u.id ORDER BY id) x),
	'tokens', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT name, scopes, created_at, expires_at, last_used_at FROM api_token WHERE user_id = u.id ORDER BY id) x),
	'calendars', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT l.sink, l.state, l.reason, l.account, l.server, l.calendar, l.is_own, l.reminders, l.colours, l.created_at,
			l.synced_at, (SELECT coalesce(jsonb_agg(to_jsonb(y)), '[]') FROM (
				SELECT e.contest_key, e.event_id, e.state, e.title, e.start_at, e.end_at
				  FROM synced_event e WHERE e.link_id = l.id ORDER BY e.start_at, e.contest_key) y) AS events
		  FROM calendar_link l WHERE l.user_id = u.id ORDER BY l.id) x),
	'sync', (SELECT jsonb_build_object('status', s.status, 'reason', s.reason, 'again_at', s.again_at, 'asked_at', s.asked_at,
			'pressed_at', s.pressed_at, 'began_at', s.began_at, 'ended_at', s.ended_at)
		FROM sync_state s WHERE s.user_id = u.id),
	'syncs', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT r.began_at, r.ended_at, r.status, r.reason, (SELECT coalesce(jsonb_agg(to_jsonb(y)), '[]') FROM (
				SELECT i.sink, i.what, i.contest_key, i.title, i.start_at, i.from_start_at, i.reason
				  FROM sync_item i WHERE i.run_id = r.id ORDER BY i.id) y) AS changes
		  FROM sync_run r WHERE r.user_id = u.id ORDER BY r.id) x),
	'problems', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT slug, title, visibility, created_at, changed_at FROM problem WHERE owner_id = u.id ORDER BY id) x),
	'solved', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT p.slug, g.n_sent, g.first_at, g.solved_at FROM problem_progress g JOIN problem p ON p.id = g.problem_id
		 WHERE g.user_id = u.id ORDER BY g.first_at) x),
	'packages', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT file_name, size, made_at, ended_at, report FROM problem_import WHERE user_id = u.id ORDER BY id) x),
	'submissions', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT s.public_id AS id, p.slug AS problem, s.language, s.file_name, s.size, s.made_at, s.deleted_at, j.verdict,
			j.score, j.cpu_ms, j.memory_kib, j.ended_at
		  FROM submission s JOIN problem p ON p.id = s.problem_id LEFT JOIN judging j ON j.id = s.judging_id
		 WHERE s.user_id = u.id ORDER BY s.id) x),
	'training', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT t.name, t.email, t.phone, t.handle, t.proved_at, t.is_public, t.added_at, t.rating, t.max_rating, t.synced_at,
			t.active_at, t.wants_reminders, t.reminded_at, g.name AS member_group,
			(SELECT coalesce(jsonb_agg(to_jsonb(y)), '[]') FROM (
				SELECT r.contest_id, r.contest, r.rank, r.at, r.old_rating, r.new_rating
				  FROM rating_change r WHERE r.member_id = t.id ORDER BY r.at) y) AS ratings,
			(SELECT coalesce(jsonb_agg(to_jsonb(y)), '[]') FROM (
				SELECT s.id, s.at, s.problem, s.verdict
				  FROM cf_submission s WHERE s.member_id = t.id ORDER BY s.id) y) AS submissions
		  FROM member t LEFT JOIN member_group g ON g.id = t.group_id WHERE t.user_id = u.id) x),
	'coaches', (SELECT coalesce(jsonb_agg(g.name ORDER BY g.name), '[]')
		  FROM member_coach c JOIN member_group g ON g.id = c.group_id WHERE c.user_id = u.id),
	'handle', (SELECT jsonb_build_object('handle', h.handle, 'way', h.way, 'problem', h.problem, 'made_at', h.made_at,
			'expires_at', h.expires_at, 'state', h.state, 'why', h.why) FROM handle_claim h WHERE h.user_id = u.id),
	'rooms', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT r.public_id AS id, r.title, p.team, p.joined_at, r.starts_at, r.ends_at, coalesce(r.winner_team = p.team, false) AS won, c.old_rating, c.new_rating
		  FROM room_player p JOIN room r ON r.id = p.room_id LEFT JOIN room_rating_change c ON c.player_id = p.id
		 WHERE p.user_id = u.id ORDER BY p.id) x),
	'room_rating', (SELECT jsonb_build_object('rating', o.rating, 'rooms', o.n_rooms)
		FROM room_rating o WHERE o.user_id = u.id),
	'mails', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT kind, recipient, subject, state, created_at, ended_at FROM mail
		 WHERE user_id = u.id OR lower(recipient) = lower(u.email) ORDER BY id) x),
	'audit', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
		SELECT at, action, object, detail, actor_id = u.id AS by_you,
			CASE WHEN actor_id = u.id THEN address END AS address
		  FROM audit WHERE actor_id = u.id OR object = 'user:' || u.id ORDER BY id) x)
	)) AS document
  FROM u

-- name: account_lock :one
-- args: user_id int8
-- cols: email text, name text, is_last_admin bool
SELECT email, name, roles & 16 <> 0 AND NOT EXISTS (SELECT FROM app_user o
       WHERE o.id <> u.id AND o.roles & 16 <> 0 AND NOT o.disabled AND o.deleted_at IS NULL) AS is_last_admin
  FROM app_user u WHERE id = $1 AND deleted_at IS NULL FOR UPDATE

-- The row stays, as what others did with it does, and says nothing of who it was.
-- name: account_forget :exec
-- args: user_id int8, email text
WITH a AS (DELETE FROM session WHERE user_id = $1),
     b AS (DELETE FROM identity WHERE user_id = $1),
     c AS (DELETE FROM oauth_state WHERE user_id = $1),
     d AS (DELETE FROM totp WHERE user_id = $1),
     e AS (DELETE FROM recovery_code WHERE user_id = $1),
     f AS (DELETE FROM sign_in_step WHERE user_id = $1),
     g AS (DELETE FROM email_token WHERE user_id = $1),
     h AS (DELETE FROM refresh_family WHERE user_id = $1),
     i AS (DELETE FROM api_token WHERE user_id = $1),
     k AS (DELETE FROM problem_import WHERE user_id = $1),
     p AS (DELETE FROM problem_progress WHERE user_id = $1),
     q AS (UPDATE submission SET user_id = NULL WHERE user_id = $1),
     j AS (DELETE FROM registration WHERE user_id = $1),
     l AS (UPDATE mail SET recipient = 'deleted@invalid', user_id = NULL, body = NULL,
               state = CASE state WHEN 'waiting' THEN 'dead' ELSE state END, ended_at = coalesce(ended_at, now()),
               last_error = CASE state WHEN 'waiting' THEN 'the account was deleted' ELSE last_error END
            WHERE user_id = $1 OR lower(recipient) = lower($2)),
     m AS (DELETE FROM member WHERE user_id = $1),
     n AS (DELETE FROM member_coach WHERE user_id = $1),
     s AS (DELETE FROM handle_claim WHERE user_id = $1),
     t AS (DELETE FROM room_rating WHERE user_id = $1),
     v AS (UPDATE room_player SET user_id = NULL WHERE user_id = $1)
UPDATE app_user SET email = 'deleted-' || id || '@invalid', name = 'Deleted account', handle = NULL, bio = '',
       zone = '', language = 'en', theme = '', platforms = 0, notice_min = 30, roles = 1, password_hash = NULL,
       email_verified_at = NULL, failed_count = 0, failed_at = NULL, locked_until = NULL, signed_in_at = NULL,
       disabled = true, deleted_at = now()
 WHERE id = $1

-- Orders of letters to any address that the member had, of those of which there is still a mail.
-- name: account_drop_letters :one
-- args: user_id int8, email text
-- cols: n int8
SELECT account_letters_drop($1, (SELECT array_agg(lower(a)) FROM (
	SELECT $2 AS a UNION SELECT recipient FROM mail WHERE user_id = $1) x)) AS n

-- Calendars are disconnected by jobs of their own; after a day nothing waits for them any more.
-- name: account_waits :one
-- args: user_id int8
-- cols: waits bool
SELECT EXISTS (SELECT FROM calendar_link l JOIN app_user u ON u.id = l.user_id
       WHERE l.user_id = $1 AND l.state = 'leaving' AND u.deleted_at > now() - interval '1 day') AS waits

-- Only of an account that was deleted, whatever the job says.
-- name: account_clear :exec
-- args: user_id int8
WITH u AS (SELECT id FROM app_user WHERE id = $1 AND deleted_at IS NOT NULL),
     a AS (DELETE FROM calendar_link USING u WHERE user_id = u.id),
     b AS (DELETE FROM sync_state USING u WHERE user_id = u.id)
DELETE FROM sync_run USING u WHERE user_id = u.id
