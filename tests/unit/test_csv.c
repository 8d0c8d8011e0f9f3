#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/csv.h"

#define MOST 4

/* All records of a text, with | between fields, / behind each, and ! for a broken one. */
static const char *all(struct arena *m, const char *text)
{
	const char *out = "";
	struct span v[MOST];
	enum csv_result r;
	struct csv c;
	size_t n;

	csv_begin(&c, span_of(text));
	while ((r = csv_next(&c, m, v, MOST, &n)) != CSV_END) {
		for (size_t i = 0; r == CSV_RECORD && i < n && i < MOST; i++)
			out = arena_printf(
				m, "%s%s" SPAN_FMT, out, i > 0 ? "|" : "", SPAN_ARG(v[i]));
		out = arena_printf(m, "%s%s", out, r == CSV_RECORD ? "/" : "!");
	}
	return out;
}

static void records(void **state)
{
	static const struct {
		const char *text;
		const char *is;
	} cases[] = {
		{ "", "" },
		{ "\r\n\n", "" },
		{ "a,b", "a|b/" },
		{ "a , b \r\nc,d\r", "a|b/c|d/" },
		{ "a;b,c;d\n", "a|b,c|d/" },
		{ "a\tb\n1\t2", "a|b/1|2/" },
		{ "\"a,b\",\"c\nd\"\ne", "a,b|c\nd/e/" },
		{ "\"say \"\"hi\"\"\",x", "say \"hi\"|x/" },
		{ "\"\",\"\"\"\"", "|\"/" },
		{ "a,\"b\nc,d", "!c|d/" },
		{ "\"a\"b,c\nd", "!d/" },
		{ "a,\n", "a|/" },
		{ "a,b,c,d,e,f", "a|b|c|d/" },
	};
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(all(m, cases[i].text), cases[i].is);
	arena_free(m);
}

static void lines_are_counted(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct span v[MOST];
	struct csv c;
	size_t n;

	(void)state;
	csv_begin(&c, SPAN("a\n\n\"b\nb\"\r\n\"c\n\nd"));
	assert_int_equal(csv_next(&c, m, v, MOST, &n), CSV_RECORD);
	assert_int_equal(c.line, 1);
	assert_int_equal(csv_next(&c, m, v, MOST, &n), CSV_RECORD);
	assert_int_equal(c.line, 3);
	assert_int_equal(csv_next(&c, m, v, MOST, &n), CSV_BROKEN);
	assert_int_equal(c.line, 5);
	assert_int_equal(csv_next(&c, m, v, MOST, &n), CSV_RECORD);
	assert_int_equal(c.line, 7);
	arena_free(m);
}

/* Whatever is written is no formula, and comes back as it was. */
static void formulas(void **state)
{
	static const char *const texts[] = { "=1+1", "+49 30", "-2", "@SUM(A1)", "\tx", "\rx",
		"'=1", "''=1", "'plain", "plain", "", "a\"b", "=cmd|' /C calc'!A0", "\nx", "＝1+1",
		"＋1", "－1", "＠A1", "'＝1" };
	struct arena *m = arena_new(1 << 20);
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < countof(texts); i++) {
		struct span written;
		struct span v[1];
		struct csv c;
		size_t n;

		buf_reset(&b);
		csv_put(&b, span_of(texts[i]));
		buf_adds(&b, ",");
		assert_int_equal(buf_finish(&b, &written, &e), 0);
		assert_true(written.p[0] == '"');
		assert_null(memchr("=+-@\t\r\n", written.p[1], 7));
		assert_false(written.p[1] == '\xef'); // where the wide ones begin
		csv_begin(&c, written);
		assert_int_equal(csv_next(&c, m, v, 1, &n), CSV_RECORD);
		assert_true(span_is(csv_plain(v[0]), texts[i]));
	}
	arena_free(m);
}

static void encodings(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct span out;

	(void)state;
	assert_true(csv_decode(m,
			    SPAN("\xef\xbb\xbf"
				 "a"),
			    9, &out) &&
		    span_is(out, "a"));
	assert_true(csv_decode(m,
			    SPAN("\xff\xfe"
				 "a\0\xe9\0"),
			    9, &out) &&
		    span_is(out, "aé"));
	assert_true(csv_decode(m, SPAN("\xfe\xff\0a\xd8\x3d\xde\x00"), 9, &out));
	assert_true(span_is(out, "a😀"));
	assert_true(csv_decode(m, SPAN("\xfe\xff\xd8\x3d\0a"), 9, &out));
	assert_true(span_is(out, "\xef\xbf\xbd"
				 "a"));
	assert_true(csv_decode(m, SPAN("caf\xe9"), 9, &out) && out.n == 4);
	assert_false(csv_decode(m,
		SPAN("\xff\xfe"
		     "a\0b\0c\0"),
		2, &out));
	assert_false(csv_decode(m, SPAN("abc"), 2, &out));
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(formulas),
		cmocka_unit_test(encodings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
