-- Handles at Codeforces that an account has proved to be its own.

-- name: handle_of_user :one :read
-- args: user_id int8
-- cols: handle text
SELECT handle FROM member WHERE user_id = $1 AND proved_at IS NOT NULL AND handle IS NOT NULL;

-- name: handle_claim_put :one
-- args: user_id int8, handle text, way text, problem text, token text, keep_s int8
-- cols: made_at timestamptz
INSERT INTO handle_claim (user_id, handle, way, problem, token, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
    ON CONFLICT (user_id) DO UPDATE SET handle = excluded.handle, way = excluded.way, problem = excluded.problem,
       token = excluded.token, made_at = now(), expires_at = excluded.expires_at, state = 'waits', why = ''
RETURNING made_at;

-- name: handle_claim_get :one
-- args: user_id int8
-- cols: handle text, way text, problem text, token text, made_at timestamptz, expires_at timestamptz, state text, why text
-- cols: is_over bool
SELECT handle, way, problem, token, made_at, expires_at, state, why, expires_at < now() AS is_over
  FROM handle_claim WHERE user_id = $1;

-- Only for the claim that was looked at: a new one has begun anew.
-- name: handle_claim_end :exec
-- args: user_id int8, made_at timestamptz, state text, why text
UPDATE handle_claim SET state = $3, why = $4 WHERE user_id = $1 AND made_at = $2 AND state = 'waits';

-- name: handle_claim_delete :exec
-- args: user_id int8
DELETE FROM handle_claim WHERE user_id = $1;

-- Who is followed under the handle, and the account's own member; locked, so that two accounts cannot both take it.
-- name: handle_members :many
-- args: user_id int8, handle text
-- cols: id int8, user_id int8, is_proved bool, has_handle bool
SELECT id, user_id, proved_at IS NOT NULL AS is_proved, coalesce(lower(handle) = lower($2), false) AS has_handle
  FROM member WHERE user_id = $1 OR lower(handle) = lower($2) ORDER BY id FOR UPDATE;

-- name: handle_add_member :one
-- args: user_id int8, handle text
-- cols: id int8
INSERT INTO member (user_id, name, email, handle, proved_at) SELECT id, name, email, $2, now() FROM app_user WHERE id = $1
RETURNING id;

-- name: handle_set :exec
-- args: id int8, user_id int8, handle text
UPDATE member SET user_id = $2, handle = $3, proved_at = now() WHERE id = $1;

-- An account's own member goes into the one that a coach had made of the handle.
-- name: handle_merge :exec
-- args: own_id int8, other_id int8
WITH own AS (DELETE FROM member WHERE id = $1 RETURNING *)
UPDATE member m SET group_id = coalesce(m.group_id, own.group_id), is_public = own.is_public,
       wants_reminders = own.wants_reminders FROM own WHERE m.id = $2;

-- Another account said so, but never showed it.
-- name: handle_take_from :exec
-- args: id int8
UPDATE member SET handle = NULL WHERE id = $1;
