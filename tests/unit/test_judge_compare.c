#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/compare.h"

/* Whatever the pieces, the end is the same: tried whole, byte by byte and in threes. */
static enum compare_fault faults(const char *flags, struct span answer, struct span output)
{
	static const size_t sizes[] = { SIZE_MAX, 1, 3 };
	enum compare_fault found[countof(sizes)];
	struct compare_flags f;
	struct compare_place place;
	struct err e = { .kind = ERR_NONE };
	static struct compare c;
	bool accepted;

	assert_int_equal(compare_flags_parse(span_of(flags), &f, &e), 0);
	for (size_t i = 0; i < countof(sizes); i++) {
		struct span rest = output;

		compare_init(&c, &f, answer);
		while (rest.n > 0) {
			compare_feed(&c, span_sub(rest, 0, sizes[i]));
			rest = span_sub(rest, sizes[i], rest.n);
		}
		accepted = compare_end(&c, &place);
		assert_int_equal(accepted, place.fault == COMPARE_SAME);
		found[i] = place.fault;
		assert_int_equal(found[i], found[0]);
	}
	return found[0];
}

static enum compare_fault fault(const char *flags, const char *answer, const char *output)
{
	return faults(flags, span_of(answer), span_of(output));
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(fault("", "1 2 3\n", "1 2 3\n"), COMPARE_SAME);
	assert_int_equal(fault("", "1 2 3\n", "  1\n2\t\t3"), COMPARE_SAME);
	assert_int_equal(fault("", "Yes\n", "yES\r\n"), COMPARE_SAME);
	assert_int_equal(fault("case_sensitive", "Yes\n", "yes\n"), COMPARE_WORD);
	assert_int_equal(fault("", "1 2 3\n", "1 2 4\n"), COMPARE_WORD);
	assert_int_equal(fault("", "12\n", "1 2\n"), COMPARE_WORD);
	assert_int_equal(fault("", "1 2\n", "12\n"), COMPARE_WORD);
	assert_int_equal(fault("", "1 2 3\n", "1 2\n"), COMPARE_MISSING);
	assert_int_equal(fault("", "1 2\n", ""), COMPARE_MISSING);
	assert_int_equal(fault("", "1 2\n", "1 2 3\n"), COMPARE_EXTRA);
	assert_int_equal(fault("", "", "x"), COMPARE_EXTRA);
	assert_int_equal(fault("", "", " \n"), COMPARE_SAME);
	assert_int_equal(fault("", " \n", ""), COMPARE_SAME);
	assert_int_equal(fault("", "1.0\n", "1\n"), COMPARE_WORD);
}

static void test_bytes(void **state)
{
	(void)state;
	assert_int_equal(faults("", SPAN("Hello\n"), SPAN("Hello\0\n")), COMPARE_WORD);
	assert_int_equal(faults("", SPAN("a\0b\n"), SPAN("a\0b")), COMPARE_SAME);
	assert_int_equal(faults("", SPAN("a\0b\n"), SPAN("a\0c")), COMPARE_WORD);
	assert_int_equal(fault("", "\xff\xfe", "\xff\xfe"), COMPARE_SAME);
	assert_int_equal(fault("", "\xc3\x84", "\xc3\xa4"), COMPARE_WORD); // only ASCII folds
	assert_int_equal(fault("", "a\vb\fc", "a b c"), COMPARE_SAME);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "0.5000001"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "0.50001"), COMPARE_TOO_FAR);
	assert_int_equal(fault("float_tolerance 1e-6", "1e9", "1000000500"), COMPARE_SAME);
	assert_int_equal(
		fault("float_absolute_tolerance 1e-6", "1e9", "1000000500"), COMPARE_TOO_FAR);
	assert_int_equal(fault("float_relative_tolerance 1e-6", "0", "1e-9"), COMPARE_TOO_FAR);
	assert_int_equal(fault("float_relative_tolerance 1e-6", "0", "-0.0"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "1", "1.0"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "1.", ".1e1"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "half"), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "0.5x"), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "nan"), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5", "inf"), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-6", "inf", "INF"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "nan", "0"), COMPARE_WORD);
	assert_int_equal(fault("float_tolerance 1e-6", "16", "0x10"), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-6", "0x10", "16"), COMPARE_WORD);
	assert_int_equal(fault("float_tolerance 1e-6", "0x1F", "0X1f"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "+.5", "5.e-1"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1e-6", "0.5 ok", "0.5 OK"), COMPARE_SAME);
	assert_int_equal(
		fault("float_tolerance 1e-6 case_sensitive", "0.5 ok", "0.5 OK"), COMPARE_WORD);
	assert_int_equal(fault("float_tolerance 0", "1e5000", "1e5000"), COMPARE_SAME);
	assert_int_equal(fault("float_tolerance 1", "1e5000", "2e5000"), COMPARE_WORD);
	/* As precise as the format's own validator. */
	assert_int_equal(fault("float_relative_tolerance 0.5", "1e400", "1.4e400"), COMPARE_SAME);
	assert_int_equal(
		fault("float_absolute_tolerance 1", "9007199254740992", "9007199254740993.5"),
		COMPARE_TOO_FAR);
	assert_int_equal(faults("float_tolerance 1", SPAN("1"), SPAN("1\0")), COMPARE_NOT_NUMBER);
}

static void test_long_numbers(void **state)
{
	static char text[COMPARE_MAX_NUMBER + 2];

	(void)state;
	memset(text, '0', COMPARE_MAX_NUMBER);
	text[1] = '.';
	assert_int_equal(fault("float_tolerance 1e-9", "0", text), COMPARE_SAME);
	text[COMPARE_MAX_NUMBER] = '0';
	assert_int_equal(fault("float_tolerance 1e-9", "0", text), COMPARE_NOT_NUMBER);
	assert_int_equal(fault("float_tolerance 1e-9", text, text), COMPARE_SAME);
}

static void test_spaces(void **state)
{
	(void)state;
	assert_int_equal(fault("space_change_sensitive", "1 2\n", "1 2\n"), COMPARE_SAME);
	assert_int_equal(fault("space_change_sensitive", "1 2\n", "1  2\n"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", "1 2\n", "1 2"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", "1 2", "1 2\n"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", " 1", "1"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", "1", " 1"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", "1\n2", "1\r\n2"), COMPARE_SPACE);
	assert_int_equal(fault("space_change_sensitive", "1\n", "1\n2"), COMPARE_EXTRA);
	assert_int_equal(fault("space_change_sensitive", "1\n2\n", "1\n"), COMPARE_MISSING);
	assert_int_equal(fault("space_change_sensitive float_tolerance 0.1", "1 2\n", "1.01 2\n"),
		COMPARE_SAME);
}

static void test_flags(void **state)
{
	static const char *const wrong[] = { "x", "float_tolerance", "float_tolerance x",
		"float_tolerance -1", "float_tolerance nan", "float_absolute_tolerance inf",
		"case_sensitive x", "float_relative_tolerance 1e-6x" };
	struct compare_flags f;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++) {
		e.kind = ERR_NONE;
		assert_int_equal(compare_flags_parse(span_of(wrong[i]), &f, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
	e.kind = ERR_NONE;
	assert_int_equal(
		compare_flags_parse(SPAN(" case_sensitive\tspace_change_sensitive "
					 "float_tolerance 1e-3 float_absolute_tolerance 2 "),
			&f, &e),
		0);
	assert_true(f.case_sensitive && f.space_sensitive && f.has_absolute && f.has_relative);
	assert_true(f.absolute == 2 && f.relative == 1e-3L);
}

static void test_the_place(void **state)
{
	struct compare_flags f = { 0 };
	struct compare_place place;
	static struct compare c;
	static char flood[1000];

	(void)state;
	compare_init(&c, &f, SPAN("one\ntwo\n\nthree\n"));
	compare_feed(&c, SPAN("one two\nfour\n"));
	assert_true(compare_differs(&c));
	assert_false(compare_end(&c, &place));
	assert_int_equal(place.line, 2);
	assert_int_equal(place.word, 3);
	assert_int_equal(place.answer_line, 4);
	assert_true(span_is((struct span){ place.expected, place.expected_size }, "three"));
	assert_true(span_is((struct span){ place.got, place.got_size }, "four"));

	memset(flood, 'x', sizeof(flood));
	compare_init(&c, &f, SPAN("1"));
	compare_feed(&c, (struct span){ flood, sizeof(flood) });
	assert_true(compare_differs(&c)); // no need for the word's end
	assert_false(compare_end(&c, &place));
	assert_int_equal(place.got_size, COMPARE_MAX_SHOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_long_numbers),
		cmocka_unit_test(test_spaces),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
