-- Members as others may see them.

-- name: user_search :many :replica
-- args: handle_like text, words text, limit int4
-- cols: handle text, name text, roles int2
SELECT handle, name, roles FROM app_user
 WHERE handle IS NOT NULL AND email_verified_at IS NOT NULL AND NOT disabled AND deleted_at IS NULL
   AND (lower(handle) LIKE lower($1) OR position(lower($2) IN lower(name)) > 0)
 ORDER BY (lower(handle) LIKE lower($1)) DESC, lower(handle) LIMIT $3
