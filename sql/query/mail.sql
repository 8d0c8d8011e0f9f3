-- The outbox.

-- name: mail_add :one
-- args: message_id text, kind text, recipient text, subject text, body bytea, user_id int8
-- cols: id int8
INSERT INTO mail (message_id, kind, recipient, subject, body, user_id)
VALUES ($1, $2, $3, $4, $5, nullif($6, 0)) RETURNING id

-- name: mail_list :many :read
-- args: state text, least_id int8, before_id int8, most int8
-- cols: id int8, message_id text, kind text, recipient text, subject text, state text, attempts int4, last_error text, created_at timestamptz, ended_at timestamptz, has_body bool
SELECT id, message_id, kind, recipient, subject, state, attempts, last_error, created_at, ended_at,
       body IS NOT NULL AS has_body
  FROM mail
 WHERE ($1 IS NULL OR state = $1) AND id >= $2 AND id < $3
 ORDER BY id DESC LIMIT $4

-- name: mail_body :one
-- args: id int8
-- cols: message_id text, kind text, recipient text, subject text, body bytea
SELECT message_id, kind, recipient, subject, body FROM mail WHERE id = $1

-- A mail that was sent stays so. The last one to an account that is deleted leaves no address behind.
-- name: mail_ended :exec
-- args: id int8, state text, attempts int4
UPDATE mail
   SET state = $2, attempts = $3, ended_at = now(),
       body = CASE WHEN $2 = 'sent' THEN NULL ELSE body END,
       recipient = CASE WHEN $2 = 'sent' AND kind = 'account.deleted' THEN 'deleted@invalid' ELSE recipient END,
       last_error = CASE WHEN $2 = 'sent' THEN NULL ELSE last_error END
 WHERE id = $1 AND state <> 'sent'

-- name: mail_failed :exec
-- args: id int8, attempts int4, why text
UPDATE mail SET attempts = $2, last_error = $3 WHERE id = $1 AND state <> 'sent'

-- name: mail_give_up :exec
-- args: id int8, why text
UPDATE mail
   SET state = 'dead', ended_at = now(), last_error = coalesce(last_error, $2)
 WHERE id = $1 AND state = 'waiting'

-- name: mail_again :one
-- args: id int8
-- cols: id int8
UPDATE mail SET state = 'waiting', ended_at = NULL
 WHERE id = $1 AND state IN ('dead', 'kept') AND body IS NOT NULL
RETURNING id

-- A farewell that could not be sent leaves no address behind either.
-- name: mail_purge_farewells :exec
UPDATE mail SET recipient = 'deleted@invalid', body = NULL
 WHERE kind = 'account.deleted' AND state IN ('dead', 'kept') AND ended_at < now() - interval '1 day'
   AND recipient <> 'deleted@invalid'

-- name: mail_purge :exec
-- args: days int4
DELETE FROM mail WHERE created_at < now() - make_interval(days => $1)

-- name: email_token_purge :exec
DELETE FROM email_token WHERE expires_at < now() - interval '1 day'
