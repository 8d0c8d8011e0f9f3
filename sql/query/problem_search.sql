-- The catalogue: what everybody may see. A list or a search first finds the numbers of its problems, in their order and no
-- more than are ranked and counted, with what they can be narrowed by; what is shown of them is asked afterwards. What is kept
-- until it changes must not come from a replica that is behind. The indexes: sql/schema/0024_problem_search.sql,
-- 0033_problem_phrase.sql and 0042_problem_title.sql.

-- A list without words; :each is the order (enum problem_order). What many problems have is soon met in the order itself, so
-- that the first `front` problems are looked at; what few have is looked up and sorted.
-- name: problem_list :many
-- each: 0, 1, 2
-- args: tags text[], category text, least int2, most int2, untouched_by int8, front int4, limit int4, offset int4
-- cols: id int8, facets text
WITH wanted AS MATERIALIZED (SELECT problem_facets_wanted($1, $2, CASE WHEN $3 = $4 THEN $3 END) AS facets),
near AS MATERIALIZED (
	SELECT p.id, p.facets::text AS facets
	  FROM (SELECT id, facets, difficulty FROM problem WHERE visibility = 2
	         ORDER BY CASE WHEN :each = 1 THEN lower(title) END USING ~<~, CASE WHEN :each = 2 THEN n_solved END DESC, id DESC
	         LIMIT (SELECT CASE WHEN facets <> '{}' THEN $6 END FROM wanted)) p
	 WHERE p.facets @> (SELECT facets FROM wanted) AND ($3 IS NULL OR p.difficulty >= $3) AND ($4 IS NULL OR p.difficulty <= $4)
	   AND ($5 IS NULL OR NOT EXISTS (SELECT FROM problem_progress s WHERE s.user_id = $5 AND s.problem_id = p.id))
	 LIMIT $7 OFFSET $8),
is_short AS MATERIALIZED (SELECT facets <> '{}' AND (SELECT count(*) FROM near) < $7 AS yes FROM wanted)
SELECT id, facets FROM near WHERE NOT (SELECT yes FROM is_short)
UNION ALL
(SELECT p.id, p.facets::text FROM problem p
  WHERE (SELECT yes FROM is_short) AND p.visibility = 2 AND p.facets @> (SELECT facets FROM wanted)
    AND ($3 IS NULL OR p.difficulty >= $3) AND ($4 IS NULL OR p.difficulty <= $4)
    AND ($5 IS NULL OR NOT EXISTS (SELECT FROM problem_progress s WHERE s.user_id = $5 AND s.problem_id = p.id))
  ORDER BY CASE WHEN :each = 1 THEN lower(p.title) END USING ~<~, CASE WHEN :each = 2 THEN p.n_solved END DESC, p.id DESC
  LIMIT $7 OFFSET $8)

-- Hits of words, the best first: titles before tags before texts. Where titles do not give `most_hits`, a sixteenth of all
-- problems is searched, and all of them only where that gives too few: a word that is in every text costs no more than
-- another. more: there are others that were not looked at. :each is 1 where facets are asked for, and 2 more where words stand
-- in quotes: the index would look through everything for none.
-- name: problem_hits :many
-- each: 0, 1, 2, 3
-- args: words text, tags text[], category text, least int2, most int2, untouched_by int8, most_hits int4
-- cols: id int8, facets text, more bool
WITH wanted AS MATERIALIZED (
	SELECT CASE WHEN querytree(q) <> 'T' THEN q END AS q, -- to leave something out is to ask for nothing yet
	       CASE WHEN :each % 2 = 1 THEN problem_facets_wanted($2, $3, CASE WHEN $4 = $5 THEN $4 END) END AS facets,
	       CASE WHEN :each >= 2 THEN problem_pairs_wanted(q) END AS pairs
	  FROM websearch_to_tsquery('english', $1) q),
title AS MATERIALIZED (
	SELECT p.id, p.facets::text AS facets, p.n_solved, ts_rank('{0, 0, 0.4, 1}', p.head, (SELECT q FROM wanted)) AS rank
	  FROM problem p
	 WHERE ts_filter(p.head, '{a}') @@ (SELECT q FROM wanted) AND p.visibility = 2
	   AND (:each % 2 = 0 OR p.facets @> (SELECT facets FROM wanted)) AND ($4 IS NULL OR p.difficulty >= $4) AND ($5 IS NULL OR p.difficulty <= $5)
	   AND ($6 IS NULL OR NOT EXISTS (SELECT FROM problem_progress s WHERE s.user_id = $6 AND s.problem_id = p.id))
	 LIMIT $7),
sampled AS MATERIALIZED (
	SELECT p.id, p.facets::text AS facets, p.n_solved, ts_rank('{0, 0, 0.4, 1}', p.head, (SELECT q FROM wanted)) AS rank
	  FROM problem p
	 WHERE (SELECT count(*) FROM title) < $7 AND p.words @@ (SELECT q FROM wanted) AND p.visibility = 2 AND p.id % 16 = 0
	   AND (:each % 2 = 0 OR p.facets @> (SELECT facets FROM wanted)) AND (:each < 2 OR p.pairs @> (SELECT pairs FROM wanted))
	   AND ($4 IS NULL OR p.difficulty >= $4) AND ($5 IS NULL OR p.difficulty <= $5)
	   AND ($6 IS NULL OR NOT EXISTS (SELECT FROM problem_progress s WHERE s.user_id = $6 AND s.problem_id = p.id))
	 LIMIT $7),
so_far AS MATERIALIZED (SELECT (SELECT count(*) FROM title) AS titles, (SELECT count(*) FROM sampled) AS texts),
others AS MATERIALIZED (
	SELECT p.id, p.facets::text AS facets, p.n_solved, ts_rank('{0, 0, 0.4, 1}', p.head, (SELECT q FROM wanted)) AS rank
	  FROM problem p
	 WHERE (SELECT titles < $7 AND texts < $7 / 4 FROM so_far) AND p.words @@ (SELECT q FROM wanted) AND p.visibility = 2
	   AND (:each % 2 = 0 OR p.facets @> (SELECT facets FROM wanted)) AND (:each < 2 OR p.pairs @> (SELECT pairs FROM wanted))
	   AND ($4 IS NULL OR p.difficulty >= $4) AND ($5 IS NULL OR p.difficulty <= $5)
	   AND ($6 IS NULL OR NOT EXISTS (SELECT FROM problem_progress s WHERE s.user_id = $6 AND s.problem_id = p.id))
	 LIMIT $7)
SELECT h.id, h.facets, s.titles >= $7 OR s.texts >= $7 / 4 OR (SELECT count(*) FROM others) >= $7 AS more
  FROM (SELECT * FROM title UNION SELECT * FROM sampled UNION SELECT * FROM others) h, so_far s
 ORDER BY h.rank DESC, h.n_solved DESC, h.id LIMIT $7

-- What a member has solved, or tried and not solved: he has not tried many, so that each is looked up, whatever a plan for any
-- member would think (OFFSET 0). order: -1 the best hits first, else as above.
-- name: problem_list_tried :many
-- args: words text, tags text[], category text, least int2, most int2, user_id int8, is_solved bool, order int4, limit int4
-- args: offset int4
-- cols: id int8, facets text
WITH wanted AS MATERIALIZED (
	SELECT websearch_to_tsquery('english', $1) AS q, problem_facets_wanted($2, $3, CASE WHEN $4 = $5 THEN $4 END) AS facets),
mine AS MATERIALIZED (
	SELECT problem_id FROM problem_progress WHERE user_id = $6 AND (solved_at IS NOT NULL) = $7)
SELECT p.id, p.facets::text AS facets
  FROM wanted w, mine CROSS JOIN LATERAL (SELECT * FROM problem WHERE id = mine.problem_id OFFSET 0) p
 WHERE p.visibility = 2 AND p.facets @> w.facets
   AND ($4 IS NULL OR p.difficulty >= $4) AND ($5 IS NULL OR p.difficulty <= $5) AND ($8 >= 0 OR p.words @@ w.q)
 ORDER BY CASE WHEN $8 < 0 THEN ts_rank('{0, 0, 0.4, 1}', p.head, w.q) END DESC, CASE WHEN $8 = 1 THEN lower(p.title) END USING ~<~,
       CASE WHEN $8 = 2 THEN p.n_solved END DESC, p.id DESC LIMIT $9 OFFSET $10

-- What is shown of some, in the order of the numbers. With words: their stems, and the neighbourhood in the text of the first
-- that is there, with whether it was cut out of it before and behind.
-- name: problem_cards :many :read
-- args: ids int8[], words text
-- cols: id int8, slug text, title text, difficulty int2, category text, tags text, stems text, excerpt text, cut_before bool
-- cols: cut_behind bool
WITH asked AS MATERIALIZED (SELECT tsvector_to_array(to_tsvector('english', $2)) AS stems)
SELECT p.id, p.slug, p.title, p.difficulty, p.category,
       (SELECT string_agg(t.name, ',' ORDER BY t.name) FROM tag t WHERE t.id = ANY (p.tag_ids)) AS tags,
       array_to_string(a.stems, ' ') AS stems, substr(x.plain, f.start, 200) AS excerpt,
       f.start > 1 AS cut_before, length(x.plain) >= f.start + 200 AS cut_behind
  FROM asked a, unnest($1) WITH ORDINALITY w (id, place)
  JOIN problem p ON p.id = w.id
  LEFT JOIN LATERAL (SELECT left(plain, 20000) AS plain FROM problem_text
             WHERE version_id = p.version_id AND ordinal = 0 AND $2 IS NOT NULL OFFSET 0) x ON true -- unpacked once, not at each use
  LEFT JOIN LATERAL (SELECT greatest(1, coalesce(min(nullif(strpos(l.plain, ' ' || s), 0)), min(nullif(strpos(l.plain, s), 0)), 1) - 60)
                            AS start
              FROM (SELECT lower(x.plain COLLATE "C") AS plain OFFSET 0) l, unnest(a.stems) s) f ON true
 WHERE p.visibility = 2
 ORDER BY w.place

-- How many public problems have what. facet is 0 of all, below -100 of a category, below 0 of a level.
-- name: problem_facets :many
-- cols: facet int4, name text, n int8
SELECT f.facet, CASE WHEN f.facet > 0 THEN t.name WHEN f.facet < -100 THEN f.category ELSE (-f.facet)::text END AS name, f.n::int8 AS n
  FROM problem_facet f LEFT JOIN tag t ON t.id = f.facet
 WHERE f.n > 0

-- While somebody types: titles that begin so, from three letters on titles in which a word begins so, tags.
-- name: problem_suggest :many
-- args: start text, prefix text, limit int4
-- cols: kind int4, slug text, name text
(SELECT 0 AS kind, slug, title AS name FROM problem
  WHERE visibility = 2 AND lower(title) ~>=~ lower($1) AND lower(title) ~<~ (lower($1) || chr(1114111)) -- no text has that character
  ORDER BY lower(title) USING ~<~, id LIMIT $3)
UNION ALL
(SELECT 1, slug, title FROM problem
  WHERE visibility = 2 AND length($1) > 2 AND ts_filter(head, '{a}') @@ to_tsquery('simple', $2) AND NOT starts_with(lower(title), lower($1))
  LIMIT (SELECT $3)) -- a limit that the planner knew would have it read all titles for a word that few have
UNION ALL
(SELECT 2, NULL, name FROM tag WHERE starts_with(name, lower($1)) ORDER BY name LIMIT 5)

-- What changes with every verdict: how many have tried and solved some, and how far one member is with them.
-- name: problem_progress_of :many :read
-- args: user_id int8, ids int8[]
-- cols: id int8, n_tried int4, n_solved int4, is_solved bool
SELECT p.id, p.n_tried, p.n_solved, CASE WHEN s.user_id IS NOT NULL THEN s.solved_at IS NOT NULL END AS is_solved
  FROM problem p LEFT JOIN problem_progress s ON s.user_id = $1 AND s.problem_id = p.id WHERE p.id = ANY ($2)

-- Of all public problems.
-- name: problem_progress_sum :one
-- args: user_id int8
-- cols: n_tried int8, n_solved int8
SELECT count(*) AS n_tried, count(s.solved_at) AS n_solved
  FROM problem_progress s JOIN problem p ON p.id = s.problem_id AND p.visibility = 2
 WHERE s.user_id = $1

-- Of some.
-- name: problem_progress_sum_of :one :read
-- args: user_id int8, ids int8[]
-- cols: n_tried int8, n_solved int8
SELECT count(*) AS n_tried, count(solved_at) AS n_solved
  FROM problem_progress WHERE user_id = $1 AND problem_id IN (SELECT unnest($2)) -- ANY would compare each with each
