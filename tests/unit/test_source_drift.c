/*
 * What the seven parsers make of answers as another day may bring them: the same facts written in
 * another way are taken, and an answer in which a field has got another name or another unit is
 * told as that instead of being taken for an empty list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/source_lab.h"

/* What a sample does not name is zero. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct sample samples[] = {
	/* LeetCode */
	{ "numbers as texts and fractions", PLATFORM_LEETCODE,
		LC("{\"title\":\"A\",\"titleSlug\":\"a\",\"startTime\":\"1791642600\",\"duration\":\"5400\"},"
		   "{\"title\":\"B\",\"titleSlug\":\"b\",\"startTime\":1791642600.75,\"duration\":5400.0},"
		   "{\"title\":\"C\",\"titleSlug\":\"c\",\"startTime\":1.7916426e9,\"duration\":5.4e3}"),
		ERR_NONE,
		"a 1791642600 1791648000 A|b 1791642600 1791648000 B|c 1791642600 1791648000 C" },
	{ "a number for a title", PLATFORM_LEETCODE,
		LC("{\"title\":2048,\"titleSlug\":\"a\",\"startTime\":1791642600,\"duration\":5400}"),
		ERR_NONE, "a 1791642600 1791648000 2048" },
	{ "every title has gone", PLATFORM_LEETCODE,
		LC("{\"name\":\"A\",\"titleSlug\":\"a\",\"startTime\":1791642600,\"duration\":5400}"),
		ERR_INVALID, NULL },
	{ "every time in milliseconds", PLATFORM_LEETCODE,
		LC("{\"title\":\"A\",\"titleSlug\":\"a\",\"startTime\":1791642600000,\"duration\":5400}"),
		ERR_INVALID, NULL },
	{ "every time in minutes", PLATFORM_LEETCODE,
		LC("{\"title\":\"A\",\"titleSlug\":\"a\",\"startTime\":29860710,\"duration\":90}"),
		ERR_INVALID, NULL },
	{ "history without a title is history", PLATFORM_LEETCODE,
		"{\"data\":{\"allContests\":[{\"title\":null,\"titleSlug\":\"a\",\"startTime\":1591642600,"
		"\"duration\":5400}]}}",
		ERR_NONE, "" },
	{ "one odd record behind history", PLATFORM_LEETCODE,
		"{\"data\":{\"allContests\":[{\"title\":\"N\",\"titleSlug\":\"n\",\"startTime\":null,"
		"\"duration\":5400},{\"title\":\"A\",\"titleSlug\":\"a\",\"startTime\":1591642600,"
		"\"duration\":5400}]}}",
		ERR_NONE, "", 1, 1 },
	{ "half a character and half of a pair", PLATFORM_LEETCODE,
		LC("{\"title\":\"A\xe7\xac\",\"titleSlug\":\"a\",\"startTime\":1791642600,\"duration\":5400},"
		   "{\"title\":\"B\\ud83d\",\"titleSlug\":\"b\",\"startTime\":1791642600,\"duration\":5400}," LC_GOOD),
		ERR_NONE,
		"a 1791642600 1791648000 A\xef\xbf\xbd\xef\xbf\xbd|b 1791642600 1791648000 B\xef\xbf\xbd|"
		"w-1 1791642600 1791648000 W 1" },
	{ "five years, ten days, no length", PLATFORM_LEETCODE,
		LC("{\"title\":\"A\",\"titleSlug\":\"a\",\"startTime\":1791642600,\"duration\":157680000},"
		   "{\"title\":\"B\",\"titleSlug\":\"b\",\"startTime\":1791642600,\"duration\":864000},"
		   "{\"title\":\"C\",\"titleSlug\":\"c\",\"startTime\":1791642600,\"duration\":0}"),
		ERR_NONE, "b 1791642600 1792506600 B", 2, 2 },
	/* Codeforces */
	{ "numbers as texts", PLATFORM_CODEFORCES,
		CF("{\"id\":7,\"name\":\"R\",\"phase\":\"BEFORE\",\"durationSeconds\":\"7200\","
		   "\"startTimeSeconds\":\"1791642600\"}"),
		ERR_NONE, "7 1791642600 1791649800 R" },
	{ "phases that nobody knows", PLATFORM_CODEFORCES,
		CF("{\"id\":7,\"name\":\"R\",\"phase\":\"UPCOMING\",\"durationSeconds\":7200,"
		   "\"startTimeSeconds\":1791642600},"
		   "{\"id\":6,\"name\":\"R\",\"phase\":\"FINISHED\",\"durationSeconds\":7200,"
		   "\"startTimeSeconds\":1691642600}"),
		ERR_INVALID, NULL },
	{ "one phase that nobody knows", PLATFORM_CODEFORCES,
		CF("{\"id\":6,\"name\":\"R\",\"phase\":\"HACKING\",\"durationSeconds\":7200,"
		   "\"startTimeSeconds\":1691642600}," CF_GOOD),
		ERR_NONE, "7 1791642600 1791642660 R 7", 1, 1 },
	{ "the start under another name", PLATFORM_CODEFORCES,
		CF("{\"id\":7,\"name\":\"R\",\"phase\":\"BEFORE\",\"durationSeconds\":7200,"
		   "\"start\":1791642600,\"relativeTimeSeconds\":-352294}"),
		ERR_INVALID, NULL },
	{ "null for what is optional, an extra nesting", PLATFORM_CODEFORCES,
		CF("{\"season\":null,\"kind\":{\"a\":[{\"phase\":\"FINISHED\"}]},\"name\":\"R\","
		   "\"phase\":\"BEFORE\",\"relativeTimeSeconds\":null,\"durationSeconds\":7200,"
		   "\"startTimeSeconds\":1791642600,\"id\":7}"),
		ERR_NONE, "7 1791642600 1791649800 R" },
	/* CodeChef */
	{ "a code and a length that are numbers", PLATFORM_CODECHEF,
		CC("", "{\"contest_code\":2026,\"contest_name\":2026,\"contest_start_date_iso\":"
		       "\"2026-10-29T20:00:00.000+05:30\",\"contest_duration\":120.0}"),
		ERR_NONE, "2026 1793284200 1793291400 2026" },
	{ "times of other writers", PLATFORM_CODECHEF,
		CC("{\"contest_code\":\"A\",\"contest_name\":\"A\",\"contest_start_date_iso\":"
		   "\"2026-10-29 20:00:00\",\"contest_end_date_iso\":\"2026-10-29 22:00:00.123456\"},"
		   "{\"contest_code\":\"B\",\"contest_name\":\"B\",\"contest_start_date_iso\":"
		   "\"2026-10-29T20:00+05:30\",\"contest_end_date_iso\":\"2026-10-29 22:00:00 +0530\"},"
		   "{\"contest_code\":\"C\",\"contest_name\":\"C\",\"contest_start_date_iso\":"
		   "\"2026-10-29 14:30:00 UTC\",\"contest_end_date_iso\":\"2026-10-29 16:30:00+00\"}",
			""),
		ERR_NONE,
		"A 1793284200 1793291400 A|B 1793284200 1793291400 B|C 1793284200 1793291400 C" },
	{ "old dates with whole months, one blank, no seconds", PLATFORM_CODECHEF,
		CC("", "{\"contest_code\":\"A\",\"contest_name\":\"A\",\"contest_start_date\":"
		       "\"29 October 2026 20:00\",\"contest_end_date\":\"29 Oct 2026 22:00:00\"}"),
		ERR_NONE, "A 1793284200 1793291400 A" },
	/* AtCoder */
	{ "other marks, another language, a short form of the zone", PLATFORM_ATCODER,
		"<div id='contest-table-upcoming'><table><tbody><tr><td><time>2026-10-10 "
		"21:00:00+09:00</time></td><td><span title='Heuristic'>\xe2\x92\xbd</span><span>"
		"\xe2\x97\x89</span> <a href='/contests/ahc099'>\xe7\xac\xac\xe4\xb8\x83\xe5\x9b\x9e "
		"&lt;A&gt;</a></td><td>4:00</td><td>All</td></tr></tbody></table></div>",
		ERR_NONE, "ahc099 1791633600 1791648000 \xe7\xac\xac\xe4\xb8\x83\xe5\x9b\x9e <A>" },
	{ "times without seconds, with a blank", PLATFORM_ATCODER,
		AC(AC_ROW("2026-10-10 21:00 +0900", "/contests/abc479", "01:40")), ERR_NONE,
		"abc479 1791633600 1791639600 Title & 'more'" },
	{ "times without a zone are none", PLATFORM_ATCODER,
		AC(AC_ROW("2026-10-10 21:00:00", "/contests/abc479", "01:40")), ERR_INVALID, NULL },
	{ "links with a language and with a slash", PLATFORM_ATCODER,
		AC(AC_ROW("2026-10-10 21:00:00+0900", "/contests/abc479?lang=en", "01:40")
				AC_ROW("2026-10-10 21:00:00+0900",
					"https://atcoder.jp/contests/abc480/", "01:40")),
		ERR_NONE,
		"abc479 1791633600 1791639600 Title & 'more'|abc480 1791633600 1791639600 Title & 'more'" },
	{ "broken letters in one title", PLATFORM_ATCODER,
		"<html><body><div id='contest-table-upcoming'><table>"
		"<tr><td><time>2026-10-10 21:00:00+0900</time></td><td><a href='/contests/a'>A\xe7\xac</a>"
		"</td><td>01:40</td></tr>"
		"<tr><td><time>2026-10-10 21:00:00+0900</time></td><td><a href='/contests/b'>"
		"\xe7\xac\xac</a></td><td>01:40</td></tr></table></div></body></html>",
		ERR_NONE,
		"a 1791633600 1791639600 A\xef\xbf\xbd\xef\xbf\xbd|b 1791633600 1791639600 \xe7\xac\xac" },
	/* HackerRank */
	{ "the total is a text", PLATFORM_HACKERRANK, "{\"models\":[" HR_GOOD "],\"total\":\"7\"}",
		ERR_NONE, "h-1 1791642600 1791646200 H 1", 0, 0, true },
	{ "numbers as texts", PLATFORM_HACKERRANK,
		"{\"models\":[{\"name\":\"H\",\"slug\":\"h\",\"epoch_starttime\":\"1791642600\","
		"\"epoch_endtime\":1791646200.0}],\"total\":1}",
		ERR_NONE, "h 1791642600 1791646200 H" },
	{ "fewer than the total says", PLATFORM_HACKERRANK, "{\"models\":[],\"total\":7}", ERR_NONE,
		"", 0, 0, false, true },
	{ "times under other names", PLATFORM_HACKERRANK,
		"{\"models\":[{\"name\":\"H\",\"slug\":\"h\",\"starts_at\":1791642600}],\"total\":1}",
		ERR_INVALID, NULL },
	{ "an event without its times yet", PLATFORM_HACKERRANK,
		HE("{\"attributes\":{\"name\":\"E\",\"start_time\":null,\"end_time\":null,"
		   "\"microsite_url\":\"https://www.hackerrank.com/e\"}}"),
		ERR_NONE, "", 1 },
	{ "an event's times under other names", PLATFORM_HACKERRANK,
		HE("{\"attributes\":{\"name\":\"E\",\"starts_at\":\"2026-10-29T20:00:00Z\","
		   "\"microsite_url\":\"https://www.hackerrank.com/e\"}}"),
		ERR_INVALID, NULL },
	{ "a state in capitals", PLATFORM_HACKERRANK,
		HE("{\"attributes\":{\"name\":\"E\",\"start_time\":\"2026-10-29T20:00:00Z\",\"end_time\":"
		   "\"2026-10-29T22:00:00Z\",\"microsite_url\":\"https://www.hackerrank.com/e\","
		   "\"status\":\"PUBLISHED\"}}"),
		ERR_NONE, "e 1793304000 1793311200 E" },
	{ "events in no state that is known", PLATFORM_HACKERRANK,
		HE("{\"attributes\":{\"name\":\"E\",\"status\":\"live\"}},{\"attributes\":{\"name\":\"E\","
		   "\"status\":\"draft\"}}"),
		ERR_NONE, "", 0, 0, false, false, "2 records, none of them a published event" },
	/* GeeksforGeeks */
	{ "another page, told otherwise", PLATFORM_GEEKSFORGEEKS, GG(GG_GOOD, "2"), ERR_NONE,
		"g-1 1791725400 1791730800 G", 0, 0, true },
	{ "no other page, told otherwise", PLATFORM_GEEKSFORGEEKS, GG(GG_GOOD, "\"false\""),
		ERR_NONE, "g-1 1791725400 1791730800 G" },
	{ "times as numbers, a type in words", PLATFORM_GEEKSFORGEEKS,
		GG("{\"slug\":\"g\",\"name\":\"G\",\"start_time\":1791725400,\"end_time\":1791730800,"
		   "\"type\":\"contest\"}",
			"false"),
		ERR_NONE, "g 1791725400 1791730800 G" },
	{ "blanks, microseconds, no seconds", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("a", "2026-10-11 19:00:00.000000", "2026-10-11T20:30", ""), "null"),
		ERR_NONE, "a 1791725400 1791730800 G" },
	{ "no event of the right type", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("a", "2026-10-11T19:00:00", "2026-10-11T20:30:00", ",\"type\":4"),
			"false"),
		ERR_NONE, "", 0, 0, false, false, "1 record, none of them a contest by its type" },
	{ "times as numbers in texts", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("a", "1791725400", "1791730800", ""), "false"), ERR_NONE,
		"a 1791725400 1791730800 G" },
	/* Code360 */
	{ "times in words", PLATFORM_CODE360,
		C3(C3_ONE("a", "\"2026-10-11T23:00:00+05:30\"", "\"2026-10-11 19:00:00 UTC\"")),
		ERR_NONE, "a 1791739800 1791745200 C", 0, 0, true },
	{ "pages counted in texts", PLATFORM_CODE360,
		"{\"data\":{\"events\":[" C3_ONE("a", "1791739800",
			"1791745200") "],\"current_page\":\"1\",\"total_pages\":\"2\"}}",
		ERR_NONE, "a 1791739800 1791745200 C", 0, 0, true },
	{ "other categories only", PLATFORM_CODE360,
		"{\"data\":{\"events\":[{\"name\":\"C\",\"slug\":\"a\",\"event_category\":\"CODING_EVENT\","
		"\"event_start_time\":1791739800,\"event_end_time\":1791745200}],\"current_page\":1,"
		"\"total_pages\":1}}",
		ERR_NONE, "", 0, 0, false, false,
		"1 record, none of them of the category CONTEST" },
	{ "every title has gone", PLATFORM_CODE360,
		"{\"data\":{\"events\":[{\"title\":\"C\",\"slug\":\"a\",\"event_category\":\"CONTEST\","
		"\"event_start_time\":1791739800,\"event_end_time\":1791745200}]}}",
		ERR_INVALID, NULL },
};
#pragma GCC diagnostic pop

static void another_day(void **state)
{
	(void)state;
	samples_in_every_zone(samples, countof(samples));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(another_day) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
