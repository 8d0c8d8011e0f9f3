/* What the seven parsers promise of odd answers, one small body a promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/unit/source_lab.h"

/* What a sample does not name is zero. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct sample samples[] = {
	/* LeetCode */
	{ "a good row", PLATFORM_LEETCODE, LC(LC_GOOD), ERR_NONE, "w-1 1791642600 1791648000 W 1" },
	{ "no rows", PLATFORM_LEETCODE, LC(""), ERR_NONE, "" },
	{ "byte order mark and blanks", PLATFORM_LEETCODE, "\xef\xbb\xbf \n" LC(LC_GOOD), ERR_NONE,
		"w-1 1791642600 1791648000 W 1" },
	{ "a text for a time", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"bad\",\"startTime\":\"soon\",\"duration\":1}," LC_GOOD),
		ERR_NONE, "w-1 1791642600 1791648000 W 1", 1, 1 },
	{ "no slug", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"startTime\":1791642600,\"duration\":1}," LC_GOOD), ERR_NONE,
		"w-1 1791642600 1791648000 W 1", 1, 0, false, true },
	{ "a slug that leads elsewhere", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"../x?y\",\"startTime\":1791642600,\"duration\":1}," LC_GOOD),
		ERR_NONE, "w-1 1791642600 1791648000 W 1", 1, 0, false, true },
	{ "a slug with capitals", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"Weekly-1\",\"startTime\":1791642600,\"duration\":1}," LC_GOOD),
		ERR_NONE, "w-1 1791642600 1791648000 W 1", 1, 0, false, true },
	{ "records that are none", PLATFORM_LEETCODE, LC("null,17,[],\"x\"," LC_GOOD), ERR_NONE,
		"w-1 1791642600 1791648000 W 1", 4, 0, false, true },
	{ "not one usable record", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"bad\",\"startTime\":{},\"duration\":1}"),
		ERR_INVALID, NULL },
	{ "milliseconds", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"bad\",\"startTime\":1791642600000,\"duration\":"
		   "5400}," LC_GOOD),
		ERR_NONE, "w-1 1791642600 1791648000 W 1", 1, 1 },
	{ "no length, endless length, number beyond all", PLATFORM_LEETCODE,
		LC("{\"title\":\"B\",\"titleSlug\":\"b1\",\"startTime\":1791642600,\"duration\":0},"
		   "{\"title\":\"B\",\"titleSlug\":\"b2\",\"startTime\":1791642600,\"duration\":2592001},"
		   "{\"title\":\"B\",\"titleSlug\":\"b3\",\"startTime\":1791642600,\"duration\":"
		   "9223372036854775807},"
		   "{\"title\":\"B\",\"titleSlug\":\"b4\",\"startTime\":99999999999999999999,"
		   "\"duration\":1}," LC_GOOD),
		ERR_NONE, "w-1 1791642600 1791648000 W 1", 4, 4 },
	{ "running is kept, over is not", PLATFORM_LEETCODE,
		LC("{\"title\":\"Over\",\"titleSlug\":\"over\",\"startTime\":1791284906,\"duration\":5400},"
		   "{\"title\":\"Runs\",\"titleSlug\":\"runs\",\"startTime\":1791284907,\"duration\":5400}"),
		ERR_NONE, "runs 1791284907 1791290307 Runs" },
	{ "one row an id", PLATFORM_LEETCODE, LC(LC_GOOD "," LC_GOOD), ERR_NONE,
		"w-1 1791642600 1791648000 W 1" },
	{ "title cleaned", PLATFORM_LEETCODE,
		LC("{\"title\":\" A\\r\\n\\tB &amp;\\u202e \\u0007\\u0000C&#x21; \",\"titleSlug\":\"t\","
		   "\"startTime\":1791642600,\"duration\":60}"),
		ERR_NONE, "t 1791642600 1791642660 A B & C!" },
	{ "errors before data", PLATFORM_LEETCODE,
		"{\"errors\":[{\"message\":\"no\"}],\"data\":{\"upcomingContests\":[]}}",
		ERR_INVALID, NULL },
	{ "data is null", PLATFORM_LEETCODE, "{\"data\":null}", ERR_INVALID, NULL },
	{ "list is an object", PLATFORM_LEETCODE, "{\"data\":{\"upcomingContests\":{}}}",
		ERR_INVALID, NULL },
	{ "page", PLATFORM_LEETCODE, " \n<!DOCTYPE html><html></html>", ERR_FORBIDDEN, NULL },
	{ "cut off", PLATFORM_LEETCODE, "{\"data\":{\"upcomingContests\":[", ERR_TEMPORARY, NULL },
	{ "something behind", PLATFORM_LEETCODE, LC("") "x", ERR_TEMPORARY, NULL },
	{ "text", PLATFORM_LEETCODE, "maintenance", ERR_TEMPORARY, NULL },
	{ "nothing", PLATFORM_LEETCODE, "", ERR_TEMPORARY, NULL },
	/* Codeforces */
	{ "the same second", PLATFORM_CODEFORCES,
		CF(CF_GOOD
			",{\"id\":8,\"name\":\"R 8\",\"phase\":\"BEFORE\",\"durationSeconds\":60,"
			"\"startTimeSeconds\":1791642600}"),
		ERR_NONE, "7 1791642600 1791642660 R 7|8 1791642600 1791642660 R 8" },
	{ "other phases are over", PLATFORM_CODEFORCES,
		CF("{\"id\":1,\"name\":\"x\",\"phase\":\"PENDING_SYSTEM_TEST\",\"durationSeconds\":60,"
		   "\"startTimeSeconds\":1791642600},"
		   "{\"id\":2,\"name\":\"x\",\"phase\":\"FINISHED\",\"durationSeconds\":60},"
		   "{\"id\":3,\"name\":\"x\",\"phase\":\"SYSTEM_TEST\",\"durationSeconds\":\"?\"}," CF_GOOD),
		ERR_NONE, "7 1791642600 1791642660 R 7" },
	{ "running", PLATFORM_CODEFORCES,
		CF("{\"id\":9,\"name\":\"x\",\"phase\":\"CODING\",\"durationSeconds\":7200,"
		   "\"startTimeSeconds\":1791290000}"),
		ERR_NONE, "9 1791290000 1791297200 x" },
	{ "no time yet", PLATFORM_CODEFORCES,
		CF("{\"id\":9,\"name\":\"x\",\"phase\":\"BEFORE\",\"durationSeconds\":60}"),
		ERR_NONE, "", 1 },
	{ "id of another type", PLATFORM_CODEFORCES,
		CF("{\"id\":\"9\",\"name\":\"x\",\"phase\":\"BEFORE\",\"durationSeconds\":60,"
		   "\"startTimeSeconds\":1791642600}," CF_GOOD),
		ERR_NONE, "7 1791642600 1791642660 R 7", 1, 0, false, true },
	{ "refused", PLATFORM_CODEFORCES,
		"{\"status\":\"FAILED\",\"comment\":\"x: Call LIMIT exceeded\"}", ERR_LIMIT, NULL },
	{ "refused otherwise", PLATFORM_CODEFORCES,
		"{\"status\":\"FAILED\",\"comment\":\"in repair\"}", ERR_TEMPORARY, NULL },
	{ "no result", PLATFORM_CODEFORCES, "{\"status\":\"OK\"}", ERR_TEMPORARY, NULL },
	{ "result is no list", PLATFORM_CODEFORCES, "{\"status\":\"OK\",\"result\":{}}",
		ERR_INVALID, NULL },
	{ "page in place of data", PLATFORM_CODEFORCES, "<html></html>", ERR_TEMPORARY, NULL },
	/* CodeChef */
	{ "running and future", PLATFORM_CODECHEF,
		CC("{\"contest_code\":\"D1\",\"contest_name\":\"D\",\"contest_start_date_iso\":"
		   "\"2026-10-06T00:00:00+05:30\",\"contest_end_date_iso\":\"2026-10-08T00:00:00+05:30\"}",
			CC_GOOD),
		ERR_NONE, "D1 1791225000 1791397800 D|S1 1793284200 1793291400 S 1" },
	{ "old dates, two blanks", PLATFORM_CODECHEF,
		CC("", "{\"contest_code\":\"S2\",\"contest_name\":\"S\",\"contest_start_date\":"
		       "\"29 Oct 2026  20:00:00\",\"contest_end_date\":\"29 Oct 2026  22:00:00\"}"),
		ERR_NONE, "S2 1793284200 1793291400 S" },
	{ "length when the end is missing", PLATFORM_CODECHEF,
		CC("", "{\"contest_code\":\"S3\",\"contest_name\":\"S\",\"contest_start_date_iso\":"
		       "\"2026-10-29T14:30:00Z\",\"contest_duration\":\"90\"}"),
		ERR_NONE, "S3 1793284200 1793289600 S" },
	{ "a day that does not exist", PLATFORM_CODECHEF,
		CC("", "{\"contest_code\":\"S4\",\"contest_name\":\"S\",\"contest_start_date_iso\":"
		       "\"2026-02-31T20:00:00+05:30\"}," CC_GOOD),
		ERR_NONE, "S1 1793284200 1793291400 S 1", 1, 1 },
	{ "not a success", PLATFORM_CODECHEF,
		"{\"status\":\"error\",\"present_contests\":[],\"future_contests\":[]}",
		ERR_INVALID, NULL },
	{ "an object for a list", PLATFORM_CODECHEF,
		"{\"status\":\"success\",\"present_contests\":[],\"future_contests\":{\"0\":" CC_GOOD
		"}}",
		ERR_INVALID, NULL },
	/* AtCoder */
	{ "found by its id", PLATFORM_ATCODER, AC(AC_GOOD), ERR_NONE,
		"abc479 1791633600 1791639600 Title & 'more'" },
	{ "one that runs now", PLATFORM_ATCODER,
		"<div id='contest-table-action'><table>" AC_ROW("2026-10-06 19:00:00+0900",
			"/contests/abc478", "09:00") "</table></div>" AC(AC_GOOD),
		ERR_NONE,
		"abc479 1791633600 1791639600 Title & 'more'|abc478 1791280800 1791313200 Title & 'more'" },
	{ "ten days", PLATFORM_ATCODER,
		AC(AC_ROW("2026-10-30 19:00:00+0900", "/contests/ahc074", "240:00")), ERR_NONE,
		"ahc074 1793354400 1794218400 Title & 'more'" },
	{ "the offset counts", PLATFORM_ATCODER,
		AC(AC_ROW("2026-10-10 12:00:00+0000", "/contests/abc479", "01:40")), ERR_NONE,
		"abc479 1791633600 1791639600 Title & 'more'" },
	{ "odd rows", PLATFORM_ATCODER,
		AC("<tr><td colspan=4>ad</td></tr>" AC_ROW("soon", "/contests/a", "01:40") AC_ROW(
			"2026-10-10 21:00:00+0900", "https://evil.example/contests/x", "01:40")
				AC_ROW("2026-10-10 21:00:00+0900", "/contests/b", "1h") AC_GOOD),
		ERR_NONE, "abc479 1791633600 1791639600 Title & 'more'", 4, 2, false, true },
	{ "another link before, no tbody, text in pieces, an extra cell", PLATFORM_ATCODER,
		"<DIV CLASS=x ID=contest-table-upcoming><TABLE><tr><th>Start</th></tr><TR><TD><time>\n"
		"2026-10-10 21:00:00+0900 </time></TD><TD><a href='/users/x'>x</a> <a class=y "
		"href='/contests/abc479'>Title <b>&amp;</b>\n &#39;more&#39;</a></TD><TD>new</TD><TD> "
		"01:40\n</TD></TR></TABLE></DIV>",
		ERR_NONE, "abc479 1791633600 1791639600 Title & 'more'" },
	{ "empty table", PLATFORM_ATCODER, AC(""), ERR_NONE, "" },
	{ "no table", PLATFORM_ATCODER, "<html><body><p>new design</p></body></html>", ERR_INVALID,
		NULL },
	{ "other tables only", PLATFORM_ATCODER,
		"<html><body><div id=\"contest-table-recent\"><table></table></div></body></html>",
		ERR_INVALID, NULL },
	{ "cut off inside", PLATFORM_ATCODER,
		"<html><body><div id=\"contest-table-upcoming\"><table><tbody>" AC_GOOD
		"<tr><td><a href='x'><time>2026-10-1",
		ERR_TEMPORARY, NULL },
	{ "JSON", PLATFORM_ATCODER, "{}", ERR_INVALID, NULL },
	{ "nothing", PLATFORM_ATCODER, "", ERR_INVALID, NULL },
	/* HackerRank */
	{ "another page", PLATFORM_HACKERRANK, HR(HR_GOOD), ERR_NONE,
		"h-1 1791642600 1791646200 H 1", 0, 0, true },
	{ "text times when numbers fail", PLATFORM_HACKERRANK,
		HR("{\"name\":\"H\",\"slug\":\"h-2\",\"epoch_starttime\":\"--\",\"epoch_endtime\":null,"
		   "\"get_starttimeiso\":\"2026-10-10T14:30:00Z\",\"get_endtimeiso\":"
		   "\"2026-10-10T15:30:00.5Z\"}"),
		ERR_NONE, "h-2 1791642600 1791646200 H", 0, 0, true },
	{ "times not announced", PLATFORM_HACKERRANK,
		"{\"models\":[{\"name\":\"H\",\"slug\":\"h-3\",\"epoch_starttime\":0,\"epoch_endtime\":0,"
		"\"get_starttimeiso\":null,\"get_endtimeiso\":null}],\"total\":1}",
		ERR_NONE, "", 1 },
	{ "odd times", PLATFORM_HACKERRANK,
		"{\"models\":[{\"name\":\"H\",\"slug\":\"h-4\",\"epoch_starttime\":\"--\",\"epoch_endtime\":1791646200},"
		"{\"name\":\"H\",\"slug\":\"h-5\",\"epoch_starttime\":1791642600,\"epoch_endtime\":\"--\"}," HR_GOOD
		"],\"total\":3}",
		ERR_NONE, "h-1 1791642600 1791646200 H 1", 2, 2 },
	{ "ended, permanent, endless", PLATFORM_HACKERRANK,
		"{\"models\":["
		"{\"name\":\"H\",\"slug\":\"e\",\"ended\":true,\"epoch_starttime\":1791642600,"
		"\"epoch_endtime\":1791646200},"
		"{\"name\":\"H\",\"slug\":\"p\",\"epoch_starttime\":1404747480,\"epoch_endtime\":"
		"1817441090},"
		"{\"name\":\"H\",\"slug\":\"l\",\"epoch_starttime\":1791642600,\"epoch_endtime\":"
		"1817441090}],\"total\":3}",
		ERR_NONE, "", 1, 1 },
	{ "an event's path", PLATFORM_HACKERRANK,
		HE(HE_ONE("https://www.hackerrank.com/or-26/?utm=1", "2026-10-29T20:00:00.000Z")),
		ERR_NONE, "or-26 1793304000 1793311200 E" },
	{ "an event's own host", PLATFORM_HACKERRANK,
		HE(HE_ONE("https://spree.hackerrank.com/", "2026-10-29T20:00:00Z")), ERR_NONE,
		"spree 1793304000 1793311200 E" },
	{ "foreign events", PLATFORM_HACKERRANK,
		HE(HE_ONE("https://hackerrank.com.evil.example/x",
			"2026-10-29T20:00:00Z") "," HE_ONE("http://www.hackerrank.com/plain",
			"2026-10-29T20:00:00Z") "," HE_ONE("https://www.hackerrank.com@evil.example/x",
			"2026-10-29T20:00:00Z") "," HE_ONE("https://www.hackerrank.com:8443/x",
			"2026-10-29T20:00:00Z") "," HE_ONE("https://nothackerrank.com/x",
			"2026-10-29T20:00:00Z")),
		ERR_NONE, "", 5 },
	{ "neither list", PLATFORM_HACKERRANK, "{\"status\":true}", ERR_INVALID, NULL },
	/* GeeksforGeeks */
	{ "India's time", PLATFORM_GEEKSFORGEEKS, GG(GG_GOOD, "true"), ERR_NONE,
		"g-1 1791725400 1791730800 G", 0, 0, true },
	{ "a zone if there is one", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("g-2", "2026-10-11T13:30:00Z", "2026-10-11T15:00:00+00:00", ""), "false"),
		ERR_NONE, "g-2 1791725400 1791730800 G" },
	{ "other types, endless ones", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("w", "2026-10-11T19:00:00", "2026-10-11T20:30:00",
			   ",\"type\":1") "," GG_ONE("s", "2026-10-11T19:00:00",
			   "2099-12-31T23:59:59", ",\"type\":3") "," GG_GOOD,
			"false"),
		ERR_NONE, "g-1 1791725400 1791730800 G", 1, 1 },
	{ "type as text, odd type", PLATFORM_GEEKSFORGEEKS,
		GG(GG_ONE("t3", "2026-10-11T19:00:00", "2026-10-11T20:30:00",
			   ",\"type\":\"3\"") "," GG_ONE("t1", "2026-10-11T19:00:00",
			   "2026-10-11T20:30:00", ",\"type\":\"1\"") "," GG_ONE("tx",
			   "2026-10-11T19:00:00", "2026-10-11T20:30:00", ",\"type\":[3]"),
			"false"),
		ERR_NONE, "t3 1791725400 1791730800 G", 1, 1 },
	{ "title for name", PLATFORM_GEEKSFORGEEKS,
		GG("{\"slug\":\"t\",\"title\":\"T\",\"start_time\":\"2026-10-11T19:00:00\",\"end_time\":"
		   "\"2026-10-11T20:30:00\",\"type\":3}",
			"false"),
		ERR_NONE, "t 1791725400 1791730800 T" },
	{ "no title at all", PLATFORM_GEEKSFORGEEKS,
		GG("{\"slug\":\"t\",\"name\":null,\"start_time\":\"2026-10-11T19:00:00\",\"end_time\":"
		   "\"2026-10-11T20:30:00\",\"type\":3}," GG_GOOD,
			"false"),
		ERR_NONE, "g-1 1791725400 1791730800 G", 1, 1 },
	{ "no list", PLATFORM_GEEKSFORGEEKS, "{\"results\":{\"past\":[]}}", ERR_INVALID, NULL },
	/* Code360 */
	{ "number, fraction, text, milliseconds", PLATFORM_CODE360,
		C3(C3_ONE("a", "1791739800", "1791745200") "," C3_ONE(
			"b", "1791739800.9", "1791745200.0") "," C3_ONE("c", "\"1791739800\"",
			"\"1791745200\"") "," C3_ONE("d", "1791739800000", "1791745200000")),
		ERR_NONE,
		"a 1791739800 1791745200 C|b 1791739800 1791745200 C|c 1791739800 1791745200 C|"
		"d 1791739800 1791745200 C",
		0, 0, true, false, "times came in milliseconds" },
	{ "no end, end before start", PLATFORM_CODE360,
		C3(C3_ONE("a", "1791739800", "null") "," C3_ONE("b", "1791739800",
			"1791736200") "," C3_ONE("c", "1791739800", "1791745200")),
		ERR_NONE, "c 1791739800 1791745200 C", 2, 2, true },
	{ "history ends the reading", PLATFORM_CODE360, C3(C3_ONE("o", "1791135000", "1791140400")),
		ERR_NONE, "" },
	{ "data is null", PLATFORM_CODE360, "{\"data\":null,\"message\":\"oops\"}", ERR_INVALID,
		NULL },
};
#pragma GCC diagnostic pop

static void every_promise_in_every_zone(void **state)
{
	(void)state;
	samples_in_every_zone(samples, countof(samples));
}

/* Whatever is cut off the end, no parser takes the rest for a whole answer. */
static void no_prefix_passes(void **state)
{
	static const struct {
		enum platform platform;
		const char *body;
	} whole[] = {
		{ PLATFORM_LEETCODE, LC(LC_GOOD) },
		{ PLATFORM_CODEFORCES, CF(CF_GOOD) },
		{ PLATFORM_CODECHEF, CC("", CC_GOOD) },
		{ PLATFORM_HACKERRANK, HR(HR_GOOD) },
		{ PLATFORM_GEEKSFORGEEKS, GG(GG_GOOD, "false") },
		{ PLATFORM_CODE360, C3(C3_ONE("a", "1791739800", "1791745200")) },
		{ PLATFORM_ATCODER, "<div id='contest-table-upcoming'><table>" AC_GOOD "</table>" },
	};

	(void)state;
	for (size_t i = 0; i < countof(whole); i++) {
		size_t n = strlen(whole[i].body) - (whole[i].platform == PLATFORM_ATCODER ? 1 : 0);

		for (size_t cut = 0; cut < n; cut++) {
			struct arena *m = arena_new(16 * 1024 * 1024);
			struct span body = { whole[i].body, cut };
			struct contest_rows rows;
			struct err e = { 0 };

			contest_rows_start(&rows, whole[i].platform);
			if (source_of(whole[i].platform)->parse(m, body, NOW, &rows, &e) == 0)
				fail_msg("%s: passed %zu bytes",
					platform_info(whole[i].platform)->slug, cut);
			arena_free(m);
		}
	}
}

/* An answer with more contests than are kept is partial, and does not take long. */
static void too_many(void **state)
{
	struct arena *m = arena_new(64 * 1024 * 1024);
	BUF_AUTO b;
	struct span body;
	struct contest_rows rows;
	struct err e = { 0 };

	(void)state;
	buf_init(&b, 8 * 1024 * 1024);
	buf_adds(&b, "{\"status\":\"OK\",\"result\":[");
	for (int i = 1; i <= 5000; i++)
		buf_addf(&b,
			"%s{\"id\":%d,\"name\":\"x\",\"phase\":\"BEFORE\",\"durationSeconds\":60,"
			"\"startTimeSeconds\":1791642600}",
			i > 1 ? "," : "", i);
	buf_adds(&b, "]}");
	assert_int_equal(buf_finish(&b, &body, &e), 0);
	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	assert_int_equal(codeforces_parse(m, body, NOW, &rows, &e), 0);
	assert_int_equal(rows.n, 2000);
	assert_int_equal(rows.seen, 5000);
	assert_true(rows.partial);
	arena_free(m);
}

/* Lists that the platform itself cuts say nothing about what lies behind their end. */
static void horizon(void **state)
{
	struct arena *m = arena_new(16 * 1024 * 1024);
	struct contest_rows rows;
	struct err e = { 0 };

	(void)state;
	contest_rows_start(&rows, PLATFORM_LEETCODE);
	assert_int_equal(leetcode_parse(m, SPAN("{\"data\":{\"topTwoContests\":[" LC_GOOD "]}}"),
				 NOW, &rows, &e),
		0);
	assert_int_equal(rows.horizon_s, 1791642600);
	contest_rows_start(&rows, PLATFORM_LEETCODE);
	assert_int_equal(leetcode_parse(m, SPAN(LC(LC_GOOD)), NOW, &rows, &e), 0);
	assert_int_equal(rows.horizon_s, 0);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_promise_in_every_zone),
		cmocka_unit_test(no_prefix_passes),
		cmocka_unit_test(too_many),
		cmocka_unit_test(horizon),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
