#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/civil.h"
#include "base/cron.h"
#include "os/zone_dir.h"

static int64_t at(int year, int month, int day, int hour, int minute)
{
	struct civil c = {
		.year = year, .month = month, .day = day, .hour = hour, .minute = minute
	};

	return civil_unix(&c);
}

static struct cron parsed(const char *text)
{
	struct cron c;
	struct err e = { 0 };

	if (cron_parse(span_of(text), &c, &e) != 0)
		fail_msg("%s: %s", text, e.text);
	return c;
}

static void next_is(const char *schedule, const char *zone, int64_t after, int64_t expected)
{
	struct cron c = parsed(schedule);
	const struct zone *z = zone_dir_get(span_of(zone));

	assert_non_null(z);
	assert_int_equal(cron_next(&c, z, after), expected);
}

static void fields(void **state)
{
	int64_t now = at(2026, 11, 21, 12, 34); // a Saturday

	(void)state;
	next_is("* * * * *", "UTC", now, now + 60);
	next_is("* * * * *", "UTC", now + 1, now + 60);
	next_is("* * * * *", "UTC", now - 1, now);
	next_is("*/15 * * * *", "UTC", now, at(2026, 11, 21, 12, 45));
	next_is("5,50-52 * * * *", "UTC", now, at(2026, 11, 21, 12, 50));
	next_is("7/20 * * * *", "UTC", now, at(2026, 11, 21, 12, 47));
	next_is("0 */6 * * *", "UTC", now, at(2026, 11, 21, 18, 0));
	next_is("17 3 * * *", "UTC", now, at(2026, 11, 22, 3, 17));
	next_is("0 0 1 * *", "UTC", now, at(2026, 12, 1, 0, 0));
	next_is("0 0 * jan *", "UTC", now, at(2027, 1, 1, 0, 0));
	next_is("0 9 * * mon-fri", "UTC", now, at(2026, 11, 23, 9, 0));
	next_is("0 9 * * SAT-sun", "UTC", now, at(2026, 11, 22, 9, 0));
	next_is("0 9 * * 7", "UTC", now, at(2026, 11, 22, 9, 0));
	next_is("0 9 * * 0", "UTC", now, at(2026, 11, 22, 9, 0));
	next_is("0 9 * * 5-7/2", "UTC", now, at(2026, 11, 22, 9, 0));
	next_is("0 0 29 2 *", "UTC", now, at(2028, 2, 29, 0, 0));
	next_is(" \t1  2 3\t4 * ", "UTC", now, at(2027, 4, 3, 2, 1));
}

/* Day of the month and day of the week: one of them is enough when both are named. */
static void either_day(void **state)
{
	(void)state;
	next_is("0 0 13 * fri", "UTC", at(2026, 11, 21, 0, 0), at(2026, 11, 27, 0, 0));
	next_is("0 0 13 * fri", "UTC", at(2026, 12, 11, 0, 0), at(2026, 12, 13, 0, 0));
	next_is("0 0 13 * *", "UTC", at(2026, 11, 21, 0, 0), at(2026, 12, 13, 0, 0));
	next_is("0 0 * * fri", "UTC", at(2026, 11, 21, 0, 0), at(2026, 11, 27, 0, 0));
}

static void shorthands(void **state)
{
	int64_t now = at(2026, 11, 21, 12, 34);

	(void)state;
	next_is("@hourly", "UTC", now, at(2026, 11, 21, 13, 0));
	next_is("@daily", "UTC", now, at(2026, 11, 22, 0, 0));
	next_is("@midnight", "UTC", now, at(2026, 11, 22, 0, 0));
	next_is("@weekly", "UTC", now, at(2026, 11, 22, 0, 0));
	next_is("@monthly", "UTC", now, at(2026, 12, 1, 0, 0));
	next_is("@yearly", "UTC", now, at(2027, 1, 1, 0, 0));
	next_is("@ANNUALLY", "UTC", now, at(2027, 1, 1, 0, 0));
}

static void zones(void **state)
{
	(void)state;
	next_is("0 8 * * *", "Asia/Kolkata", at(2026, 11, 21, 0, 0), at(2026, 11, 21, 2, 30));
	next_is("0 0 * * *", "America/New_York", at(2026, 11, 21, 0, 0), at(2026, 11, 21, 5, 0));
	next_is("0 12 1 1 *", "Pacific/Auckland", at(2026, 11, 21, 0, 0), at(2026, 12, 31, 23, 0));
}

/* Berlin: 2027-03-28 02:00 becomes 03:00, 2027-10-31 03:00 becomes 02:00. */
static void clocks_go_forward(void **state)
{
	(void)state;
	next_is("30 2 * * *", "Europe/Berlin", at(2027, 3, 27, 12, 0), at(2027, 3, 28, 1, 30));
	next_is("30 2 * * *", "Europe/Berlin", at(2027, 3, 28, 1, 30), at(2027, 3, 29, 0, 30));
	next_is("30 1 * * *", "Europe/Berlin", at(2027, 3, 27, 12, 0), at(2027, 3, 28, 0, 30));
	next_is("*/20 * * * *", "Europe/Berlin", at(2027, 3, 28, 0, 40), at(2027, 3, 28, 1, 0));
	next_is("*/20 * * * *", "Europe/Berlin", at(2027, 3, 28, 1, 0), at(2027, 3, 28, 1, 20));
}

static void clocks_go_back(void **state)
{
	(void)state;
	next_is("30 2 * * *", "Europe/Berlin", at(2027, 10, 30, 12, 0), at(2027, 10, 31, 0, 30));
	next_is("30 2 * * *", "Europe/Berlin", at(2027, 10, 31, 0, 30), at(2027, 11, 1, 1, 30));
	next_is("30 2 * * *", "Europe/Berlin", at(2027, 10, 31, 1, 10), at(2027, 11, 1, 1, 30));
	next_is("30 * * * *", "Europe/Berlin", at(2027, 10, 31, 0, 30), at(2027, 10, 31, 1, 30));
	next_is("30 * * * *", "Europe/Berlin", at(2027, 10, 31, 1, 30), at(2027, 10, 31, 2, 30));
}

/* Half an hour there: the even schedule must not lose the minutes beside the jump. */
static void lord_howe(void **state)
{
	const struct zone *z = zone_dir_get(SPAN("Australia/Lord_Howe"));
	struct cron c = parsed("15,35 * * * *");
	int64_t t = at(2026, 10, 3, 12, 0);
	int runs = 0;

	(void)state;
	if (z == NULL)
		skip();
	while ((t = cron_next(&c, z, t)) < at(2026, 10, 4, 0, 0)) {
		int64_t minute = (t + zone_offset(z, t)) / 60 % 60;

		assert_true(minute == 15 || minute == 35);
		runs++;
	}
	assert_int_equal(runs, 24); // 25 on the clock face, and 02:15 is missing
}

/* Against the definition, minute by minute. */
static void agrees_with_a_plain_search(void **state)
{
	static const char *const texts[] = { "*/7 * * * *", "3 */5 * * *", "0 4 13 * 5",
		"59 23 28-31 * *", "0 0 * 2,10 sun" };
	const struct zone *z = zone_dir_get(SPAN("UTC"));

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct cron c = parsed(texts[i]);
		int64_t expected = at(2026, 1, 1, 0, 0) - 1;

		for (int64_t t = at(2026, 1, 1, 0, 0); t < at(2027, 6, 1, 0, 0); t += 60) {
			struct civil w = civil_at(t);
			bool date = (c.days >> w.day & 1) != 0;
			bool name = (c.weekdays >> w.weekday % 7 & 1) != 0;
			bool day = !c.any_day && !c.any_weekday ? date || name : date && name;

			if (!day || (c.months >> w.month & 1) == 0 ||
				(c.hours >> w.hour & 1) == 0 || (c.minutes >> w.minute & 1) == 0)
				continue;
			assert_int_equal(cron_next(&c, z, expected), t);
			expected = t;
		}
	}
}

static void refused(void **state)
{
	static const char *const texts[] = { "", " ", "* * * *", "* * * * * *", "60 * * * *",
		"* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *", "* * * * 8",
		"*/0 * * * *", "*/61 * * * *", "5-1 * * * *", "1,, * * * *", ",1 * * * *",
		"1, * * * *", "-1 * * * *", "a * * * *", "* * * foo *", "* * * * monday",
		"1- * * * *", "1-2-3 * * * *", "1/ * * * *", "** * * * *", "0 0 31 2 *",
		"0 0 30 feb *", "@reboot", "@", "@dailyy", "1.5 * * * *", "* * * * fri-mon",
		"99999999999999999999 * * * *" };
	struct cron c;

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct err e = { 0 };

		if (cron_parse(span_of(texts[i]), &c, &e) == 0)
			fail_msg("accepted: '%s'", texts[i]);
		assert_int_equal(e.kind, ERR_INVALID);
	}
}

static void too_long(void **state)
{
	char text[CRON_MAX_TEXT + 20];
	struct cron c;
	struct err e = { 0 };

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "* * * * *", 9);
	assert_int_equal(cron_parse((struct span){ text, CRON_MAX_TEXT }, &c, &e), 0);
	assert_int_equal(cron_parse((struct span){ text, CRON_MAX_TEXT + 1 }, &c, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(either_day),
		cmocka_unit_test(shorthands),
		cmocka_unit_test(zones),
		cmocka_unit_test(clocks_go_forward),
		cmocka_unit_test(clocks_go_back),
		cmocka_unit_test(lord_howe),
		cmocka_unit_test(agrees_with_a_plain_search),
		cmocka_unit_test(refused),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
