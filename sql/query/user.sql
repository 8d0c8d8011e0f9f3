-- Accounts.

-- name: user_create :one
-- args: email text, name text, role int2, password_hash text
-- cols: id int8
INSERT INTO app_user (email, name, role, password_hash) VALUES ($1, $2, $3, $4) RETURNING id

-- name: user_by_email :one :read
-- args: email text
-- cols: id int8, email text, name text, role int2, disabled bool, password_hash text
SELECT id, email, name, role, disabled, password_hash
  FROM app_user WHERE lower(normalize(email, NFKC)) = lower(normalize($1, NFKC))

-- name: user_list :many :read
-- cols: id int8, email text, name text, role int2, disabled bool
SELECT id, email, name, role, disabled FROM app_user ORDER BY id

-- name: user_set_password :one
-- args: id int8, password_hash text
-- cols: id int8
UPDATE app_user SET password_hash = $2 WHERE id = $1 RETURNING id

-- name: user_set_role :one
-- args: id int8, role int2
-- cols: id int8
UPDATE app_user SET role = $2 WHERE id = $1 RETURNING id

-- name: user_signed_in :exec
-- args: id int8
UPDATE app_user SET signed_in_at = now() WHERE id = $1

-- name: user_admin_count :one :read
-- cols: n int8
SELECT count(*) AS n FROM app_user WHERE role = 5 AND NOT disabled

-- Two first starts at once make one admin.
-- name: user_lock_admins :one
-- cols: locked void
SELECT pg_advisory_xact_lock(hashtext('podium first admin')) AS locked
