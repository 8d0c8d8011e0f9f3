#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/civil.h"

static void agrees_with_libc_over_eight_centuries(void **state)
{
	(void)state;
	for (int64_t t = -11676096000; t < 13569465600; t += 86400 * 3 + 12345) {
		time_t when = (time_t)t;
		struct tm tm;
		struct civil c = civil_at(t);

		assert_non_null(gmtime_r(&when, &tm));
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour, tm.tm_hour);
		assert_int_equal(c.minute, tm.tm_min);
		assert_int_equal(c.second, tm.tm_sec);
		assert_int_equal(c.weekday, tm.tm_wday == 0 ? 7 : tm.tm_wday);
		assert_true(civil_valid(&c));
		assert_int_equal(civil_unix(&c), t);
	}
}

static void known_days(void **state)
{
	(void)state;
	assert_int_equal(civil_days(1970, 1, 1), 0);
	assert_int_equal(civil_days(1969, 12, 31), -1);
	assert_int_equal(civil_days(2000, 2, 29), 11016);
	assert_int_equal(civil_days(2000, 3, 1), 11017);
	assert_int_equal(civil_weekday(0), 4);
	assert_int_equal(civil_weekday(-4), 7);
	assert_int_equal(civil_weekday(-11), 7);
}

static void months(void **state)
{
	(void)state;
	assert_int_equal(civil_month_days(2024, 2), 29);
	assert_int_equal(civil_month_days(2026, 2), 28);
	assert_int_equal(civil_month_days(1900, 2), 28);
	assert_int_equal(civil_month_days(2000, 2), 29);
	assert_int_equal(civil_month_days(2026, 12), 31);
	assert_int_equal(civil_month_days(2026, 0), 0);
	assert_int_equal(civil_month_days(2026, 13), 0);
}

static void refuses_what_no_calendar_has(void **state)
{
	static const struct civil wrong[] = {
		{ .year = 2026, .month = 13, .day = 1 },
		{ .year = 2026, .month = 0, .day = 1 },
		{ .year = 2026, .month = 2, .day = 29 },
		{ .year = 2026, .month = 4, .day = 31 },
		{ .year = 2026, .month = 4, .day = 0 },
		{ .year = 0, .month = 4, .day = 1 },
		{ .year = 10000, .month = 4, .day = 1 },
		{ .year = 2026, .month = 4, .day = 1, .hour = 24 },
		{ .year = 2026, .month = 4, .day = 1, .minute = 60 },
		{ .year = 2026, .month = 4, .day = 1, .second = 60 },
		{ .year = 2026, .month = 4, .day = 1, .hour = -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(civil_valid(&wrong[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libc_over_eight_centuries),
		cmocka_unit_test(known_days),
		cmocka_unit_test(months),
		cmocka_unit_test(refuses_what_no_calendar_has),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
