-- The catalogue at the size of a platform's: 100,000 problems, and words that are in every other text.
--
-- What a list is narrowed by is one array, so that one index answers for any mixture: ids of tags, levels as -1 to -10, and
-- of the category a number below -100 that its name makes. How many problems have each is counted as problems change, and
-- not when a list is read.

CREATE FUNCTION problem_category_facet(category text) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
	$$ SELECT -100 - ('x' || substr(md5(category), 1, 7))::bit(28)::int $$;

ALTER TABLE problem ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (tag_ids
	|| CASE WHEN difficulty IS NULL THEN '{}'::int[] ELSE ARRAY[-difficulty::int] END
	|| CASE WHEN category IS NULL THEN '{}'::int[] ELSE ARRAY[problem_category_facet(category)] END) STORED;

-- The same of what is asked for. Nothing has the number 0: that is a tag which nobody knows.
CREATE FUNCTION problem_facets_wanted(tags text[], category text, level smallint) RETURNS int[] LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT array_agg(coalesce(t.id, 0)) FROM unnest(tags) n LEFT JOIN tag t ON t.name = n), '{}')
	    || CASE WHEN level IS NULL THEN '{}'::int[] ELSE ARRAY[-level::int] END
	    || CASE WHEN category IS NULL THEN '{}'::int[] ELSE ARRAY[problem_category_facet(category)] END $$;

-- The places of words in texts, which phrases need.
UPDATE problem p SET words = p.head || b.words
  FROM (SELECT version_id, to_tsvector('english', left(string_agg(plain, ' ' ORDER BY ordinal), 100000)) AS words
          FROM problem_text GROUP BY version_id) b
 WHERE b.version_id = p.version_id;

-- Long rows lie apart from what lists read.
ALTER TABLE problem SET (toast_tuple_target = 512);
DROP INDEX problem_head, problem_words, problem_tag_ids;
CREATE INDEX problem_titles ON problem USING gin (ts_filter(head, '{a}')) WITH (fastupdate = off) WHERE visibility = 2;
CREATE INDEX problem_found ON problem USING gin (words, facets) WITH (fastupdate = off) WHERE visibility = 2;
-- One problem of sixteen, as a word that is in every text finds enough among them.
CREATE INDEX problem_found_some ON problem USING gin (words, facets) WITH (fastupdate = off) WHERE visibility = 2 AND id % 16 = 0;

-- How many public problems there are with each; facet 0: at all. Whoever changes counts holds the row of 0.
CREATE TABLE problem_facet (
	facet int PRIMARY KEY,
	category text,                                  -- the name, where it is one
	n int NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION problem_facet_recount() RETURNS void LANGUAGE sql AS $$
	DELETE FROM problem_facet;
	INSERT INTO problem_facet (facet, n) SELECT 0, count(*) FROM problem WHERE visibility = 2;
	INSERT INTO problem_facet (facet, category, n)
	SELECT f.facet, min(p.category) FILTER (WHERE f.facet < -100), count(*)
	  FROM problem p, unnest(p.facets) f (facet) WHERE p.visibility = 2 GROUP BY f.facet $$;

CREATE FUNCTION problem_facet_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	before int[] := CASE WHEN OLD.visibility = 2 THEN 0 || OLD.facets END;
	after int[] := CASE WHEN NEW.visibility = 2 THEN 0 || NEW.facets END;
BEGIN
	IF before IS NOT DISTINCT FROM after THEN
		RETURN NULL;
	END IF;
	PERFORM FROM problem_facet WHERE facet = 0 FOR UPDATE;
	INSERT INTO problem_facet AS c (facet, category, n)
	SELECT f.facet, max(f.category) FILTER (WHERE f.facet < -100), sum(f.n)
	  FROM (SELECT unnest(before) AS facet, OLD.category, -1 AS n UNION ALL SELECT unnest(after), NEW.category, 1) f
	 GROUP BY f.facet HAVING sum(f.n) <> 0
	ON CONFLICT (facet) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;

SELECT problem_facet_recount();
CREATE TRIGGER problem_facet_count AFTER INSERT OR DELETE OR UPDATE OF visibility, facets ON problem
	FOR EACH ROW EXECUTE FUNCTION problem_facet_count();

-- Makers try inputs too, on the input validators of their problems.
ALTER TABLE judge_trial DROP CONSTRAINT judge_trial_kind_check, ADD CHECK (kind BETWEEN 0 AND 3);
