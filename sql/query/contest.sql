-- Storing what a source announced. Reading for pages: calendar.sql.

-- One statement for the whole answer. All parts see the rows as they were before, so `old` holds
-- what is being overwritten.
-- name: contest_upsert :one
-- args: platform text, now timestamptz
-- args: ids text[], titles text[], starts int8[], ends int8[], urls text[]
-- cols: added int8, changed int8
WITH incoming AS (
	SELECT native_id, title, to_timestamp(start_s) AS start_at, to_timestamp(end_s) AS end_at, url
	FROM unnest($3::text[], $4::text[], $5::int8[], $6::int8[], $7::text[])
		AS t (native_id, title, start_s, end_s, url)
), old AS (
	SELECT c.id, c.native_id, c.title, c.start_at, c.end_at, c.url, c.status
	FROM external_contest c JOIN incoming i USING (native_id)
	WHERE c.platform = $1
), stored AS (
	INSERT INTO external_contest AS c (platform, native_id, title, start_at, end_at, url,
		first_seen_at, last_seen_at, changed_at)
	SELECT $1, native_id, title, start_at, end_at, url, $2, $2, $2 FROM incoming
	ON CONFLICT (platform, native_id) DO UPDATE SET
		title = excluded.title,
		start_at = excluded.start_at,
		end_at = excluded.end_at,
		url = excluded.url,
		status = 'upcoming',
		cancelled_at = NULL,
		last_seen_at = $2,
		sequence = c.sequence + CASE WHEN (c.title, c.start_at, c.end_at, c.url, c.status)
			= (excluded.title, excluded.start_at, excluded.end_at, excluded.url, 'upcoming')
			THEN 0 ELSE 1 END,
		changed_at = CASE WHEN (c.title, c.start_at, c.end_at, c.url, c.status)
			= (excluded.title, excluded.start_at, excluded.end_at, excluded.url, 'upcoming')
			THEN c.changed_at ELSE $2 END
	RETURNING id, native_id, title, start_at, end_at, url
), change AS (
	SELECT s.id, k.kind, o.title AS from_title, s.title AS to_title,
		o.start_at AS from_start_at, s.start_at AS to_start_at,
		o.end_at AS from_end_at, s.end_at AS to_end_at
	FROM stored s LEFT JOIN old o ON o.id = s.id
	CROSS JOIN LATERAL (VALUES
		('announced', o.id IS NULL),
		('returned', o.status = 'cancelled'),
		('moved', (o.start_at, o.end_at) <> (s.start_at, s.end_at)),
		('renamed', o.title <> s.title),
		('relinked', o.url <> s.url)) AS k (kind, holds)
	WHERE k.holds
), noted AS (
	INSERT INTO contest_change (contest_id, at, kind, from_title, to_title,
		from_start_at, to_start_at, from_end_at, to_end_at)
	SELECT id, $2, kind, from_title, to_title, from_start_at, to_start_at, from_end_at, to_end_at
	FROM change
)
SELECT count(DISTINCT id) FILTER (WHERE kind = 'announced') AS added,
	count(DISTINCT id) FILTER (WHERE kind <> 'announced') AS changed
FROM change;

-- Calls off what a good answer no longer holds, as far as that answer reaches: contests that begin
-- after `from` and not after `until` (NULL: without end), except those it named but could not tell.
-- name: contest_prune :one
-- args: platform text, now timestamptz, ids text[], from timestamptz, until timestamptz
-- cols: cancelled int8
WITH gone AS (
	UPDATE external_contest
	SET status = 'cancelled', cancelled_at = $2, changed_at = $2, sequence = sequence + 1
	WHERE platform = $1 AND status = 'upcoming' AND start_at > $4
		AND ($5::timestamptz IS NULL OR start_at <= $5)
		AND native_id <> ALL ($3::text[])
	RETURNING id, title, start_at, end_at
), noted AS (
	INSERT INTO contest_change (contest_id, at, kind, from_title, from_start_at, from_end_at)
	SELECT id, $2, 'cancelled', title, start_at, end_at FROM gone
)
SELECT count(*) AS cancelled FROM gone;

-- How many contests of the platform are still ahead, and when the next one begins.
-- name: contest_ahead :one
-- args: platform text, now timestamptz
-- cols: n int8, next_start_at timestamptz
SELECT count(*) AS n, min(start_at) AS next_start_at FROM external_contest
WHERE platform = $1 AND status = 'upcoming' AND start_at > $2 AND end_at > $2;
