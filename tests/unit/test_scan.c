#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/scan.h"

static void unsigned_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool ok;
		uint64_t value;
		const char *rest;
	} cases[] = {
		{ "0", 0, true, 0, "" },
		{ "007x", 9, true, 7, "x" },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX, "" },
		{ "18446744073709551616", UINT64_MAX, false, 0, "18446744073709551616" },
		{ "99999999999999999999999999", UINT64_MAX, false, 0,
			"99999999999999999999999999" },
		{ "10", 9, false, 0, "10" },
		{ "", 9, false, 0, "" },
		{ "+1", 9, false, 0, "+1" },
		{ "-1", 9, false, 0, "-1" },
		{ " 1", 9, false, 0, " 1" },
		{ "1 ", 9, true, 1, " " },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct span at = span_of(cases[i].text);
		uint64_t value = 0;

		assert_int_equal(scan_u64(&at, cases[i].max, &value), cases[i].ok);
		assert_true(value == cases[i].value);
		assert_true(span_is(at, cases[i].rest));
	}
}

static void signed_numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "-12", true, -12 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775807", true, -INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "-9223372036854775809", false, 0 },
		{ "--1", false, 0 },
		{ "-", false, 0 },
		{ "", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ "0x1", false, 0 },
		{ "1\n", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t value = 0;

		assert_int_equal(span_i64(span_of(cases[i].text), &value), cases[i].ok);
		assert_true(value == cases[i].value);
	}
}

static void whole_spans(void **state)
{
	uint64_t value = 5;

	(void)state;
	assert_true(span_u64(SPAN("12"), 12, &value));
	assert_true(value == 12);
	assert_false(span_u64(SPAN("13"), 12, &value));
	assert_false(span_u64(SPAN("1\0"), 12, &value));
	assert_false(span_u64(SPAN_NONE, 12, &value));
	assert_true(value == 12);
}

static void fixed_digits(void **state)
{
	struct span at = SPAN("20260301");
	int value;

	(void)state;
	assert_true(scan_digits(&at, 4, &value));
	assert_int_equal(value, 2026);
	assert_true(scan_digits(&at, 2, &value));
	assert_int_equal(value, 3);
	assert_false(scan_digits(&at, 3, &value));
	assert_true(span_is(at, "01"));
	at = SPAN("0000000001");
	assert_false(scan_digits(&at, 10, &value));
	assert_false(scan_digits(&at, 0, &value));
	assert_true(scan_digits(&at, 9, &value));
	assert_int_equal(value, 0);
	at = SPAN("1a");
	assert_false(scan_digits(&at, 2, &value));
	assert_true(span_is(at, "1a"));
}

static void pieces(void **state)
{
	struct span at = SPAN("key: value\nrest");
	struct span out;

	(void)state;
	assert_false(scan_until(&at, ':', 2, &out));
	assert_true(scan_until(&at, ':', 3, &out));
	assert_true(span_is(out, "key"));
	scan_space(&at);
	assert_false(scan_lit(&at, "valuer"));
	assert_true(scan_lit(&at, "val"));
	assert_true(scan_lit(&at, ""));
	assert_true(scan_char(&at, 'u'));
	assert_false(scan_char(&at, 'x'));
	assert_false(scan_until(&at, ';', 100, &out));
	assert_true(scan_until(&at, '\n', 100, &out));
	assert_true(span_is(out, "e"));
	assert_false(scan_end(&at));
	assert_true(scan_lit(&at, "rest"));
	assert_true(scan_end(&at));
	assert_false(scan_char(&at, '\0'));
	assert_false(scan_until(&at, 'x', 100, &out));
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static void runs_of_accepted_bytes(void **state)
{
	struct span at = SPAN("abc1");
	struct span out;

	(void)state;
	assert_false(scan_while(&at, is_letter, 2, &out)); // more than the largest length
	assert_true(scan_while(&at, is_letter, 3, &out));
	assert_true(span_is(out, "abc"));
	assert_false(scan_while(&at, is_letter, 3, &out)); // none
	assert_true(span_is(at, "1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_numbers),
		cmocka_unit_test(signed_numbers),
		cmocka_unit_test(whole_spans),
		cmocka_unit_test(fixed_digits),
		cmocka_unit_test(pieces),
		cmocka_unit_test(runs_of_accepted_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
