-- Programs that operators try on the judges.

-- name: trial_insert :one
-- args: public_id text, made_by int8, kind int2, wanted bytea
-- cols: id int8
INSERT INTO judge_trial (public_id, made_by, kind, wanted) VALUES ($1, $2, $3, $4) RETURNING id

-- name: trial_get :many :read
-- args: id int8, public_id text
-- cols: id int8, public_id text, made_by int8, kind int2, state int2, made_at timestamptz, ended_at timestamptz, host text
-- cols: fault text, wanted bytea, answer bytea
SELECT id, public_id, made_by, kind, state, made_at, ended_at, host, fault, wanted, answer FROM judge_trial
WHERE id = $1 OR public_id = $2

-- name: trial_begin :exec
-- args: id int8, host text
UPDATE judge_trial SET state = 1, host = $2 WHERE id = $1 AND state = 0

-- name: trial_end :exec
-- args: id int8, answer bytea, fault text
UPDATE judge_trial SET state = 2, ended_at = clock_timestamp(), answer = $2, fault = $3 WHERE id = $1 AND state < 2

-- name: trial_purge :exec :long
-- args: keep_days int4
DELETE FROM judge_trial WHERE made_at < now() - $1 * interval '1 day'
