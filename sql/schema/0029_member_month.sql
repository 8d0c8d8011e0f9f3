-- How much members solved and how their ratings changed month by month, for the leaderboard: made anew at each sync that
-- brought something, like member.figures. Months are UTC's, counted as lib/base/month.h does.
--
-- A problem counts in the month in which it was first accepted. It is worth a hundredth of its rating, or one point where
-- it has none. The first rated contest makes a rating out of none and is no change.

CREATE TABLE member_month (
	member_id bigint NOT NULL REFERENCES member ON DELETE CASCADE,
	month int NOT NULL,
	n_solved int NOT NULL,
	points int NOT NULL,
	n_contests int NOT NULL,
	rating_change int NOT NULL,
	PRIMARY KEY (member_id, month)
);
CREATE INDEX member_month_month ON member_month (month, member_id);

CREATE FUNCTION month_number(timestamptz) RETURNS int LANGUAGE sql IMMUTABLE AS $$
	SELECT (extract(year FROM $1 AT TIME ZONE 'UTC') * 12 + extract(month FROM $1 AT TIME ZONE 'UTC'))::int - 1
$$;

CREATE FUNCTION member_months(bigint)
	RETURNS TABLE (month int, n_solved int, points int, n_contests int, rating_change int) LANGUAGE sql STABLE AS $$
	WITH solved AS (
		SELECT month_number(at) AS month, count(*)::int AS n, sum(greatest(coalesce(rating, 0) / 100, 1))::int AS points
		  FROM (SELECT DISTINCT ON (problem) at, rating FROM cf_submission WHERE member_id = $1 AND verdict = 'OK'
			 ORDER BY problem, at, id) f
		 GROUP BY 1),
	rated AS (
		SELECT month_number(at) AS month, count(*)::int AS n, sum(change)::int AS change
		  FROM (SELECT at, CASE WHEN row_number() OVER (ORDER BY at, contest_id) > 1 THEN new_rating - old_rating ELSE 0 END
			AS change FROM rating_change WHERE member_id = $1) c
		 GROUP BY 1)
	SELECT month, coalesce(solved.n, 0), coalesce(solved.points, 0), coalesce(rated.n, 0), coalesce(rated.change, 0)
	  FROM solved FULL JOIN rated USING (month)
$$;

INSERT INTO member_month SELECT m.id, k.* FROM member m CROSS JOIN LATERAL member_months(m.id) k;

DROP INDEX cf_submission_accepted;
