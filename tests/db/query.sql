-- Statements for the tests of lib/db. Table thing is made by the tests:
--   CREATE TABLE thing (id int8 PRIMARY KEY, name text NOT NULL CHECK (name <> ''), owner int8
--   REFERENCES thing DEFERRABLE INITIALLY DEFERRED)

-- name: echo :one
-- args: b bool, i2 int2, i4 int4, i8 int8, t text, y bytea, at timestamptz, j json, jb jsonb,
-- args: u uuid, d date
-- cols: b bool, i2 int2, i4 int4, i8 int8, t text, y bytea, at timestamptz, j json, jb jsonb,
-- cols: u uuid, d date
SELECT $1 AS b, $2 AS i2, $3 AS i4, $4 AS i8, $5 AS t, $6 AS y, $7 AS at, $8 AS j, $9 AS jb,
       $10 AS u, $11 AS d

-- name: echo_arrays :one
-- args: i2 int2[], i4 int4[], i8 int8[], at timestamptz[], t text[], y bytea[], jb jsonb[], u uuid[]
-- cols: i2 text, i4 text, i8 text, at text, t text[], y text, jb text, u text, t_n int4
SELECT $1::text AS i2, $2::text AS i4, $3::text AS i8, $4::text AS at, $5 AS t, $6::text AS y,
       $7::text AS jb, $8::text AS u, cardinality($5) AS t_n

-- name: echo_text :one
-- args: t text
-- cols: t text, n int4
SELECT $1 AS t, octet_length($1) AS n

-- name: count_up :many :replica
-- args: n int4
-- cols: i int4, t text
SELECT i, repeat('x', i) AS t FROM generate_series(1, $1) AS i

-- name: times :many :read
-- args: texts text[]
-- cols: at timestamptz
SELECT t::timestamptz AS at FROM unnest($1) WITH ORDINALITY AS u (t, n) ORDER BY n

-- name: repeat :one
-- args: n int4
-- cols: t text
SELECT repeat('x', $1) AS t

-- name: nap :one
-- args: seconds text
-- cols: done bool
SELECT pg_sleep($1::float8) IS NULL AS done

-- name: nap_read :one :read
-- args: seconds text
-- cols: done bool
SELECT pg_sleep($1::float8) IS NULL AS done

-- name: divide :one
-- args: by int4
-- cols: q int4
SELECT 1 / $1 AS q

-- name: put :exec
-- args: id int8, name text
INSERT INTO thing (id, name) VALUES ($1, $2)

-- name: put_owned :exec
-- args: id int8, owner int8
INSERT INTO thing (id, name, owner) VALUES ($1, 'owned', $2)

-- name: take :exec
DELETE FROM thing

-- name: lock_thing :exec
-- args: id int8
UPDATE thing SET name = name WHERE id = $1

-- name: things :one
-- cols: n int8
SELECT count(*) AS n FROM thing

-- name: things_near :one :replica
-- cols: n int8, server text
SELECT count(*) AS n, current_setting('cluster_name') AS server FROM thing

-- name: thing_all :many :read
-- cols: id int8, name text
SELECT * FROM thing

-- name: many_rows_as_one :one
-- cols: i int4
SELECT i FROM generate_series(1, 2) AS i

-- name: session :one :read
-- cols: pid int4, zone text, statement text, lock text, idle text, app text, plan text, seqscan text,
-- cols: jit text, encoding text, server text, tls bool
SELECT pg_backend_pid() AS pid, current_setting('TimeZone') AS zone,
       current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
       current_setting('idle_in_transaction_session_timeout') AS idle,
       current_setting('application_name') AS app, current_setting('plan_cache_mode') AS plan,
       current_setting('enable_seqscan') AS seqscan, current_setting('jit') AS jit,
       current_setting('client_encoding') AS encoding, current_setting('cluster_name') AS server,
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls

-- name: session_pinned :one :read :pinned
-- cols: plan text, seqscan text, statement text
SELECT current_setting('plan_cache_mode') AS plan, current_setting('enable_seqscan') AS seqscan,
       current_setting('statement_timeout') AS statement

-- name: session_neutral :one :read :neutral
-- cols: plan text
SELECT current_setting('plan_cache_mode') AS plan

-- name: session_long :one :read :long
-- cols: plan text, seqscan text, statement text
SELECT current_setting('plan_cache_mode') AS plan, current_setting('enable_seqscan') AS seqscan,
       current_setting('statement_timeout') AS statement

-- name: prepared :one :read
-- cols: n int8
SELECT count(*) AS n FROM pg_prepared_statements

-- name: notify :exec
-- args: payload text
SELECT pg_notify('podium_test', $1)

-- name: raise :exec
-- args: state text
SELECT raise_state($1)
