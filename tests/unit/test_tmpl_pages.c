/*
 * The pages of the frame with sample data: what is printed is escaped, every static file they name
 * exists, and they are whole for the empty view. With LOOK=FOLDER the pages are also written there,
 * to be opened in a browser.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "gen/tmpl.h"
#include "html/asset.h"
#include "html/url.h"
#include "view/error.h"
#include "view/home.h"

#define PAGE_MAX (256 * 1024)
#define NASTY    "A <b>bold</b> & \"quoted\" 'title' \xF0\x9F\x8F\x86"
#define NASTY_OUT                                                                                  \
	"A &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; &#39;title&#39; \xF0\x9F\x8F\x86"

static struct contest_item contest(const char *slug, const char *platform, const char *title)
{
	return (struct contest_item){ .title = span_of(title),
		.url = { "https://example.org/contest?a=1&b=2" },
		.platform_slug = slug,
		.platform_name = platform,
		.start_s = 1795270500,
		.end_s = 1795279500,
		.start_iso = "2026-11-21T14:35:00Z",
		.day = "Sat 21 Nov",
		.clock = "14:35",
		.length = "2 h 30 min",
		.length_iso = "PT2H30M",
		.until = "3 h 12 min",
		.end_clock = "17:05",
		.end_iso = "2026-11-21T17:05:00Z",
		.page = { "/contest/1" },
		.google = { "https://calendar.google.com/calendar/render?a=1&b=2" },
		.add = { "/calendar/1.ics" } };
}

static struct span render(
	struct buf *b, void (*page)(struct html *, const void *), const void *view)
{
	struct html h = { .out = b };
	struct err e = { 0 };
	struct span s;

	buf_reset(b);
	page(&h, view);
	assert_int_equal(buf_finish(b, &s, &e), 0);
	return s;
}

static void look(struct span page, const char *name)
{
	const char *folder = getenv("LOOK");
	char path[512];
	FILE *f;

	if (folder == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s.html", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(page.p, 1, page.n, f), page.n);
	fclose(f);
}

/* Every address below /static/ is one of the table. */
static void check_assets(const char *page)
{
	for (const char *at = page; (at = strstr(at, "\"/static/")) != NULL; at++) {
		size_t n = strcspn(at + 1, "\"#");
		bool found = false;

		for (const struct asset *a = assets; a->name != NULL; a++)
			found = found || (strlen(a->path) == n && memcmp(a->path, at + 1, n) == 0);
		assert_true(found);
	}
	assert_null(strstr(page, "href=\"#\""));
	assert_null(strstr(page, "src=\"#\""));
}

static size_t count(const char *page, const char *what)
{
	size_t n = 0;

	for (const char *at = page; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

static void home_shows_contests(void **state)
{
	struct contest_item next[] = {
		contest("codeforces", "Codeforces", "Codeforces Round 1061 (Div. 2)"),
		contest("atcoder", "AtCoder", "AtCoder Beginner Contest 433"),
		contest("leetcode", "LeetCode", NASTY),
		contest("codechef", "CodeChef", "Starters 214"),
		contest("geeksforgeeks", "GeeksforGeeks", "Weekly Coding Contest 230"),
		contest("code360", "Code360",
			"Weekend Contest 198 with a title that is so long that it must wrap"),
	};
	struct home_platform platforms[] = {
		{ "leetcode", "LeetCode", { "/calendar?platforms=leetcode" }, 4 },
		{ "codeforces", "Codeforces", { "/calendar?platforms=codeforces" }, 1234 },
		{ "codechef", "CodeChef", { "/calendar?platforms=codechef" }, 2 },
		{ "atcoder", "AtCoder", { "/calendar?platforms=atcoder" }, 7 },
		{ "hackerrank", "HackerRank", { "/calendar?platforms=hackerrank" }, 0 },
		{ "geeksforgeeks", "GeeksforGeeks", { "/calendar?platforms=geeksforgeeks" }, 3 },
		{ "code360", "Code360", { "/calendar?platforms=code360" }, 1 },
	};
	struct home_view v = { .page = { .nav = NAV_HOME,
				       .description = NASTY,
				       .zone = "Europe/Berlin",
				       .here = url_path("/") },
		.next = { next, countof(next) },
		.platforms = { platforms, countof(platforms) },
		.n_upcoming = 1251,
		.n_week = 14,
		.calendar = url_path("/calendar"),
		.feed = url_path("/calendar.ics") };
	BUF_AUTO b;
	struct span s;

	(void)state;
	next[0].is_running = true;
	buf_init(&b, PAGE_MAX);
	s = render(&b, page_home_html, &v);
	look(s, "home");
	assert_true(span_starts(s, "<!doctype html><html lang=\"en\"><head>"));
	assert_int_equal(count(s.p, "<li class=\"row "), 6);
	assert_int_equal(count(s.p, "is-running\" datetime"), 1);
	assert_int_equal(count(s.p, "<li class=\"tile "), 7);
	assert_non_null(strstr(s.p, "external\">" NASTY_OUT "</a>"));
	assert_non_null(strstr(s.p, "content=\"" NASTY_OUT "\""));
	assert_non_null(strstr(s.p, "1,251 contests ahead"));
	assert_non_null(strstr(s.p, "href=\"https://example.org/contest?a=1&amp;b=2\""));
	assert_null(strstr(s.p, "<b>"));
	check_assets(s.p);
	v.page.theme = THEME_DARK;
	s = render(&b, page_home_html, &v);
	look(s, "home-dark");
	assert_non_null(strstr(s.p, "<html lang=\"en\" data-theme=\"dark\">"));
	assert_non_null(strstr(s.p, "value=\"dark\" aria-pressed=\"true\""));
}

static void home_without_anything_is_whole(void **state)
{
	struct home_view v = { .calendar = url_path("/calendar"),
		.feed = url_path("/calendar.ics") };
	BUF_AUTO b;
	struct span s;

	(void)state;
	buf_init(&b, PAGE_MAX);
	s = render(&b, page_home_html, &v);
	look(s, "home-empty");
	assert_non_null(strstr(s.p, "<title>Podium</title>"));
	assert_non_null(strstr(s.p, "No contests yet."));
	assert_null(strstr(s.p, "<ol"));
	assert_true(span_ends(s, "</html>"));
	check_assets(s.p);
}

static void error_names_the_request(void **state)
{
	struct error_view v = { .page = { .title = "Not found",
					.user = SPAN("<admin>"),
					.csrf = "t\"oken",
					.flash = "saved & done",
					.flash_kind = FLASH_OK,
					.here = { "/x?a=\"b\"" } },
		.status = 404,
		.title = "Not found",
		.message = "there is nothing at this address",
		.request_id = "00f1e2d3c4b5a697" };
	BUF_AUTO b;
	struct span s;

	(void)state;
	buf_init(&b, PAGE_MAX);
	s = render(&b, page_error_html, &v);
	look(s, "error");
	assert_non_null(strstr(s.p, "<title>Not found · Podium</title>"));
	assert_non_null(strstr(s.p, "00f1e2d3c4b5a697</code>"));
	assert_non_null(strstr(s.p, "&lt;admin&gt;"));
	assert_non_null(strstr(s.p, "value=\"t&quot;oken\""));
	assert_non_null(strstr(s.p, "alert-ok\" role=\"status\">saved &amp; done</p>"));
	assert_non_null(strstr(s.p, "value=\"/x?a=&quot;b&quot;\""));
	assert_null(strstr(s.p, "/sign-in"));
	assert_null(strstr(s.p, "class=\"detail\""));
	check_assets(s.p);
	v.page.user = SPAN_NONE;
	v.may_sign_in = true;
	v.detail = "could not connect";
	v.page.theme = THEME_DARK;
	s = render(&b, page_error_html, &v);
	look(s, "error-guest");
	assert_int_equal(count(s.p, "href=\"/sign-in\""), 2);
	assert_non_null(strstr(s.p, "<pre class=\"detail\">could not connect</pre>"));
}

/* The buffer's limit is met at every length: nothing is written beyond, and finish says so. */
static void a_full_buffer_is_no_harm(void **state)
{
	struct home_view v = { .calendar = url_path("/calendar"),
		.feed = url_path("/calendar.ics") };
	BUF_AUTO whole;
	struct span s;

	(void)state;
	buf_init(&whole, PAGE_MAX);
	s = render(&whole, page_home_html, &v);
	for (size_t max = 0; max < s.n; max += 7) {
		BUF_AUTO b;
		struct html h = { .out = &b };
		struct err e = { 0 };
		struct span part;

		buf_init(&b, max);
		page_home_html(&h, &v);
		assert_int_equal(buf_finish(&b, &part, &e), -1);
		assert_int_equal(e.kind, ERR_LIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(home_shows_contests),
		cmocka_unit_test(home_without_anything_is_whole),
		cmocka_unit_test(error_names_the_request),
		cmocka_unit_test(a_full_buffer_is_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
