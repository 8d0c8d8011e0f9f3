#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/limits.h"
#include "html/clean.h"
#include "html/markdown.h"

static struct arena *m;

static int setup(void **state)
{
	(void)state;
	m = arena_new(1 << 26);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(m);
	return 0;
}

static const char *cleaned(const char *html)
{
	struct span out;
	struct err e = { 0 };
	BUF_AUTO b;

	buf_init(&b, CLEAN_MAX_TEXT);
	if (html_clean(m, span_of(html), &b, &e) != 0 || buf_finish(&b, &out, &e) != 0)
		return arena_printf(m, "error: %s", e.text);
	return arena_dup(m, out);
}

static void lists(void **state)
{
	static const char *const cases[][2] = {
		{ "<p>a &amp; b &lt;c&gt;</p>", "<p>a &amp; b &lt;c&gt;</p>" },
		{ "<h1>x</h1>", "<h2>x</h2>" },
		{ "<script>alert(1)</script>x", "x" },
		{ "<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)" },
		{ "<p onclick=\"x()\" style=\"color:red\">x", "<p>x</p>" },
		{ "<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>" },
		{ "<a href=\"java&#115;cript:alert(1)\">x</a>", "<a>x</a>" },
		{ "<a href=\"https://e.org/?a=1&amp;b\">x</a>",
			"<a href=\"https://e.org/?a=1&amp;b\" rel=\"nofollow noopener "
			"noreferrer\">x</a>" },
		{ "<a href=\"#fn1\" id=\"r\">1</a>", "<a href=\"#text-fn1\" id=\"text-r\">1</a>" },
		{ "<img src=\"fig/a.png\" alt=\"a > b\" onerror=x>",
			"<img src=\"picture:fig/a.png\" alt=\"a &gt; b\">" },
		{ "<img src=\"https://e.org/a.png\">x", "x" },
		{ "<img src=\"../a.png\">x", "x" },
		{ "<img src=\"//e.org/a.png\">x", "x" },
		{ "<td style=\"text-align: right;\" colspan=\"2\">1</td>",
			"<td class=\"right\" colspan=\"2\">1</td>" },
		{ "<span class=\"math inline evil\">x</span>",
			"<span class=\"math inline\">x</span>" },
		{ "<b><i>x</b>y</i>", "<b><i>x</i></b>y" },
		{ "<p>a<p>b", "<p>a</p><p>b</p>" },
		{ "<svg><style><img src=x onerror=y></style></svg>z", "z" },
		{ "<math><mi>x</mi><annotation-xml><p>y</p></annotation-xml></math>",
			"<math><mi>x</mi></math>" },
		{ "a<!-- <p> -->b<!doctype html>c<?x?>d", "abcd" },
		{ "1 < 2 <= 3", "1 &lt; 2 &lt;= 3" },
		{ "<p", "<p></p>" },
		{ "<p title=\"<script>\">x", "<p>x</p>" },
		{ "&nosuch; &#0; &#xd800;", "&amp;nosuch; \xef\xbf\xbd \xef\xbf\xbd" },
		{ "\xff", "error: the text is no UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(cleaned(cases[i][0]), cases[i][1]);
}

/* What is clean stays as it is, but for addresses in the text and pictures, which are marked. */
static void again(void **state)
{
	const char *html = "<p>a &amp; b</p><table><tr><td class=\"right\">1</td></tr></table>"
			   "<math display=\"block\"><mi>x</mi></math>";

	(void)state;
	assert_string_equal(cleaned(html), html);
}

static void deep(void **state)
{
	char html[3 * 300 + 1];

	(void)state;
	for (int i = 0; i < 300; i++)
		memcpy(html + 3 * i, "<b>", 3);
	html[sizeof(html) - 1] = '\0';
	assert_string_equal(cleaned(html), "error: the text is nested too deeply");
}

static void pictures(void **state)
{
	struct span clean = SPAN("<img src=\"picture:a.png\" alt=\"src=&quot;picture:b\">");
	struct span words;
	struct err e = { 0 };
	BUF_AUTO b;

	(void)state;
	assert_true(span_is(html_stored(m, clean, "/p/x/").markup,
		"<img src=\"/p/x/a.png\" alt=\"src=&quot;picture:b\">"));
	buf_init(&b, 1000);
	html_words(
		SPAN("<p>a&amp;b</p><p>c <math><mi>x</mi><annotation>\\x</annotation></math>"), &b);
	assert_int_equal(buf_finish(&b, &words, &e), 0);
	assert_true(span_is(words, "a&b c x "));
}

static void markdown(void **state)
{
	struct span out;
	struct err e = { 0 };
	BUF_AUTO b;

	(void)state;
	buf_init(&b, CLEAN_MAX_TEXT);
	assert_int_equal(
		markdown_html(
			m, SPAN("# A\n\nLet $a_1 < b_1$ and \\$5 <b>x</b>.\n\n$$x^2$$\n"), &b, &e),
		0);
	assert_int_equal(buf_finish(&b, &out, &e), 0);
	assert_true(span_is(out,
		"<h2>A</h2>\n<p>Let <span class=\"math inline\">a_1 &lt; b_1</span> and $5 x.</p>\n"
		"<p><span class=\"math display\">x^2</span></p>\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lists, setup, teardown),
		cmocka_unit_test_setup_teardown(again, setup, teardown),
		cmocka_unit_test_setup_teardown(deep, setup, teardown),
		cmocka_unit_test_setup_teardown(pictures, setup, teardown),
		cmocka_unit_test_setup_teardown(markdown, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
