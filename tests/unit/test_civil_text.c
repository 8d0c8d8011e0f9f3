#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/civil_text.h"

static void rfc3339_read(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t us;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "1970-01-01t00:00:00z", true, 0 },
		{ "1970-01-01 00:00:00Z", true, 0 },
		{ "1969-12-31T23:59:59.999999Z", true, -1 },
		{ "2026-03-01T09:05:00+09:00", true, INT64_C(1772323500000000) },
		{ "2026-03-01T09:05:00+0900", true, INT64_C(1772323500000000) },
		{ "2026-03-01T00:05:00-00:00", true, INT64_C(1772323500000000) },
		{ "2026-02-28T18:35:00.5-05:30", true, INT64_C(1772323500500000) },
		{ "2026-03-01T00:05:00.1234567891Z", true, INT64_C(1772323500123456) },
		{ "2016-12-31T23:59:60Z", true, INT64_C(1483228800000000) },
		{ "9999-12-31T23:59:59Z", true, INT64_C(253402300799000000) },
		{ "9999-12-31T23:59:59-00:01", false, 0 },
		{ "0001-01-01T00:00:00Z", true, INT64_C(-62135596800000000) },
		{ "0001-01-01T00:00:00+00:01", false, 0 },
		{ "2024-02-29T00:00:00Z", true, INT64_C(1709164800000000) },
		{ "2023-02-29T00:00:00Z", false, 0 },
		{ "2100-02-29T00:00:00Z", false, 0 },
		{ "2026-13-01T00:00:00Z", false, 0 },
		{ "2026-00-01T00:00:00Z", false, 0 },
		{ "2026-01-32T00:00:00Z", false, 0 },
		{ "2026-01-01T24:00:00Z", false, 0 },
		{ "2026-01-01T23:60:00Z", false, 0 },
		{ "2026-01-01T23:59:61Z", false, 0 },
		{ "2026-01-01T00:00:00", false, 0 },
		{ "2026-01-01T00:00:00+24:00", false, 0 },
		{ "2026-01-01T00:00:00+09:60", false, 0 },
		{ "2026-01-01T00:00:00+9:00", false, 0 },
		{ "2026-01-01T00:00:00.Z", false, 0 },
		{ "2026-01-01T00:00Z", false, 0 },
		{ "2026-01-01T00:00:00Zx", false, 0 },
		{ " 2026-01-01T00:00:00Z", false, 0 },
		{ "26-01-01T00:00:00Z", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t us = 0;

		if (civil_parse_rfc3339(span_of(cases[i].text), &us) != cases[i].ok)
			fail_msg("%s", cases[i].text);
		assert_true(us == cases[i].us);
	}
}

static void rfc3339_written(void **state)
{
	char out[CIVIL_TEXT_SIZE];

	(void)state;
	civil_rfc3339(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00Z");
	civil_rfc3339(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59.999999Z");
	civil_rfc3339(INT64_C(1772323500000007), out);
	assert_string_equal(out, "2026-03-01T00:05:00.000007Z");
	civil_rfc3339(INT64_MAX, out);
	assert_memory_equal(out, "9999-12-31T23:59:59", 19);
	civil_rfc3339(INT64_MIN, out);
	assert_memory_equal(out, "0001-01-01T00:00:00", 19);
}

static void http_dates(void **state)
{
	static const char *const same[] = { "Sun, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994" };
	static const char *const wrong[] = { "", "Sun, 06 Nov 1994 08:49:37",
		"sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMTx",
		"Sun, 06 Nov 1994 08:49:37 +0000", "120", "Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994", "Sun, 06 Nov 1994 25:49:37 GMT" };
	char out[CIVIL_TEXT_SIZE];
	int64_t t = 0;

	(void)state;
	for (size_t i = 0; i < countof(same); i++) {
		t = 0;
		assert_true(civil_parse_http(span_of(same[i]), &t));
		assert_true(t == 784111777);
	}
	civil_http(784111777, out);
	assert_string_equal(out, same[0]);
	for (size_t i = 0; i < countof(wrong); i++) {
		if (civil_parse_http(span_of(wrong[i]), &t))
			fail_msg("%s", wrong[i]);
	}
	assert_true(civil_parse_http(SPAN("Friday, 31-Dec-99 23:59:59 GMT"), &t));
	assert_true(t == 946684799);
	assert_true(civil_parse_http(SPAN("Saturday, 01-Jan-00 00:00:00 GMT"), &t));
	assert_true(t == 946684800);
}

static void local_times(void **state)
{
	struct civil c;
	char out[CIVIL_TEXT_SIZE];

	(void)state;
	assert_true(civil_parse_local(SPAN("2026-03-01 09:05"), &c));
	assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second, 90500);
	assert_int_equal(c.weekday, 7);
	assert_true(civil_parse_local(SPAN("2026-03-01T09:05:07.25"), &c));
	assert_int_equal(c.second, 7);
	assert_false(civil_parse_local(SPAN("2026-03-01T09:05:07Z"), &c));
	assert_false(civil_parse_local(SPAN("2026-03-01T09:05:60"), &c));
	assert_false(civil_parse_local(SPAN("2026-03-01T09"), &c));
	assert_false(civil_parse_local(SPAN("2026-03-01"), &c));
	assert_int_equal(c.second, 7); // untouched by the failures
	assert_true(civil_parse_date(SPAN("2024-02-29"), &c));
	assert_int_equal(c.weekday, 4);
	assert_int_equal(c.hour + c.minute + c.second, 0);
	civil_date(&c, out);
	assert_string_equal(out, "2024-02-29");
	assert_false(civil_parse_date(SPAN("2024-2-29"), &c));
	assert_false(civil_parse_date(SPAN("2024-02-30"), &c));
	assert_false(civil_parse_date(SPAN("2024-02-29 "), &c));
}

static void basic_form_and_names(void **state)
{
	char out[CIVIL_TEXT_SIZE];

	(void)state;
	civil_basic(1772323500, out);
	assert_string_equal(out, "20260301T000500Z");
	assert_string_equal(civil_month_name(1), "January");
	assert_string_equal(civil_month_name(12), "December");
	assert_string_equal(civil_weekday_name(1), "Monday");
	assert_string_equal(civil_weekday_name(7), "Sunday");
	assert_string_equal(civil_month_name(0), "");
	assert_string_equal(civil_month_name(13), "");
	assert_string_equal(civil_weekday_name(0), "");
	assert_string_equal(civil_weekday_name(8), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339_read),
		cmocka_unit_test(rfc3339_written),
		cmocka_unit_test(http_dates),
		cmocka_unit_test(local_times),
		cmocka_unit_test(basic_form_and_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("civil_text", tests, NULL, NULL);
}
