-- Contests and sources for looking at the pages and for their tests: all states that a page can
-- show, with dates that move with the clock. Run by hand or by tests on a fresh database; never by
-- the programs.

BEGIN;
SET LOCAL timezone = 'UTC';

CREATE TEMP TABLE seed (
	platform text, native_id text, title text, day int, clock interval, length interval, url text
) ON COMMIT DROP;

INSERT INTO seed VALUES
	('codeforces', '2261', 'WorldQuant Round 1 (Codeforces Round Div. 1 + Div. 2)', 1, '14:35', '3:00', 'https://codeforces.com/contests/2261'),
	('codeforces', '2273', 'Codeforces Round 1102 (Div. 1)', 4, '14:35', '2:30', 'https://codeforces.com/contests/2273'),
	('codeforces', '2274', 'Codeforces Round 1102 (Div. 2)', 4, '14:35', '2:30', 'https://codeforces.com/contests/2274'),
	('codeforces', '2280', 'Educational Codeforces Round 191 (Rated for Div. 2)', 8, '14:35', '2:00', 'https://codeforces.com/contests/2280'),
	('codeforces', '2281', 'Codeforces Round 1103 (Div. 3)', 12, '14:35', '2:15', 'https://codeforces.com/contests/2281'),
	('codeforces', '2290', 'CodeTON Round 12 (Div. 1 + Div. 2, Rated, Prizes!)', 20, '14:35', '3:00', 'https://codeforces.com/contests/2290'),
	('atcoder', 'abc462', 'AtCoder Beginner Contest 462', 0, '12:00', '1:40', 'https://atcoder.jp/contests/abc462'),
	('atcoder', 'arc210', 'AtCoder Regular Contest 210 (Div. 2)', 1, '12:00', '2:00', 'https://atcoder.jp/contests/arc210'),
	('atcoder', 'ahc058', 'THIRD プログラミングコンテスト 2026 冬(AtCoder Heuristic Contest 058)', 6, '10:00', '240:00', 'https://atcoder.jp/contests/ahc058'),
	('atcoder', 'abc463', 'AtCoder Beginner Contest 463', 7, '12:00', '1:40', 'https://atcoder.jp/contests/abc463'),
	('atcoder', 'abc464', '東京海上日動プログラミングコンテスト2026(AtCoder Beginner Contest 464)', 14, '12:00', '1:40', 'https://atcoder.jp/contests/abc464'),
	('atcoder', 'agc075', 'AtCoder Grand Contest 075', 15, '12:00', '3:00', 'https://atcoder.jp/contests/agc075'),
	('leetcode', 'weekly-contest-530', 'Weekly Contest 530', 1, '02:30', '1:30', 'https://leetcode.com/contest/weekly-contest-530/'),
	('leetcode', 'biweekly-contest-180', 'Biweekly Contest 180', 7, '14:30', '1:30', 'https://leetcode.com/contest/biweekly-contest-180/'),
	('leetcode', 'weekly-contest-531', 'Weekly Contest 531', 8, '02:30', '1:30', 'https://leetcode.com/contest/weekly-contest-531/'),
	('codechef', 'START262', 'Starters 262 (Rated till 6 stars)', 4, '14:30', '2:00', 'https://www.codechef.com/START262'),
	('codechef', 'START263', 'Starters 263', 11, '14:30', '2:00', 'https://www.codechef.com/START263'),
	('codechef', 'START264', 'Starters 264', 18, '14:30', '2:00', 'https://www.codechef.com/START264'),
	('hackerrank', 'w42', 'Week of Code 42', -2, '15:00', '168:00', 'https://www.hackerrank.com/contests/w42'),
	('hackerrank', 'infinitum-24', 'Ad Infinitum 24 – Math Programming Contest', 16, '16:00', '48:00', 'https://www.hackerrank.com/contests/infinitum-24'),
	('geeksforgeeks', 'gfg-weekly-212', 'GfG Weekly Coding Contest – 212', 1, '13:30', '1:30', 'https://practice.geeksforgeeks.org/contest/gfg-weekly-212'),
	('geeksforgeeks', 'gfg-weekly-213', 'GfG Weekly Coding Contest – 213', 8, '13:30', '1:30', 'https://practice.geeksforgeeks.org/contest/gfg-weekly-213'),
	('geeksforgeeks', 'job-a-thon-60', 'Job-A-Thon 60 Hiring Challenge for Working Professionals and Freshers with Very Long Names', 9, '14:30', '3:00', 'https://practice.geeksforgeeks.org/contest/job-a-thon-60'),
	('code360', 'weekly-contest-252', 'Weekly Contest 252', 2, '14:00', '2:00', 'https://www.naukri.com/code360/contests/weekly-contest-252'),
	('code360', 'weekly-contest-253', 'Weekly Contest 253', 9, '14:00', '2:00', 'https://www.naukri.com/code360/contests/weekly-contest-253'),
	('codeforces', '2255', 'Codeforces Global Round 32', -3, '14:35', '3:00', 'https://codeforces.com/contests/2255'),
	('leetcode', 'weekly-contest-529', 'Weekly Contest 529', -6, '02:30', '1:30', 'https://leetcode.com/contest/weekly-contest-529/');

INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at,
	last_seen_at, changed_at)
SELECT platform, native_id, title, date_trunc('day', now()) + make_interval(days => day) + clock,
	date_trunc('day', now()) + make_interval(days => day) + clock + length, url,
	now() - interval '9 days', now() - interval '20 minutes', now() - interval '9 days'
FROM seed;

-- One that runs now, one that begins in 40 minutes, one in 5 minutes.
INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at,
	last_seen_at, changed_at)
VALUES
	('codechef', 'COOK190', 'Cook-Off 190', now() - interval '50 minutes', now() + interval '70 minutes',
	 'https://www.codechef.com/COOK190', now() - interval '9 days', now(), now() - interval '9 days'),
	('codeforces', '2270', 'Kotlin Heroes: Practice 14', now() + interval '40 minutes', now() + interval '160 minutes',
	 'https://codeforces.com/contests/2270', now() - interval '3 days', now(), now() - interval '3 days'),
	('code360', 'mini-81', 'Mini Contest 81', now() + interval '5 minutes', now() + interval '65 minutes',
	 'https://www.naukri.com/code360/contests/mini-81', now() - interval '3 days', now(), now() - interval '3 days');

INSERT INTO contest_change (contest_id, at, kind, to_title, to_start_at, to_end_at)
SELECT id, first_seen_at, 'announced', title, start_at, end_at FROM external_contest;

-- Moved by a day and renamed.
INSERT INTO contest_change (contest_id, at, kind, from_start_at, to_start_at, from_end_at, to_end_at)
SELECT id, now() - interval '2 days', 'moved', start_at - interval '1 day', start_at,
	end_at - interval '1 day', end_at
FROM external_contest WHERE native_id IN ('2280', 'START263');
INSERT INTO contest_change (contest_id, at, kind, from_title, to_title)
SELECT id, now() - interval '30 hours', 'renamed', 'Codeforces Round (Div. 1 + Div. 2)', title
FROM external_contest WHERE native_id = '2261';
UPDATE external_contest SET sequence = 1, changed_at = now() - interval '30 hours'
WHERE native_id IN ('2280', 'START263', '2261');

-- Called off.
INSERT INTO contest_change (contest_id, at, kind)
SELECT id, now() - interval '1 day', 'cancelled' FROM external_contest WHERE native_id IN ('agc075', 'gfg-weekly-213');
UPDATE external_contest
SET status = 'cancelled', cancelled_at = now() - interval '1 day', changed_at = now() - interval '1 day', sequence = 1
WHERE native_id IN ('agc075', 'gfg-weekly-213');

UPDATE source
SET last_try_at = now() - interval '20 minutes', last_success_at = now() - interval '20 minutes',
	next_fetch_at = now() + interval '40 minutes',
	n_rows = (SELECT count(*) FROM external_contest c WHERE c.platform = source.platform AND c.end_at > now());
UPDATE source
SET failing_since = now() - interval '5 hours', fail_streak = 4, last_try_at = now() - interval '35 minutes',
	last_success_at = now() - interval '29 hours', last_error = 'AtCoder answered 503 three times',
	last_error_at = now() - interval '35 minutes', next_fetch_at = now() + interval '25 minutes'
WHERE platform = 'atcoder';
UPDATE source
SET n_skipped = 2, note = 'skipped 2 of 41 records: no times yet'
WHERE platform = 'hackerrank';
UPDATE source
SET last_error = 'CodeChef did not answer in 20 s', last_error_at = now() - interval '3 days'
WHERE platform = 'codechef';

COMMIT;
