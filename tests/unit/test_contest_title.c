/* Titles and addresses, made harmless before they are stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/contest_title.h"
#include "model/platform.h"

#define RAW(literal)                                                                               \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

static void titles(void **state)
{
	static const struct {
		struct span raw;
		const char *clean; // with entities decoded
		const char *plain; // without; NULL: the same
	} v[] = {
		{ RAW("Weekly Contest 1"), "Weekly Contest 1", NULL },
		{ RAW(""), "", NULL },
		{ RAW(" \t\r\n "), "", NULL },
		{ RAW("  a \n\t b\v\fc  "), "a b c", NULL },
		{ RAW("A &amp; B"), "A & B", "A &amp; B" },
		{ RAW("&lt;b&gt; &quot;x&quot; &#39;y&#x27;"), "<b> \"x\" 'y'",
			"&lt;b&gt; &quot;x&quot; &#39;y&#x27;" },
		{ RAW("&amp;lt;"), "&lt;", "&amp;lt;" }, // once only
		{ RAW("a&nbsp;&nbsp;b"), "a b", "a&nbsp;&nbsp;b" },
		{ RAW("R&D & co; AT&T"), "R&D & co; AT&T", NULL },
		{ RAW("&unknown; &; &#; &#x; &#xzz; &#99999999; &#xd800; &"),
			"&unknown; &; &#; &#x; &#xzz; &#99999999; &#xd800; &", NULL },
		{ RAW("a&#10;BEGIN:VEVENT&#13;b"), "a BEGIN:VEVENT b", "a&#10;BEGIN:VEVENT&#13;b" },
		{ RAW("a&#0;&#7;b&#x202e;c"), "a&#0;bc", "a&#0;&#7;b&#x202e;c" },
		{ RAW("a\0b\001\177c"), "abc", NULL },
		{ RAW("x\xe2\x80\xaey\xe2\x80\x8bz\xef\xbb\xbf"), "xyz", NULL }, // RLO, ZWSP, BOM
		{ RAW("a\xc2\x85"
		      "b\xe2\x80\xa8"
		      "c\xc2\xa0"
		      "d"),
			"a b c d", NULL }, // NEL, LS, NBSP
		{ RAW("\xff"
		      "a\xc3"
		      "b\xed\xa0\x80"
		      "c"),
			"abc", NULL }, // malformed
		{ RAW("第1回 （全角）"), "第1回 （全角）", NULL },
		{ RAW("🏆 Cup"), "🏆 Cup", NULL },
	};
	struct arena *m = arena_new(1024 * 1024);

	(void)state;
	for (size_t i = 0; i < countof(v); i++) {
		struct span got = contest_title(m, v[i].raw, true);
		struct span plain = contest_title(m, v[i].raw, false);

		if (!span_is(got, v[i].clean))
			fail_msg("%zu: '" SPAN_FMT "'", i, SPAN_ARG(got));
		if (!span_is(plain, v[i].plain != NULL ? v[i].plain : v[i].clean))
			fail_msg("%zu: '" SPAN_FMT "'", i, SPAN_ARG(plain));
	}
	arena_free(m);
}

/* Too long a title loses its end, never half a character, and never the contest. */
static void long_titles(void **state)
{
	static const char *const units[] = { "x", "é", "第", "🏆", "y " };
	struct arena *m = arena_new(4 * 1024 * 1024);

	(void)state;
	for (size_t u = 0; u < countof(units); u++) {
		for (size_t n = 1; n < 400; n++) {
			char *raw = arena_alloc(m, n * 4 + 1);
			struct span got;

			for (size_t i = 0; i < n; i++)
				memcpy(raw + i * strlen(units[u]), units[u], strlen(units[u]));
			got = contest_title(m, span_of(raw), true);
			assert_true(got.n >= 1 && got.n <= CONTEST_MAX_TITLE);
			assert_true(utf8_valid(got.p, got.n));
			assert_true(span_ends(got, "…") || span_eq(got, span_trim(span_of(raw))));
		}
	}
	arena_free(m);
}

static void addresses(void **state)
{
	static const struct {
		const char *url;
		enum platform platform;
		const char *host; // NULL: refused
		const char *path;
	} v[] = {
		{ "https://codeforces.com/contests/1", PLATFORM_CODEFORCES, "codeforces.com",
			"/contests/1" },
		{ "https://m1.codeforces.com", PLATFORM_CODEFORCES, "m1.codeforces.com", "" },
		{ "https://WWW.CodeChef.com/S1?x#y", PLATFORM_CODECHEF, "WWW.CodeChef.com", "/S1" },
		{ "https://www.hackerrank.com?x", PLATFORM_HACKERRANK, "www.hackerrank.com", "" },
		{ "http://codeforces.com/", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com:444/", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com@evil.example/", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://evil.example/codeforces.com", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com.evil.example/", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://notcodeforces.com/", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://.codeforces.com.", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com/ x", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com/\n", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com\\@x", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://codeforces.com/\"", PLATFORM_CODEFORCES, NULL, NULL },
		{ "javascript:alert(1)", PLATFORM_CODEFORCES, NULL, NULL },
		{ "", PLATFORM_CODEFORCES, NULL, NULL },
		{ "https://", PLATFORM_CODEFORCES, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(v); i++) {
		struct span host = SPAN_NONE;
		struct span path = SPAN_NONE;
		bool good = platform_url(v[i].platform, span_of(v[i].url), &host, &path);

		if (good != (v[i].host != NULL))
			fail_msg("%s", v[i].url);
		if (good && (!span_is(host, v[i].host) || !span_is(path, v[i].path)))
			fail_msg("%s: " SPAN_FMT " " SPAN_FMT, v[i].url, SPAN_ARG(host),
				SPAN_ARG(path));
	}
}

static void names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_PLATFORMS; i++) {
		const struct platform_info *p = platform_info((enum platform)i);
		enum platform found;

		assert_true(platform_find(span_of(p->slug), &found));
		assert_int_equal(found, i);
		assert_true(platform_url((enum platform)i, span_of(p->home), NULL, NULL));
	}
	assert_false(platform_find(SPAN("Codeforces"), &(enum platform){ 0 }));
	assert_false(platform_find(SPAN_NONE, &(enum platform){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles),
		cmocka_unit_test(long_titles),
		cmocka_unit_test(addresses),
		cmocka_unit_test(names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
