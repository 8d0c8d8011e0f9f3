-- What a fetch of Codeforces brings of a member. What every fetch asks is about one member's few rows,
-- so that no settings need to be changed between it and the job's own statements.

-- name: member_sync_get :one :neutral
-- args: id int8
-- cols: handle text, newest_id int8, synced_at timestamptz, has_figures bool
SELECT handle, newest_id, synced_at, figures IS NOT NULL AS has_figures FROM member WHERE id = $1;

-- What was fetched is kept for the handle that it was fetched by, and nobody else takes or loses it meanwhile.
-- name: member_sync_hold :one :neutral
-- args: id int8
-- cols: handle text
SELECT handle FROM member WHERE id = $1 FOR NO KEY UPDATE;

-- name: member_sync_person :exec :neutral
-- args: id int8, handle text, rating int8, max_rating int8, rank text, max_rank text, newest_id int8, asked text
UPDATE member SET handle = $2, rating = $3, max_rating = $4, rank = $5, max_rank = $6, newest_id = $7, synced_at = now(),
       tried_at = now(), trouble = ''
 WHERE id = $1 AND lower(handle) = lower($8);

-- Where something new came, which is rare.
-- name: member_sync_totals :exec
-- args: id int8
UPDATE member SET active_at = (SELECT max(at) FROM cf_submission s WHERE s.member_id = $1 AND s.verdict = 'OK'),
       n_solved = (SELECT count(DISTINCT problem) FROM cf_submission s WHERE s.member_id = $1 AND s.verdict = 'OK'),
       figures = member_figures($1, '-infinity')
 WHERE id = $1;

-- name: member_sync_months :exec
-- args: id int8
WITH made AS MATERIALIZED (SELECT * FROM member_months($1)),
gone AS (DELETE FROM member_month k WHERE k.member_id = $1 AND NOT EXISTS (SELECT FROM made WHERE made.month = k.month))
INSERT INTO member_month AS k (member_id, month, n_solved, points, n_contests, rating_change) SELECT $1, * FROM made
    ON CONFLICT (member_id, month) DO UPDATE SET n_solved = excluded.n_solved, points = excluded.points,
       n_contests = excluded.n_contests, rating_change = excluded.rating_change
 WHERE (k.n_solved, k.points, k.n_contests, k.rating_change)
       IS DISTINCT FROM (excluded.n_solved, excluded.points, excluded.n_contests, excluded.rating_change);

-- name: member_sync_failed :exec
-- args: id int8, trouble text
UPDATE member SET tried_at = now(), trouble = $2 WHERE id = $1;

-- Contests that Codeforces took back go too.
-- name: member_sync_ratings :exec :neutral
-- args: member_id int8, contest_id int8[], contest text[], rank int8[], at timestamptz[], old_rating int8[]
-- args: new_rating int8[]
WITH given AS (
	SELECT * FROM unnest($2, $3, $4, $5, $6, $7) AS g (contest_id, contest, rank, at, old_rating, new_rating)),
gone AS (
	DELETE FROM rating_change r WHERE r.member_id = $1 AND NOT (r.contest_id = ANY ($2)))
INSERT INTO rating_change AS r (member_id, contest_id, contest, rank, at, old_rating, new_rating)
SELECT DISTINCT ON (contest_id) $1, contest_id, contest, rank, at, old_rating, new_rating FROM given ORDER BY contest_id, at
    ON CONFLICT (member_id, contest_id) DO UPDATE SET contest = excluded.contest, rank = excluded.rank, at = excluded.at,
       old_rating = excluded.old_rating, new_rating = excluded.new_rating
 WHERE (r.contest, r.rank, r.at, r.old_rating, r.new_rating)
       IS DISTINCT FROM (excluded.contest, excluded.rank, excluded.at, excluded.old_rating, excluded.new_rating);

-- name: member_sync_submissions :exec
-- args: member_id int8, id int8[], at timestamptz[], problem text[], name text[], rating int8[], tags text[]
-- args: verdict text[], kind text[]
INSERT INTO cf_submission AS s (member_id, id, at, problem, name, rating, tags, verdict, kind)
SELECT DISTINCT ON (id) $1, id, at, problem, name, nullif(rating, 0), tags, verdict, kind
  FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS g (id, at, problem, name, rating, tags, verdict, kind) ORDER BY id
    ON CONFLICT (member_id, id) DO UPDATE SET verdict = excluded.verdict, rating = excluded.rating, tags = excluded.tags
 WHERE (s.verdict, s.rating, s.tags) IS DISTINCT FROM (excluded.verdict, excluded.rating, excluded.tags);

-- name: member_sweep_add :one
-- args: made_by int8
-- cols: id int8, n int4
INSERT INTO member_sweep (made_by, n, ended_at)
SELECT $1, count(*), CASE WHEN count(*) = 0 THEN now() END FROM member WHERE handle IS NOT NULL RETURNING id, n;

-- name: member_sweep_members :many
-- cols: id int8
SELECT id FROM member WHERE handle IS NOT NULL ORDER BY synced_at NULLS FIRST, id;

-- One whose jobs were lost would keep every later one from beginning.
-- name: member_sweep_lost :exec
-- args: hours int4
UPDATE member_sweep SET stopped_at = now()
 WHERE ended_at IS NULL AND stopped_at IS NULL AND began_at < now() - make_interval(hours => $1);

-- name: member_sweep_live :many :read
-- cols: id int8
SELECT id FROM member_sweep WHERE ended_at IS NULL AND stopped_at IS NULL ORDER BY id DESC LIMIT 1;

-- One member of a sweep is through; the last one ends it.
-- name: member_sweep_count :exec :neutral
-- args: id int8, failed bool
UPDATE member_sweep SET n_done = n_done + 1, n_failed = n_failed + $2::int,
       ended_at = CASE WHEN n_done + 1 >= n THEN now() END
 WHERE id = $1 AND n_done < n;

-- name: member_sweep_stopped :one :neutral
-- args: id int8
-- cols: stopped bool
SELECT coalesce(bool_or(stopped_at IS NOT NULL), true) AS stopped FROM member_sweep WHERE id = $1;

-- name: member_sweep_last :many
-- cols: id int8, began_at timestamptz, ended_at timestamptz, stopped_at timestamptz, n int4, n_done int4, n_failed int4
-- cols: running_s int8
SELECT id, began_at, ended_at, stopped_at, n, n_done, n_failed,
       extract(epoch FROM coalesce(ended_at, stopped_at, now()) - began_at)::int8 AS running_s
  FROM member_sweep ORDER BY id DESC LIMIT 1;

-- name: member_sweep_stop :exec
UPDATE member_sweep SET stopped_at = now() WHERE ended_at IS NULL AND stopped_at IS NULL;
