-- Signing in with a password, and how often it may go wrong. Account and stranger are counted alike.

-- An address that is not confirmed has no password: what was registered with it opens nothing.
-- name: sign_in_read :one :read
-- args: email text, key bytea
-- cols: id int8, email text, name text, roles int2, disabled bool, password_hash text, wait_s int8
SELECT u.id, u.email, u.name, u.roles, u.disabled,
       CASE WHEN u.email_verified_at IS NOT NULL THEN u.password_hash END AS password_hash,
       ceil(extract(epoch FROM greatest(coalesce(u.locked_until, s.locked_until) - now(), interval '0')))::int8
           AS wait_s
  FROM (VALUES (1)) AS one (n)
  LEFT JOIN app_user u ON lower(normalize(u.email, NFKC)) = lower(normalize($1, NFKC)) AND u.deleted_at IS NULL
  LEFT JOIN sign_in_stranger s ON u.id IS NULL AND s.key = $2

-- Before the password is looked at, so that many at once are not more than the same one after another.
-- name: sign_in_try :one
-- args: id int8, free int4, first_s int8, most_s int8
-- cols: n int4, wait_s int8
WITH before AS (
	SELECT id, ceil(extract(epoch FROM greatest(locked_until - now(), interval '0')))::int8 AS wait_s,
	       CASE WHEN failed_at > now() - make_interval(secs => $4) THEN failed_count ELSE 0 END AS n
	  FROM app_user WHERE id = $1 FOR UPDATE),
counted AS (
	UPDATE app_user u
	   SET failed_count = b.n + 1, failed_at = now(),
	       locked_until = CASE WHEN b.n + 1 >= $2 THEN
	           now() + make_interval(secs => least($4, $3 * power(4, least(b.n + 1 - $2, 10)))) END
	  FROM before b WHERE u.id = b.id AND coalesce(b.wait_s, 0) = 0)
SELECT n + 1 AS n, coalesce(wait_s, 0) AS wait_s FROM before

-- name: sign_in_try_stranger :one
-- args: key bytea, free int4, first_s int8, most_s int8
-- cols: n int4, wait_s int8
WITH before AS (
	SELECT key, ceil(extract(epoch FROM greatest(locked_until - now(), interval '0')))::int8 AS wait_s,
	       CASE WHEN failed_at > now() - make_interval(secs => $4) THEN failed_count ELSE 0 END AS n
	  FROM sign_in_stranger WHERE key = $1 FOR UPDATE),
counted AS (
	INSERT INTO sign_in_stranger AS s (key, failed_count, failed_at)
	SELECT $1, 1, now() WHERE NOT EXISTS (SELECT FROM before WHERE wait_s > 0)
	ON CONFLICT (key) DO UPDATE
	   SET failed_count = (SELECT n + 1 FROM before), failed_at = now(),
	       locked_until = CASE WHEN (SELECT n + 1 FROM before) >= $2 THEN now() + make_interval(
	           secs => least($4, $3 * power(4, least((SELECT n + 1 FROM before) - $2, 10)))) END
	 WHERE EXISTS (SELECT FROM before))
SELECT coalesce((SELECT n + 1 FROM before), 1) AS n, coalesce((SELECT wait_s FROM before), 0) AS wait_s

-- Where a second step follows, a right password takes back its own try alone: otherwise whoever has the
-- password could go on guessing codes for ever.
-- name: sign_in_clear :exec
-- args: id int8
UPDATE app_user u
   SET failed_count = CASE WHEN t.user_id IS NULL THEN 0 ELSE u.failed_count - 1 END,
       failed_at = CASE WHEN t.user_id IS NOT NULL AND u.failed_count > 1 THEN u.failed_at END,
       locked_until = NULL
  FROM (SELECT $1::int8 AS id) one LEFT JOIN totp t ON t.user_id = one.id AND t.confirmed_at IS NOT NULL
 WHERE u.id = one.id AND u.failed_count > 0

-- name: sign_in_stranger_purge :exec
DELETE FROM sign_in_stranger WHERE failed_at < now() - interval '2 days'
