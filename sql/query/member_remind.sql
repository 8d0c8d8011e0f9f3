-- Mails to members who have been away.

-- Who was synced today without trouble, and for so many days has nothing accepted at Codeforces or here. An account's
-- address goes before the one that a coach has written down, and one that is locked out is not called back.
-- name: member_due :many
-- args: everybody bool, groups int8[], away_days int4, rest_days int4, most int4
-- cols: id int8, user_id int8, name text, email text, days int4
SELECT m.id, m.user_id, m.name, coalesce(u.email, m.email) AS email,
       floor(extract(epoch FROM now() - last.at) / 86400)::int AS days
  FROM member m LEFT JOIN app_user u ON u.id = m.user_id AND u.deleted_at IS NULL
       CROSS JOIN LATERAL (SELECT coalesce(greatest(m.active_at, (
		SELECT max(s.made_at) FROM submission s JOIN judging j ON j.id = s.judging_id
		 WHERE s.user_id = m.user_id AND j.verdict = 1)), m.added_at) AS at) last
 WHERE m.wants_reminders AND m.handle IS NOT NULL AND m.trouble = '' AND u.disabled IS NOT TRUE AND coalesce(u.email, m.email) <> ''
   AND m.synced_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
   AND last.at <= now() - make_interval(days => $3)
   AND (m.reminded_at IS NULL OR m.reminded_at <= now() - make_interval(days => $4))
   AND coalesce($1 OR m.group_id = ANY ($2), false)
 ORDER BY m.reminded_at NULLS FIRST, m.id LIMIT $5;

-- Nobody gets two, whoever else sends at the same time.
-- name: member_reminded :exec
-- args: id int8, rest_days int4
UPDATE member SET n_reminded = n_reminded + 1, reminded_at = now()
 WHERE id = $1 AND wants_reminders AND (reminded_at IS NULL OR reminded_at <= now() - make_interval(days => $2));

-- name: member_reminder_add :exec
-- args: member_id int8, days int4, stop_hash bytea
INSERT INTO member_reminder (member_id, days, stop_hash) VALUES ($1, $2, $3);

-- name: member_reminders :many :read
-- args: everybody bool, groups int8[], most int4
-- cols: member_id int8, name text, at timestamptz, days int4, n_reminded int4, stopped_at timestamptz
SELECT r.member_id, m.name, r.at, r.days, m.n_reminded, r.stopped_at FROM member_reminder r JOIN member m ON m.id = r.member_id
 WHERE coalesce($1 OR m.group_id = ANY ($2), false) ORDER BY r.id DESC LIMIT $3;

-- name: member_stop_peek :one :read
-- args: stop_hash bytea
-- cols: name text
SELECT m.name FROM member_reminder r JOIN member m ON m.id = r.member_id WHERE r.stop_hash = $1 AND r.stopped_at IS NULL;

-- A link stops them once.
-- name: member_stop :one
-- args: stop_hash bytea
-- cols: member_id int8
WITH used AS (UPDATE member_reminder SET stopped_at = now() WHERE stop_hash = $1 AND stopped_at IS NULL RETURNING member_id)
UPDATE member m SET wants_reminders = false FROM used WHERE m.id = used.member_id RETURNING m.id AS member_id;
