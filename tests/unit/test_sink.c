#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "jobs/kind.h"
#include "jobs/sink/apply.h"
#include "jobs/sink/sink.h"
#include "os/config.h"

static struct arena *mem;

static int start(void **state)
{
	(void)state;
	mem = arena_new(1 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

/* The ids stand in members' calendars: they must never change. */
static void test_event_ids_stay(void **state)
{
	struct span id = sink_event_id(mem, SPAN("codeforces:2261"), 0);

	(void)state;
	assert_int_equal(id.n, 52);
	for (size_t i = 0; i < id.n; i++)
		assert_non_null(memchr("0123456789abcdefghijklmnopqrstuv", id.p[i], 32));
	assert_string_equal(id.p, "64gv1jpv9mk77q2hv3i50iv1eolkvuu0qijbvmaq10o1s3d104r0");
	assert_true(span_eq(id, sink_event_id(mem, SPAN("codeforces:2261"), 0)));
	assert_false(span_eq(id, sink_event_id(mem, SPAN("codeforces:2261"), 1)));
	assert_false(span_eq(id, sink_event_id(mem, SPAN("codeforces:2262"), 0)));
}

static void test_reminders(void **state)
{
	struct calendar_link link = { .style = calendar_style_usual };

	(void)state;
	assert_int_equal(sink_reminder(&link, PLATFORM_CODEFORCES, 30), 30);
	link.style.reminders[PLATFORM_CODEFORCES] = CALENDAR_REMINDER_NONE;
	assert_int_equal(sink_reminder(&link, PLATFORM_CODEFORCES, 30), -1);
	link.style.reminders[PLATFORM_CODEFORCES] = 0;
	assert_int_equal(sink_reminder(&link, PLATFORM_CODEFORCES, 30), 0);
}

static void test_styles_are_read_with_care(void **state)
{
	struct calendar_style s;

	(void)state;
	calendar_style_read(SPAN("15,-1,-2,x,99999999,0"), SPAN("1,11,12,-1"), &s);
	assert_int_equal(s.reminders[0], 15);
	assert_int_equal(s.reminders[1], CALENDAR_REMINDER_NONE);
	for (int p = 2; p < 5; p++)
		assert_int_equal(s.reminders[p], CALENDAR_REMINDER_USUAL);
	assert_int_equal(s.reminders[5], 0);
	assert_int_equal(s.reminders[6], CALENDAR_REMINDER_USUAL);
	assert_int_equal(s.colours[1], CALENDAR_COLOUR_TOMATO);
	assert_int_equal(s.colours[2], CALENDAR_COLOUR_DEFAULT);
	assert_int_equal(s.colours[3], CALENDAR_COLOUR_DEFAULT);
}

static void test_tries_end(void **state)
{
	const struct config conf = { .sync_backoff_ms = 1 };
	const struct job_ctx c = { .conf = &conf };

	(void)state;
	assert_true(sink_pause(&c, 1, 0));
	assert_true(sink_pause(&c, 2, 0));
	assert_false(sink_pause(&c, 3, 0));
	assert_false(sink_pause(&c, 1, 3600));
}

static void test_sinks(void **state)
{
	(void)state;
	assert_ptr_equal(sink_of(CALENDAR_CALDAV), &sink_caldav);
	assert_ptr_equal(sink_of(CALENDAR_GOOGLE), &sink_google);
	assert_null(sink_of(CALENDAR_ICS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_ids_stay),
		cmocka_unit_test(test_reminders),
		cmocka_unit_test(test_styles_are_read_with_care),
		cmocka_unit_test(test_tries_end),
		cmocka_unit_test(test_sinks),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
