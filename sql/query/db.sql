-- What lib/db needs for itself.

-- name: db_begin :exec :read
BEGIN

-- name: db_commit :exec
COMMIT

-- name: db_rollback :exec :read
ROLLBACK

-- Behind a pooler the process that serves us has another number than the connection was told.
-- name: db_backend :one :read
-- cols: pid int4
SELECT pg_backend_pid() AS pid

-- What a pooler keeps for each of its clients; the rest cannot be set behind one.
-- name: db_pooled_settings :one :read
-- cols: timezone text, datestyle text
SELECT set_config('TimeZone', 'UTC', false) AS timezone,
       set_config('DateStyle', 'ISO, MDY', false) AS datestyle

-- The settings that some statements need otherwise than most; `other` is for the plans that are good only as long as the
-- statistics are true. A local setting ends with the transaction.
-- name: db_mode :one :read
-- args: plan text, other text, timeout text, local bool
-- cols: plan text, seqscan text, bitmapscan text, sort text, timeout text
SELECT set_config('plan_cache_mode', $1, $4) AS plan,
       set_config('enable_seqscan', $2, $4) AS seqscan,
       set_config('enable_bitmapscan', $2, $4) AS bitmapscan,
       set_config('enable_sort', $2, $4) AS sort,
       set_config('statement_timeout', $3, $4) AS timeout

-- Where the log of this server stands: written on a primary, replayed on a replica. age_ms is the
-- time since the last replayed commit was made; null where nothing was replayed.
-- name: db_state :one :read
-- cols: is_replica bool, position int8, age_ms int8
SELECT pg_is_in_recovery() AS is_replica,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
             ELSE pg_current_wal_insert_lsn() END - '0/0'::pg_lsn)::int8 AS position,
       (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::int8
       AS age_ms

-- A migration may take its time and waits for another migrator, but not for long for a table in use.
-- The number of the lock is the same for every Podium; the lock is this database's.
-- name: migration_wait :one
-- cols: statement text, lock text
SELECT set_config('statement_timeout', '0', true) AS statement,
       set_config('lock_timeout', '0', true) AS lock

-- name: migration_lock :one
-- cols: done bool
SELECT pg_advisory_xact_lock(7105110010) IS NULL AS done

-- name: migration_hurry :one
-- cols: lock text
SELECT set_config('lock_timeout', '30s', true) AS lock

-- name: migration_exists :one :read
-- cols: yes bool
SELECT to_regclass('migration') IS NOT NULL AS yes

-- name: migration_table :exec
CREATE TABLE IF NOT EXISTS migration (
	name text PRIMARY KEY,
	checksum text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: migration_compare :many :read
-- args: names text[], texts text[]
-- cols: name text, state text
SELECT coalesce(p.name, m.name) AS name,
       CASE WHEN p.name IS NULL THEN 'newer'
            WHEN m.name IS NULL THEN 'missing'
            WHEN m.checksum <> encode(sha256(convert_to(p.text, 'UTF8')), 'hex') THEN 'changed'
            ELSE 'applied' END AS state
  FROM unnest($1, $2) AS p (name, text)
  FULL JOIN migration m ON m.name = p.name
 ORDER BY 1

-- name: migration_add :exec
-- args: name text, text text
INSERT INTO migration (name, checksum)
VALUES ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))
