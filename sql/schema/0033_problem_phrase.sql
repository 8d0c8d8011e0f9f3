-- Words in quotes. That a text has both words the index knows, but not whether they stand together: for that it would have to
-- be read, and words that are in every other text are in thousands. So what stands next to what is indexed too, as one of
-- 1,048,576 numbers: the few texts that are found are still read.

CREATE FUNCTION problem_pair(word text, next text) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
	$$ SELECT hashtext(word || ' ' || next) & 1048575 $$;

CREATE FUNCTION problem_pairs(words tsvector) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	WITH place AS MATERIALIZED (SELECT w.lexeme, p.at FROM unnest(words) w, unnest(w.positions) p (at))
	SELECT coalesce(array_agg(DISTINCT problem_pair(a.lexeme, b.lexeme)), '{}')
	  FROM place a JOIN place b ON b.at = a.at + 1 $$;

-- Of what is asked for, as far as every answer must have them: none where there is an alternative.
CREATE FUNCTION problem_pairs_wanted(q tsquery) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(array_agg(problem_pair(f.word[i], f.word[i + 1])), '{}')
	  FROM (SELECT regexp_split_to_array(btrim(part, ''''), ''' <-> ''') AS word
	          FROM regexp_split_to_table(q::text, ' & ') part
	         WHERE q::text !~ '\|' AND part ~ '^''[^''\\]+''( <-> ''[^''\\]+'')+$') f,
	       generate_series(1, array_length(f.word, 1) - 1) i $$;

ALTER TABLE problem ADD COLUMN pairs int[] NOT NULL GENERATED ALWAYS AS (problem_pairs(words)) STORED;

DROP INDEX problem_found, problem_found_some;
CREATE INDEX problem_found ON problem USING gin (words, facets, pairs) WITH (fastupdate = off) WHERE visibility = 2;
CREATE INDEX problem_found_some ON problem USING gin (words, facets, pairs) WITH (fastupdate = off)
	WHERE visibility = 2 AND id % 16 = 0;
