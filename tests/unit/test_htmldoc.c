#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/htmldoc.h"

static struct arena *mem;

static int start(void **state)
{
	(void)state;
	mem = arena_new(64 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static struct htmldoc *page(const char *text)
{
	struct htmldoc *d;
	struct err e = { 0 };

	if (htmldoc_parse(span_of(text), &d, &e) != 0)
		fail_msg("%s: %s", text, e.text);
	return d;
}

static struct htmldoc_nodes find(
	struct htmldoc *d, const struct htmldoc_node *from, const char *xpath)
{
	struct htmldoc_nodes nodes;
	struct err e = { 0 };

	if (htmldoc_find(d, mem, from, xpath, &nodes, &e) != 0)
		fail_msg("%s: %s", xpath, e.text);
	return nodes;
}

static const char table[] =
	"<!DOCTYPE html><html><head><meta charset='shift_jis'></head><body>"
	"<div id='contest-table-recent'><table><tbody><tr><td>old</td></tr></tbody></table></div>"
	"<div id=contest-table-upcoming><h3>Upcoming</h3><table><thead><tr><th>x</th></tr></thead>"
	"<tbody><tr><td class=\"c\"><a href='http://t/?a=1&amp;b=2' target=blank>"
	"<time>2026-06-13 21:00:00+0900</time></a></td>"
	"<td><span title=Algorithm>(A)</span> <a href='/contests/abc462'>Code\xe9\x9b\xaa &amp;\n"
	"\t  <b>Queen</b>&#39;s</a></td><td> 01:40 </td></tr>"
	"<tr><td>broken<td>unclosed <a href=/contests/x>X</a></tbody></table></div>";

static void rows_and_cells(void **state)
{
	HTMLDOC_AUTO d = page(table);
	struct htmldoc_nodes rows = find(d, NULL, "//div[@id='contest-table-upcoming']//tbody/tr");
	const struct htmldoc_node *link;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(rows.n, 2);
	assert_int_equal(htmldoc_first(d, mem, rows.v[0], "td[2]//a", &link, &e), 0);
	assert_true(span_is(htmldoc_attr(mem, link, "href"), "/contests/abc462"));
	assert_true(span_is(htmldoc_text(mem, link), "Code\xe9\x9b\xaa & Queen's"));
	assert_null(htmldoc_attr(mem, link, "title").p);
	assert_int_equal(htmldoc_first(d, mem, rows.v[0], "td[1]//a", &link, &e), 0);
	assert_true(span_is(htmldoc_attr(mem, link, "href"), "http://t/?a=1&b=2"));
	assert_int_equal(htmldoc_first(d, mem, rows.v[0], "td[3]", &link, &e), 0);
	assert_true(span_is(htmldoc_text(mem, link), "01:40"));
	assert_int_equal(find(d, rows.v[1], "td").n, 2);
	assert_int_equal(htmldoc_first(d, mem, rows.v[1], "td[9]", &link, &e), 0);
	assert_null(link);
	assert_null(htmldoc_text(mem, link).p);
	assert_null(htmldoc_attr(mem, link, "href").p);
	assert_int_equal(find(d, NULL, "//div[starts-with(@id,'contest-table-')]").n, 2);
	assert_int_equal(find(d, NULL, "//td/text()").n, 0); // texts and attributes are no elements
	assert_int_equal(find(d, NULL, "//@href").n, 0);
}

static void text_stays_inside_its_element(void **state)
{
	HTMLDOC_AUTO d = page("<p id=a>one<br>two<i>  three</i> </p><p>four</p>");
	struct htmldoc_nodes p = find(d, NULL, "//p");

	(void)state;
	assert_int_equal(p.n, 2);
	assert_true(span_is(htmldoc_text(mem, p.v[0]), "onetwo three"));
	assert_true(span_is(htmldoc_text(mem, p.v[1]), "four"));
	assert_int_equal(find(d, p.v[0], ".//i").n, 1);
	assert_int_equal(find(d, p.v[1], ".//i").n, 0);
	assert_true(span_is(htmldoc_text(mem, find(d, NULL, "//br").v[0]), ""));
}

static void what_is_no_page_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "\n\n", "<!-- only -->", "<!DOCTYPE html>" };
	struct htmldoc *d;
	struct err e;

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		e = (struct err){ 0 };
		if (htmldoc_parse(span_of(texts[i]), &d, &e) == 0)
			fail_msg("accepted: %s", texts[i]);
		assert_null(d);
	}
	htmldoc_free(&d);
}

static void bytes_of_any_sort_are_survived(void **state)
{
	char all[2 * 256 + 16];
	size_t n = 0;
	struct htmldoc *d;
	struct err e = { 0 };

	(void)state;
	memcpy(all, "<p>", 3);
	for (n = 3; n < 3 + 256; n++)
		all[n] = (char)(n - 3);
	if (htmldoc_parse((struct span){ all, n }, &d, &e) == 0) {
		struct htmldoc_nodes p = find(d, NULL, "//p");

		if (p.n > 0)
			htmldoc_text(mem, p.v[0]);
	}
	htmldoc_free(&d);
}

static void fill(struct buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_adds(b, text);
}

static enum err_kind parse_repeated(const char *text, size_t n)
{
	BUF_AUTO b;
	struct span whole;
	struct htmldoc *d;
	struct err e = { 0 };

	buf_init(&b, 64 << 20);
	fill(&b, text, n);
	assert_int_equal(buf_finish(&b, &whole, &e), 0);
	if (htmldoc_parse(whole, &d, &e) == 0)
		htmldoc_free(&d);
	return e.kind;
}

static void size_nodes_and_depth_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(parse_repeated("x", HTMLDOC_MAX_TEXT + 1), ERR_LIMIT);
	assert_int_equal(parse_repeated("<p>a", 1000), ERR_NONE);
	assert_int_equal(parse_repeated("<p>a", HTMLDOC_MAX_NODES), ERR_LIMIT);
	assert_int_equal(parse_repeated("<div>", 100), ERR_NONE);
	assert_int_equal(parse_repeated("<div>", 100000), ERR_LIMIT);
}

static void paths_are_bounded(void **state)
{
	BUF_AUTO b;
	struct span whole;
	struct htmldoc *d;
	struct htmldoc_nodes nodes;
	struct err e = { 0 };

	(void)state;
	buf_init(&b, 1 << 20);
	fill(&b, "<p>a</p>", 20000);
	assert_int_equal(buf_finish(&b, &whole, &e), 0);
	assert_int_equal(htmldoc_parse(whole, &d, &e), 0);
	assert_int_equal(find(d, NULL, "//p").n, 20000);
	assert_int_equal(
		htmldoc_find(d, mem, NULL, "//p[count(preceding::p) > 50000]", &nodes, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	e = (struct err){ 0 };
	assert_int_equal(htmldoc_find(d, mem, NULL, "//p[", &nodes, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(htmldoc_find(d, mem, NULL, "count(//p)", &nodes, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_int_equal(find(d, NULL, "//p").n, 20000); // a refused path leaves no trace
	htmldoc_free(&d);
}

static void nothing_is_loaded(void **state)
{
	HTMLDOC_AUTO d = page("<!DOCTYPE html SYSTEM 'http://127.0.0.1:1/x.dtd' [<!ENTITY e SYSTEM "
			      "'file:///etc/passwd'>]><p>&e;</p>"
			      "<xi:include href='file:///etc/passwd' parse='text'/>");

	(void)state;
	assert_null(strstr(htmldoc_text(mem, find(d, NULL, "//html").v[0]).p, "root:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_cells),
		cmocka_unit_test(text_stays_inside_its_element),
		cmocka_unit_test(what_is_no_page_is_refused),
		cmocka_unit_test(bytes_of_any_sort_are_survived),
		cmocka_unit_test(size_nodes_and_depth_are_bounded),
		cmocka_unit_test(paths_are_bounded),
		cmocka_unit_test(nothing_is_loaded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
