-- What members tell about themselves and want to have.

-- name: profile_get :one :read
-- args: user_id int8
-- cols: email text, is_verified bool, handle text, name text, bio text, zone text, language text, theme text, platforms int2, notice_min int4
SELECT email, email_verified_at IS NOT NULL AS is_verified, handle, name, bio, zone, language, theme, platforms,
       notice_min
  FROM app_user WHERE id = $1 AND deleted_at IS NULL

-- name: profile_set :one
-- args: user_id int8, handle text, name text, bio text, zone text, language text, theme text, platforms int2, notice_min int4
-- cols: id int8
UPDATE app_user
   SET handle = $2, name = $3, bio = $4, zone = $5, language = $6, theme = $7, platforms = $8, notice_min = $9
 WHERE id = $1 AND deleted_at IS NULL
RETURNING id
