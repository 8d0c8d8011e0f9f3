-- Accounts.

-- name: user_create :one
-- args: email text, name text, handle text, roles int2, password_hash text, is_verified bool
-- cols: id int8
INSERT INTO app_user (email, name, handle, roles, password_hash, email_verified_at)
VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END) RETURNING id

-- name: user_handle_taken :one :read
-- args: handle text
-- cols: taken bool
SELECT EXISTS (SELECT FROM app_user WHERE lower(handle) = lower($1)) AS taken

-- name: user_by_email :one :read
-- args: email text
-- cols: id int8, email text, name text, roles int2, disabled bool
SELECT id, email, name, roles, disabled
  FROM app_user WHERE lower(normalize(email, NFKC)) = lower(normalize($1, NFKC)) AND deleted_at IS NULL

-- name: user_list :many :read
-- cols: id int8, email text, name text, roles int2, disabled bool
SELECT id, email, name, roles, disabled FROM app_user WHERE deleted_at IS NULL ORDER BY id

-- name: user_set_password :one
-- args: id int8, password_hash text
-- cols: id int8
UPDATE app_user SET password_hash = $2 WHERE id = $1 RETURNING id

-- name: user_set_roles :one
-- args: id int8, roles int2
-- cols: id int8
UPDATE app_user SET roles = $2 WHERE id = $1 RETURNING id

-- name: user_signed_in :exec
-- args: id int8
UPDATE app_user SET signed_in_at = now() WHERE id = $1

-- name: user_admin_count :one :read
-- cols: n int8
SELECT count(*) AS n FROM app_user WHERE roles & 16 <> 0 AND NOT disabled

-- name: user_is_last_admin :one
-- args: id int8
-- cols: is_last bool
SELECT EXISTS (SELECT FROM app_user u WHERE u.id = $1 AND u.roles & 16 <> 0 AND NOT u.disabled AND u.deleted_at IS NULL)
   AND NOT EXISTS (SELECT FROM app_user o
	WHERE o.id <> $1 AND o.roles & 16 <> 0 AND NOT o.disabled AND o.deleted_at IS NULL) AS is_last

-- Two first starts at once make one admin.
-- name: user_lock_admins :one
-- cols: locked void
SELECT pg_advisory_xact_lock(hashtext('podium first admin')) AS locked
