#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/span.h"

static void compares(void **state)
{
	(void)state;
	assert_true(span_eq(SPAN("a"), SPAN("a")));
	assert_false(span_eq(SPAN("a"), SPAN("b")));
	assert_false(span_eq(SPAN("a"), SPAN("ab")));
	assert_true(span_eq(SPAN(""), SPAN_NONE));
	assert_true(span_is(SPAN("x\0y"), "x") == false);
	assert_true(span_ieq(SPAN("Content-TYPE"), SPAN("content-type")));
	assert_false(span_ieq(SPAN("["), SPAN("{"))); // 0x5b and 0x7b differ by the case bit only
	assert_false(span_ieq(SPAN("@"), SPAN("`")));
	assert_false(span_ieq(SPAN("a"), SPAN("ab")));
}

static void begins_ends_has(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN("abc"), "ab"));
	assert_true(span_starts(SPAN("abc"), ""));
	assert_true(span_starts(SPAN_NONE, ""));
	assert_false(span_starts(SPAN("a"), "ab"));
	assert_true(span_ends(SPAN("abc"), "bc"));
	assert_false(span_ends(SPAN("c"), "bc"));
	assert_true(span_has(SPAN("a\0b"), '\0'));
	assert_false(span_has(SPAN("ab"), '\0'));
	assert_false(span_has(SPAN_NONE, 'a'));
}

static void picks_a_word(void **state)
{
	static const char *const words[] = { "one", "two" };

	(void)state;
	assert_ptr_equal(span_pick(SPAN("two"), words, countof(words)), words[1]);
	assert_null(span_pick(SPAN("tw"), words, countof(words)));
	assert_null(span_pick(SPAN_NONE, words, countof(words)));
}

static void trims_ascii_space_only(void **state)
{
	(void)state;
	assert_true(span_is(span_trim(SPAN(" \t\r\n\v\fa b \n")), "a b"));
	assert_int_equal(span_trim(SPAN("   ")).n, 0);
	assert_int_equal(span_trim(SPAN_NONE).n, 0);
	assert_true(span_is(span_trim(SPAN("\xc2\xa0x")), "\xc2\xa0x"));
}

static void sub_is_clamped(void **state)
{
	struct span s = SPAN("hello");

	(void)state;
	assert_true(span_is(span_sub(s, 1, 3), "ell"));
	assert_true(span_is(span_sub(s, 3, 100), "lo"));
	assert_true(span_is(span_sub(s, 2, SIZE_MAX), "llo"));
	assert_int_equal(span_sub(s, 5, 1).n, 0);
	assert_int_equal(span_sub(s, SIZE_MAX, SIZE_MAX).n, 0);
}

static void splits(void **state)
{
	static const struct {
		const char *text;
		const char *pieces[5];
	} cases[] = {
		{ "a,b,c", { "a", "b", "c" } },
		{ "", { "" } },
		{ ",", { "", "" } },
		{ "a,", { "a", "" } },
		{ ",,b", { "", "", "b" } },
		{ "abc", { "abc" } },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct span rest = span_of(cases[i].text);
		struct span piece;

		for (size_t k = 0; cases[i].pieces[k] != NULL; k++) {
			assert_true(span_split(&rest, ',', &piece));
			assert_true(span_is(piece, cases[i].pieces[k]));
		}
		assert_false(span_split(&rest, ',', &piece));
	}
}

static void of_nothing(void **state)
{
	(void)state;
	assert_null(span_of(NULL).p);
	assert_non_null(span_of("").p);
	assert_int_equal(span_of("abc").n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(begins_ends_has),
		cmocka_unit_test(picks_a_word),
		cmocka_unit_test(trims_ascii_space_only),
		cmocka_unit_test(sub_is_clamped),
		cmocka_unit_test(splits),
		cmocka_unit_test(of_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
