-- What admins look at and do beside the jobs.

-- The newest first, before a number; words are a part of name, address or handle.
-- name: admin_users :many :read
-- args: words text, before_id int8, limit int4
-- cols: id int8, name text, email text, handle text, roles int2, disabled bool, locked_until timestamptz, verified bool, created_at timestamptz, signed_in_at timestamptz
SELECT id, name, email, handle, roles, disabled, locked_until, email_verified_at IS NOT NULL AS verified, created_at,
	signed_in_at
FROM app_user
WHERE deleted_at IS NULL AND id < $2 AND ($1 IS NULL
	OR strpos(lower(normalize(name, NFKC)), lower(normalize($1, NFKC))) > 0
	OR strpos(lower(normalize(email, NFKC)), lower(normalize($1, NFKC))) > 0
	OR strpos(lower(handle), lower($1)) > 0)
ORDER BY id DESC LIMIT $3

-- name: admin_user_read :one
-- args: id int8
-- cols: id int8, name text, email text, handle text, roles int2, disabled bool, locked_until timestamptz, failed_count int4, verified bool, has_password bool, created_at timestamptz, signed_in_at timestamptz, sessions int8
SELECT id, name, email, handle, roles, disabled, locked_until, failed_count, email_verified_at IS NOT NULL AS verified,
	password_hash IS NOT NULL AS has_password, created_at, signed_in_at,
	(SELECT count(*) FROM session s WHERE s.user_id = u.id AND s.expires_at > now()) AS sessions
FROM app_user u WHERE id = $1 AND deleted_at IS NULL

-- name: admin_user_hold :one
-- args: id int8
-- cols: roles int2, disabled bool, locked bool
SELECT roles, disabled, coalesce(locked_until > now(), false) AS locked FROM app_user
WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE

-- name: admin_user_disable :exec
-- args: id int8, disabled bool
UPDATE app_user SET disabled = $2 WHERE id = $1

-- name: admin_user_unlock :exec
-- args: id int8
UPDATE app_user SET disabled = false, locked_until = NULL, failed_count = 0, failed_at = NULL WHERE id = $1

-- name: admin_mail_discard :exec
-- args: id int8
UPDATE mail SET state = 'dead', body = NULL, ended_at = now(), last_error = coalesce(last_error, 'discarded by an admin')
WHERE id = $1 AND state <> 'sent' AND body IS NOT NULL

-- name: admin_user_names :many :read
-- args: ids int8[]
-- cols: id int8, name text
SELECT id, name FROM app_user WHERE id = ANY ($1)

-- name: admin_counts :one
-- cols: users int8, disabled int8, sessions int8, waiting int8, dead int8, kept int8, db_size int8, db_connections int8, db_max int4, db_version text
SELECT (SELECT count(*) FROM app_user WHERE deleted_at IS NULL) AS users,
	(SELECT count(*) FROM app_user WHERE deleted_at IS NULL AND disabled) AS disabled,
	(SELECT count(*) FROM session WHERE expires_at > now()) AS sessions,
	(SELECT count(*) FROM mail WHERE state = 'waiting') AS waiting,
	(SELECT count(*) FROM mail WHERE state = 'dead' AND body IS NOT NULL) AS dead,
	(SELECT count(*) FROM mail WHERE state = 'kept' AND body IS NOT NULL) AS kept,
	pg_database_size(current_database()) AS db_size,
	(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS db_connections,
	current_setting('max_connections')::int4 AS db_max, split_part(current_setting('server_version'), ' ', 1) AS db_version

-- Replicas that the primary knows of. Lag is seen only by a role that may (pg_monitor); NULL otherwise.
-- name: admin_replication :many
-- cols: address text, state text, lag_ms int8
SELECT coalesce(host(client_addr), 'local') AS address, coalesce(state, 'unknown') AS state,
	(extract(epoch FROM replay_lag) * 1000)::int8 AS lag_ms
FROM pg_stat_replication ORDER BY 1 LIMIT 50
