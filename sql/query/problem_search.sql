-- The catalogue: what everybody may see. Lists in an order of their own, or hits of words; what they are about is counted
-- over at most as many as an argument says, so that a word that is in every text costs no more than another.

-- Texts are searched only where titles and tags give few hits: a word that is in a thousand titles says enough by them.
-- kind 0: a hit, 1: how many there are, 2: of a difficulty, 3: of a category, 4: of a tag. Hits in titles and tags come
-- before those in texts. U+E000 and U+E001 stand around the words that were found.
-- name: problem_search :many :replica :pinned
-- args: words text, least int2, most int2, category text, tags text[], solver int8, solved int2, cap int4, limit int4
-- args: offset int4
-- cols: kind int4, id int8, slug text, title text, difficulty int2, category text, n_tried int4, n_solved int4, tags text
-- cols: snippet text, n int8
WITH wanted AS MATERIALIZED (
	SELECT websearch_to_tsquery('english', $1) AS q, coalesce(array_agg(t.id), '{}') AS tags, count(n) AS n,
	       count(t.id) = count(n) AS known
	  FROM unnest($5) n LEFT JOIN tag t ON t.name = n),
title AS MATERIALIZED (
	SELECT p.id, p.difficulty, p.category, p.tag_ids, p.n_solved, ts_rank('{0, 0, 0.4, 1}', p.head, w.q) AS rank
	  FROM problem p, wanted w
	 WHERE p.head @@ w.q AND p.visibility = 2 AND w.known AND (w.n = 0 OR p.tag_ids @> w.tags)
	    AND ($2 IS NULL OR p.difficulty >= $2) AND ($3 IS NULL OR p.difficulty <= $3) AND ($4 IS NULL OR p.category = $4)
	    AND ($7 = 0 OR $7 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
	         WHERE s.user_id = $6 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
	 LIMIT $8),
hit AS MATERIALIZED (
	SELECT * FROM title
	UNION ALL
	(SELECT p.id, p.difficulty, p.category, p.tag_ids, p.n_solved, 0
	   FROM problem p, wanted w
	  WHERE (SELECT count(*) FROM title) < $8 / 2
	    AND p.words @@ w.q AND NOT p.head @@ w.q AND p.visibility = 2 AND w.known AND (w.n = 0 OR p.tag_ids @> w.tags)
	    AND ($2 IS NULL OR p.difficulty >= $2) AND ($3 IS NULL OR p.difficulty <= $3) AND ($4 IS NULL OR p.category = $4)
	    AND ($7 = 0 OR $7 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
	         WHERE s.user_id = $6 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
	  LIMIT $8)),
page AS MATERIALIZED (
	SELECT h.id, row_number() OVER (ORDER BY h.rank DESC, h.n_solved DESC, h.id) AS place
	  FROM hit h ORDER BY place LIMIT $9 OFFSET $10)
SELECT 0 AS kind, p.id, p.slug, ts_headline('english', p.title, w.q,
       U&'HighlightAll=true, StartSel=\E000, StopSel=\E001') AS title, p.difficulty, p.category, p.n_tried, p.n_solved,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags,
       ts_headline('english', left(x.plain, 2000), w.q,
       U&'StartSel=\E000, StopSel=\E001, MaxWords=28, MinWords=14') AS snippet, g.place AS n
  FROM page g JOIN problem p ON p.id = g.id LEFT JOIN problem_text x ON x.version_id = p.version_id AND x.ordinal = 0, wanted w
UNION ALL SELECT 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*) FROM hit
UNION ALL SELECT 2, NULL, NULL, NULL, difficulty, NULL, NULL, NULL, NULL, NULL, count(*) FROM hit
           WHERE difficulty IS NOT NULL GROUP BY difficulty
UNION ALL SELECT 3, NULL, NULL, NULL, NULL, category, NULL, NULL, NULL, NULL, count(*) FROM hit
           WHERE category IS NOT NULL GROUP BY category
UNION ALL (SELECT 4, NULL, NULL, t.name, NULL, NULL, NULL, NULL, NULL, NULL, c.n
             FROM (SELECT u.id, count(*) AS n FROM hit, unnest(tag_ids) u (id) GROUP BY u.id) c JOIN tag t ON t.id = c.id
            ORDER BY c.n DESC, t.name LIMIT 40)
 ORDER BY kind, n

-- The newest first.
-- name: problem_list_new :many :replica
-- args: least int2, most int2, category text, tags text[], solver int8, solved int2, limit int4, offset int4
-- cols: id int8, slug text, title text, difficulty int2, category text, n_tried int4, n_solved int4, tags text
SELECT p.id, p.slug, p.title, p.difficulty, p.category, p.n_tried, p.n_solved,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags
  FROM problem p
 WHERE p.visibility = 2
   AND ($4 = '{}' OR p.tag_ids @> (SELECT array_agg(coalesce(t.id, 0)) FROM unnest($4) n LEFT JOIN tag t ON t.name = n))
   AND ($1 IS NULL OR p.difficulty >= $1) AND ($2 IS NULL OR p.difficulty <= $2) AND ($3 IS NULL OR p.category = $3)
   AND ($6 = 0 OR $6 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
        WHERE s.user_id = $5 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
 ORDER BY p.id DESC LIMIT $7 OFFSET $8

-- By title.
-- name: problem_list_title :many :replica
-- args: least int2, most int2, category text, tags text[], solver int8, solved int2, limit int4, offset int4
-- cols: id int8, slug text, title text, difficulty int2, category text, n_tried int4, n_solved int4, tags text
SELECT p.id, p.slug, p.title, p.difficulty, p.category, p.n_tried, p.n_solved,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags
  FROM problem p
 WHERE p.visibility = 2
   AND ($4 = '{}' OR p.tag_ids @> (SELECT array_agg(coalesce(t.id, 0)) FROM unnest($4) n LEFT JOIN tag t ON t.name = n))
   AND ($1 IS NULL OR p.difficulty >= $1) AND ($2 IS NULL OR p.difficulty <= $2) AND ($3 IS NULL OR p.category = $3)
   AND ($6 = 0 OR $6 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
        WHERE s.user_id = $5 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
 ORDER BY lower(p.title) USING ~<~, p.id LIMIT $7 OFFSET $8

-- What most members have solved first.
-- name: problem_list_solved :many :replica
-- args: least int2, most int2, category text, tags text[], solver int8, solved int2, limit int4, offset int4
-- cols: id int8, slug text, title text, difficulty int2, category text, n_tried int4, n_solved int4, tags text
SELECT p.id, p.slug, p.title, p.difficulty, p.category, p.n_tried, p.n_solved,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags
  FROM problem p
 WHERE p.visibility = 2
   AND ($4 = '{}' OR p.tag_ids @> (SELECT array_agg(coalesce(t.id, 0)) FROM unnest($4) n LEFT JOIN tag t ON t.name = n))
   AND ($1 IS NULL OR p.difficulty >= $1) AND ($2 IS NULL OR p.difficulty <= $2) AND ($3 IS NULL OR p.category = $3)
   AND ($6 = 0 OR $6 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
        WHERE s.user_id = $5 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
 ORDER BY p.n_solved DESC, p.id DESC LIMIT $7 OFFSET $8

-- What a list is about; kinds as in problem_search.
-- name: problem_facets :many :replica
-- args: least int2, most int2, category text, tags text[], solver int8, solved int2, cap int4
-- cols: kind int4, name text, n int8
WITH hit AS MATERIALIZED (
	SELECT p.difficulty, p.category, p.tag_ids
	  FROM problem p
	 WHERE p.visibility = 2
	   AND ($4 = '{}' OR p.tag_ids @> (SELECT array_agg(coalesce(t.id, 0)) FROM unnest($4) n LEFT JOIN tag t ON t.name = n))
	   AND ($1 IS NULL OR p.difficulty >= $1) AND ($2 IS NULL OR p.difficulty <= $2) AND ($3 IS NULL OR p.category = $3)
	   AND ($6 = 0 OR $6 = CASE (SELECT s.solved_at IS NOT NULL FROM problem_progress s
	        WHERE s.user_id = $5 AND s.problem_id = p.id) WHEN true THEN 1 WHEN false THEN 2 ELSE 3 END)
	 LIMIT $7)
SELECT 1 AS kind, NULL AS name, count(*) AS n FROM hit
UNION ALL SELECT 2, difficulty::text, count(*) FROM hit WHERE difficulty IS NOT NULL GROUP BY difficulty
UNION ALL SELECT 3, category, count(*) FROM hit WHERE category IS NOT NULL GROUP BY category
UNION ALL (SELECT 4, t.name, c.n
             FROM (SELECT u.id, count(*) AS n FROM hit, unnest(tag_ids) u (id) GROUP BY u.id) c JOIN tag t ON t.id = c.id
            ORDER BY c.n DESC, t.name LIMIT 40)

-- While somebody types: titles that begin so, titles in which a word begins so, tags.
-- name: problem_suggest :many :replica
-- args: start text, pattern text, prefix text, limit int4
-- cols: kind int4, slug text, name text
(SELECT 0 AS kind, slug, title AS name FROM problem
  WHERE visibility = 2 AND lower(title) LIKE $2 ORDER BY lower(title) USING ~<~, id LIMIT $4)
UNION ALL
(SELECT 1, slug, title FROM problem
  WHERE visibility = 2 AND head @@ to_tsquery('simple', $3) AND NOT lower(title) LIKE $2 LIMIT $4)
UNION ALL
(SELECT 2, NULL, name FROM tag WHERE starts_with(name, $1) ORDER BY name LIMIT 5)

-- name: problem_tags :many :replica
-- cols: name text, n int8
SELECT t.name, count(p.id) AS n
  FROM tag t JOIN problem_tag x ON x.tag_id = t.id JOIN problem p ON p.id = x.problem_id AND p.visibility = 2
 GROUP BY t.name ORDER BY n DESC, t.name

-- name: problem_categories :many :replica
-- cols: name text, n int8
SELECT category AS name, count(*) AS n FROM problem WHERE visibility = 2 AND category IS NOT NULL
 GROUP BY category ORDER BY n DESC, category

-- How far a member is with some problems.
-- name: problem_progress_of :many
-- args: user_id int8, problems int8[]
-- cols: problem_id int8, solved bool
SELECT problem_id, solved_at IS NOT NULL AS solved FROM problem_progress WHERE user_id = $1 AND problem_id = ANY ($2)

-- name: problem_progress_sum :many :replica
-- args: user_id int8
-- cols: n_tried int8, n_solved int8
SELECT count(*) AS n_tried, count(s.solved_at) AS n_solved
  FROM problem_progress s JOIN problem p ON p.id = s.problem_id AND p.visibility = 2 WHERE s.user_id = $1
