-- What pages, feeds and the interface read of contests and their sources. Writing is contest.sql's.

-- name: calendar_sources :many :read
-- cols: platform text, last_try_at timestamptz, last_success_at timestamptz
-- cols: failing_since timestamptz, last_error text, last_error_at timestamptz, note text
-- cols: n_rows int4, n_skipped int4, next_fetch_at timestamptz, changed_at timestamptz
-- The seven sources, and on each row when a contest changed last: all that pages of contests depend
-- on beside the clock, so that an unchanged page is answered before its long statement. Asked of the
-- primary: what a replica does not know yet must not be kept in the cache.
SELECT s.platform, s.last_try_at, s.last_success_at, s.failing_since, s.last_error, s.last_error_at,
       s.note, s.n_rows, s.n_skipped, s.next_fetch_at,
       (SELECT max(c.changed_at) FROM external_contest c) AS changed_at
  FROM source s;

-- name: calendar_list :many :replica
-- args: platforms text[], from_at timestamptz, to_at timestamptz, cancelled_since timestamptz
-- args: least_s int8, most_s int8, words text, after_at timestamptz, after_id int8
-- args: row_limit int8, row_offset int8
-- cols: id int8, platform text, native_id text, title text, start_at timestamptz
-- cols: end_at timestamptz, url text, is_cancelled bool, sequence int4, first_seen_at timestamptz
-- cols: changed_at timestamptz, cancelled_at timestamptz, moved_from_at timestamptz, total int8
-- cols: newest_at timestamptz
-- Contests that touch from_at..to_at; cancelled ones only while that is news. total counts them
-- from the cursor (after_at, after_id) on; newest_at tells how far this server's copy has come.
SELECT c.id, c.platform, c.native_id, c.title, c.start_at, c.end_at, c.url,
       c.status = 'cancelled' AS is_cancelled, c.sequence, c.first_seen_at, c.changed_at,
       c.cancelled_at,
       CASE WHEN c.sequence > 0 THEN
           (SELECT h.from_start_at FROM contest_change h
             WHERE h.contest_id = c.id AND h.kind = 'moved' AND h.from_start_at <> h.to_start_at
             ORDER BY h.at DESC, h.id DESC LIMIT 1)
       END AS moved_from_at,
       count(*) OVER () AS total,
       (SELECT max(n.changed_at) FROM external_contest n) AS newest_at
  FROM external_contest c
 WHERE c.end_at > $2
   AND ($3::timestamptz IS NULL OR c.start_at < $3)
   AND ($1::text[] IS NULL OR c.platform = ANY ($1))
   AND (c.status <> 'cancelled' OR c.cancelled_at >= $4)
   AND ($5::int8 IS NULL OR c.end_at - c.start_at >= make_interval(secs => $5))
   AND ($6::int8 IS NULL OR c.end_at - c.start_at <= make_interval(secs => $6))
   AND ($7::text IS NULL OR strpos(lower(normalize(c.title, NFKC)), lower(normalize($7, NFKC))) > 0)
   AND ($8::timestamptz IS NULL OR (c.start_at, c.id) > ($8, $9::int8))
 ORDER BY c.start_at, c.id
 LIMIT $10 OFFSET $11;

-- name: calendar_contest :one :replica
-- args: platform text, native_id text
-- cols: id int8, platform text, native_id text, title text, start_at timestamptz
-- cols: end_at timestamptz, url text, is_cancelled bool, sequence int4, first_seen_at timestamptz
-- cols: changed_at timestamptz, cancelled_at timestamptz, moved_from_at timestamptz
-- cols: last_seen_at timestamptz
SELECT c.id, c.platform, c.native_id, c.title, c.start_at, c.end_at, c.url,
       c.status = 'cancelled' AS is_cancelled, c.sequence, c.first_seen_at, c.changed_at,
       c.cancelled_at,
       (SELECT h.from_start_at FROM contest_change h
         WHERE h.contest_id = c.id AND h.kind = 'moved' AND h.from_start_at <> h.to_start_at
         ORDER BY h.at DESC, h.id DESC LIMIT 1) AS moved_from_at,
       c.last_seen_at
  FROM external_contest c
 WHERE c.platform = $1 AND c.native_id = $2;

-- name: calendar_changes :many :replica
-- args: platform text, native_id text
-- cols: at timestamptz, kind text, from_title text, to_title text, from_start_at timestamptz
-- cols: to_start_at timestamptz, from_end_at timestamptz, to_end_at timestamptz
SELECT h.at, h.kind, h.from_title, h.to_title, h.from_start_at, h.to_start_at, h.from_end_at,
       h.to_end_at
  FROM contest_change h
  JOIN external_contest c ON c.id = h.contest_id
 WHERE c.platform = $1 AND c.native_id = $2
 ORDER BY h.at DESC, h.id DESC
 LIMIT 100;

-- name: calendar_fetches :many
-- cols: key text, is_running bool, is_later bool
-- Fetches that wait or run; their keys are fetch:PLATFORM.
SELECT u.key, j.runner IS NOT NULL AS is_running, j.id IS NULL AS is_later
  FROM job_unique u
  JOIN job_queue q ON q.id = u.queue
  LEFT JOIN job j ON j.queue = u.queue AND j.priority IN (0, 10, 20) AND j.id = u.job
 WHERE q.name = 'fetch' AND starts_with(u.key, 'fetch:');
