#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/month.h"
#include "base/when.h"
#include "os/zone_dir.h"

static struct arena *m;

static void lengths(void **state)
{
	static const struct {
		int64_t seconds;
		const char *length, *span, *iso;
	} cases[] = {
		{ 0, "under 1 min", "under 1 min", "PT0H" },
		{ 59, "under 1 min", "under 1 min", "PT0H0M59S" },
		{ 60, "1 min", "1 min", "PT0H1M" },
		{ 5400, "1 h 30 min", "1 h 30 min", "PT1H30M" },
		{ 7200, "2 h", "2 h", "PT2H" },
		{ 86400, "1 day", "1 d", "PT24H" },
		{ 864000, "10 days", "10 d", "PT240H" },
		{ 86400 + 3 * 3600 + 60, "1 day 3 h", "1 d 3 h", "PT27H1M" },
		{ 2 * 86400 + 59 * 60, "2 days", "2 d", "PT48H59M" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_string_equal(when_length(m, cases[i].seconds), cases[i].length);
		assert_string_equal(when_span(m, cases[i].seconds), cases[i].span);
		assert_string_equal(when_iso_length(m, cases[i].seconds), cases[i].iso);
	}
}

static void offsets(void **state)
{
	(void)state;
	assert_string_equal(when_offset(m, 0), "UTC");
	assert_string_equal(when_offset(m, 3600), "UTC+1");
	assert_string_equal(when_offset(m, -7 * 3600), "UTC-7");
	assert_string_equal(when_offset(m, 20700), "UTC+5:45");
	assert_string_equal(when_offset(m, -12600), "UTC-3:30");
}

static void local_times(void **state)
{
	const struct zone *tokyo = zone_dir_get(SPAN("Asia/Tokyo"));
	const struct zone *berlin = zone_dir_get(SPAN("Europe/Berlin"));
	int64_t at = 1792247700; // 2026-10-17 14:35 UTC

	(void)state;
	assert_string_equal(when_clock(m, tokyo, at), "23:35");
	assert_string_equal(when_stamp(m, berlin, at), "Sat 17 Oct 2026, 16:35");
	assert_string_equal(when_iso(m, at), "2026-10-17T14:35:00Z");
	assert_int_equal(when_local_day(tokyo, at + 1800), when_local_day(berlin, at) + 1);
	assert_string_equal(when_day(m, when_local_day(tokyo, at)), "Saturday, 17 October 2026");
	assert_string_equal(when_iso_day(m, when_local_day(tokyo, at + 1800)), "2026-10-18");
	assert_string_equal(when_date(m, when_local_day(tokyo, at)), "17 Oct 2026");
	assert_string_equal(when_month(m, 2026, 12), "December 2026");
	/* The day on which summer time ends has 25 hours. */
	at = when_local_day(berlin, 1792886400);
	assert_int_equal(when_day_begin(berlin, at + 1) - when_day_begin(berlin, at), 25 * 3600);
}

static void months(void **state)
{
	static const char *const wrong[] = { "", "2026", "2026-", "2026-1", "2026-00", "2026-13",
		"2026-012", " 2026-01", "-026-01" };
	int64_t month = 0;
	int64_t other;

	(void)state;
	assert_true(month_parse(SPAN("2026-12"), &month));
	assert_int_equal(month, month_of_day(civil_days(2026, 12, 31)));
	assert_int_equal(month + 1, month_of_day(civil_days(2027, 1, 1)));
	assert_int_equal(month_year(month), 2026);
	assert_int_equal(month_of_year(month), 12);
	assert_string_equal(month_text(m, month + 1), "2027-01");
	assert_string_equal(month_name(m, month + 1), "January 2027");
	for (size_t i = 0; i < countof(wrong); i++)
		assert_false(month_parse(span_of(wrong[i]), &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths),
		cmocka_unit_test(offsets),
		cmocka_unit_test(local_times),
		cmocka_unit_test(months),
	};

	m = arena_new(1 << 20);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
