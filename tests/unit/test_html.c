/* The writers of HTML, plain text and addresses, each over all 256 bytes. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "html/fmt.h"
#include "html/html.h"
#include "html/plain.h"
#include "html/url.h"

static struct arena *m;
static struct buf out;
static struct html h = { .out = &out };

static const char *text(void)
{
	struct err e = { 0 };
	struct span s;

	assert_int_equal(buf_finish(&out, &s, &e), 0);
	return s.p;
}

static const char *escaped(unsigned char c, char *self)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		self[0] = (char)c;
		self[1] = '\0';
		return self;
	}
}

static void every_byte_is_escaped_or_itself(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		const char around[3] = { 'x', (char)i, 'y' };
		char self[2];
		char want[16];
		size_t n = (size_t)snprintf(
			want, sizeof(want), "x%sy", escaped((unsigned char)i, self));

		if (i == 0)
			n = 3;
		buf_reset(&out);
		html_span(&h, (struct span){ around, 3 });
		assert_int_equal(buf_size(&out), n);
		if (i > 0)
			assert_memory_equal(text(), want, n);
		else
			assert_memory_equal(text(), "x\0y", 3);
		buf_reset(&out);
		html_span(&h, (struct span){ around + 1, 1 });
		assert_int_equal(buf_size(&out), n - 2);
	}
}

static void each_type_has_its_writer(void **state)
{
	char array[8] = "a<b";
	const char *none = NULL;

	(void)state;
	buf_reset(&out);
	html_put(&h, "&");
	html_put(&h, array);
	html_put(&h, none);
	html_put(&h, SPAN_NONE);
	html_put(&h, SPAN("'"));
	html_put(&h, ((struct url){ "/?a&b" }));
	html_put(&h, ((struct html_safe){ SPAN("<i>") }));
	html_put(&h, ((struct fmt){ "<" }));
	html_put(&h, 0);
	html_put(&h, -7);
	html_put(&h, INT64_MIN);
	html_put(&h, UINT64_MAX);
	html_put(&h, (size_t)10);
	assert_string_equal(text(), "&amp;a&lt;b&#39;/?a&amp;b<i>&lt;0-7-9223372036854775808"
				    "1844674407370955161510");
}

static void a_small_buffer_fails_and_stays_whole(void **state)
{
	(void)state;
	for (size_t max = 0; max < 12; max++) {
		BUF_AUTO small;
		struct html to = { .out = &small };
		struct err e = { 0 };
		struct span s;

		buf_init(&small, max);
		html_text(&to, "a<b>\"c");
		assert_int_equal(buf_finish(&small, &s, &e), -1);
		assert_true(buf_size(&small) <= max);
	}
}

static void plain_text_keeps_headers_apart(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		const char around[3] = { 'x', (char)i, 'y' };
		bool control = i < 32 || i == 127;

		buf_reset(&out);
		plain_put(&h, ((struct span){ around, 3 }));
		assert_int_equal(buf_size(&out), control && i != '\n' && i != '\t' ? 2 : 3);
		buf_reset(&out);
		plain_header_put(&h, ((struct span){ around, 3 }));
		assert_int_equal(buf_size(&out), 3);
		assert_int_equal(text()[1], control ? ' ' : (char)i);
	}
	buf_reset(&out);
	plain_header_put(&h, "a\r\n\r\nb<&>");
	plain_header_put(&h, ((struct url){ "/x" }));
	plain_put(&h, fmt_count(1000));
	assert_string_equal(text(), "a b<&>/x1,000");
}

static void addresses_are_encoded(void **state)
{
	(void)state;
	for (int i = 1; i < 256; i++) {
		const char one[2] = { (char)i, '\0' };
		bool plain = (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z') ||
			     (i >= '0' && i <= '9') || strchr("-_~", i) != NULL;
		char want[16];

		if (plain)
			snprintf(want, sizeof(want), "/p/%c", i);
		else
			snprintf(want, sizeof(want), "/p/%%%02X", (unsigned)i);
		if (i == '.') // would climb
			snprintf(want, sizeof(want), "/p/-");
		assert_string_equal(url_to(m, "/p/{}", one, NULL).text, want);
	}
	assert_string_equal(url_to(m, "/a/{}/b/{}", "..", "../x", NULL).text, "/a/-/b/..%2Fx");
	assert_string_equal(url_to(m, "/a/{}/b/{}", "1", NULL).text, "/a/1/b/");
	assert_string_equal(url_to(m, "/a", NULL).text, "/a");
}

static void queries_are_added(void **state)
{
	struct url u = url_path("/c#part");
	char *giant = arena_alloc(m, 10001);

	(void)state;
	u = url_with(m, u, "a b", SPAN("1&2=3"));
	assert_string_equal(u.text, "/c?a%20b=1%262%3D3#part");
	u = url_with(m, u, "none", SPAN_NONE);
	u = url_with(m, u, "empty", SPAN(""));
	assert_string_equal(u.text, "/c?a%20b=1%262%3D3&empty=#part");
	memset(giant, 'x', 10000);
	assert_string_equal(url_with(m, u, "g", span_of(giant)).text, "#");
}

static void outside_addresses_are_checked(void **state)
{
	static const char *const good[] = { "https://example.org/a?b=c#d", "http://x", "HTTPS://X",
		"mailto:a@example.org" };
	static const char *const bad[] = { "", "https://", "javascript:alert(1)",
		"data:text/html,x", "//example.org", "/local", " https://x", "https://x y",
		"https://x\n", "https://x\\y", "java\tscript:x", "ftp://x", "https:/x",
		"vbscript:x", "https://x\x7F" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++)
		assert_string_equal(url_external(m, span_of(good[i])).text, good[i]);
	for (size_t i = 0; i < countof(bad); i++)
		assert_string_equal(url_external(m, span_of(bad[i])).text, "#");
	assert_string_equal(url_external(m, SPAN_NONE).text, "#");
}

static void ways_back_stay_inside(void **state)
{
	static const char *const bad[] = { "", "x", "//evil.example", "/\\evil.example", "/a b",
		"/a\n", "https://evil.example/", "\\/evil.example" };

	(void)state;
	assert_string_equal(url_local(m, SPAN("/a?b=//c#d")).text, "/a?b=//c#d");
	for (size_t i = 0; i < countof(bad); i++)
		assert_string_equal(url_local(m, span_of(bad[i])).text, "/");
	assert_string_equal(url_local(m, SPAN_NONE).text, "/");
}

static void static_files_are_named_by_content(void **state)
{
	const char *path = url_asset("css/app.css").text;

	(void)state;
	assert_memory_equal(path, "/static/css/app.", 16);
	assert_int_equal(strlen(path), strlen("/static/css/app.0123456789ab.css"));
	assert_string_equal(url_asset("css/none.css").text, "#");
}

static void counts_are_grouped(void **state)
{
	(void)state;
	assert_string_equal(fmt_count(0).text, "0");
	assert_string_equal(fmt_count(999).text, "999");
	assert_string_equal(fmt_count(1000).text, "1,000");
	assert_string_equal(fmt_count(-1234567).text, "-1,234,567");
	assert_string_equal(fmt_count(INT64_MIN).text, "-9,223,372,036,854,775,808");
	assert_string_equal(fmt_count(INT64_MAX).text, "9,223,372,036,854,775,807");
	assert_string_equal(fmt_plural(1, "day", "days"), "day");
	assert_string_equal(fmt_plural(0, "day", "days"), "days");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_escaped_or_itself),
		cmocka_unit_test(each_type_has_its_writer),
		cmocka_unit_test(a_small_buffer_fails_and_stays_whole),
		cmocka_unit_test(plain_text_keeps_headers_apart),
		cmocka_unit_test(addresses_are_encoded),
		cmocka_unit_test(queries_are_added),
		cmocka_unit_test(outside_addresses_are_checked),
		cmocka_unit_test(ways_back_stay_inside),
		cmocka_unit_test(static_files_are_named_by_content),
		cmocka_unit_test(counts_are_grouped),
	};
	int failed;

	m = arena_new(1024 * 1024);
	buf_init(&out, 65536);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&out);
	arena_free(m);
	return failed;
}
