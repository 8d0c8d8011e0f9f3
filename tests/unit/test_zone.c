#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/zone.h"
#include "os/zone_dir.h"

static const struct zone *zone(const char *name)
{
	const struct zone *z = zone_dir_get(span_of(name));

	assert_non_null(z);
	return z;
}

static long libc_offset(int64_t unix_s)
{
	time_t when = (time_t)unix_s;
	struct tm tm;

	assert_non_null(localtime_r(&when, &tm));
	return tm.tm_gmtoff;
}

static void agrees_with_libc_in_every_zone(void **state)
{
	struct arena *m = arena_new(1 << 20);
	const struct span *names;
	size_t n = zone_dir_names(m, &names);

	(void)state;
	assert_true(n > 300);
	for (size_t i = 0; i < n; i++) {
		const char *name = arena_dup(m, names[i]);
		const struct zone *z = zone(name);

		setenv("TZ", name, 1);
		tzset();
		for (int64_t t = ZONE_SINCE; t < 4102444800; t += 5 * 86400 + 3617)
			if (zone_offset(z, t) != libc_offset(t))
				fail_msg("%s at %lld: %d, libc says %ld", name, (long long)t,
					zone_offset(z, t), libc_offset(t));
	}
	unsetenv("TZ");
	tzset();
	arena_free(m);
}

static int64_t local(int year, int month, int day, int hour, int minute)
{
	struct civil c = {
		.year = year, .month = month, .day = day, .hour = hour, .minute = minute
	};

	return civil_unix(&c);
}

static void changes_to_the_second(void **state)
{
	const struct zone *berlin = zone("Europe/Berlin");
	const struct zone *howe = zone("Australia/Lord_Howe");

	(void)state;
	assert_int_equal(zone_offset(berlin, local(2026, 10, 25, 1, 0) - 1), 7200);
	assert_int_equal(zone_offset(berlin, local(2026, 10, 25, 1, 0)), 3600);
	assert_int_equal(zone_offset(berlin, local(2055, 3, 28, 1, 0) - 1), 3600);
	assert_int_equal(zone_offset(berlin, local(2055, 3, 28, 1, 0)), 7200);
	assert_int_equal(zone_offset(howe, local(2026, 7, 1, 0, 0)), 37800);
	assert_int_equal(zone_offset(howe, local(2026, 12, 1, 0, 0)), 39600);
	assert_int_equal(zone_offset(zone("Asia/Kolkata"), 0), 19800);
	assert_int_equal(zone_offset(zone("UTC"), local(2026, 7, 1, 0, 0)), 0);
}

static void clock_times_back_to_moments(void **state)
{
	const struct zone *z = zone("Europe/Berlin");

	(void)state;
	assert_int_equal(zone_unix(z, local(2026, 7, 1, 12, 0)), local(2026, 7, 1, 10, 0));
	assert_int_equal(zone_unix(z, local(2026, 1, 1, 0, 0)), local(2025, 12, 31, 23, 0));
	/* Shown twice: the earlier one. */
	assert_int_equal(zone_unix(z, local(2026, 10, 25, 2, 30)), local(2026, 10, 25, 0, 30));
	assert_int_equal(zone_unix(z, local(2026, 10, 25, 3, 0)), local(2026, 10, 25, 2, 0));
	/* Skipped: 2:30 is half an hour after the jump. */
	assert_int_equal(zone_unix(z, local(2026, 3, 29, 2, 30)), local(2026, 3, 29, 1, 30));
	assert_int_equal(zone_unix(z, local(2026, 3, 29, 3, 0)), local(2026, 3, 29, 1, 0));
	/* A whole day that never was. */
	z = zone("Pacific/Apia");
	assert_int_equal(zone_unix(z, local(2011, 12, 31, 0, 0)), local(2011, 12, 30, 10, 0));
}

static void names(void **state)
{
	static const char *const good[] = { "UTC", "Europe/Berlin",
		"America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince" };
	static const char *const bad[] = { "", "/", "/etc/passwd", "../passwd", "Europe/../Berlin",
		"Europe//Berlin", "Europe/", "Europe/Ber lin", "posix/UTC", "right/UTC", "a\nb",
		"Europe/Berlin;",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		assert_true(zone_name_ok(span_of(good[i])));
		assert_string_equal(zone(good[i])->name, good[i]);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		assert_false(zone_name_ok(span_of(bad[i])));
		assert_null(zone_dir_get(span_of(bad[i])));
	}
	assert_null(zone_dir_get(SPAN("Europe/Atlantis")));
	assert_null(zone_dir_get(SPAN("Europe")));
	assert_null(zone_dir_get(SPAN("zone.tab")));
	assert_string_equal(zone("Asia/Calcutta")->name, "Asia/Calcutta");
	assert_int_equal(zone_offset(zone("Asia/Calcutta"), 1800000000), 19800);
}

static void more_zones_than_are_kept(void **state)
{
	struct arena *m = arena_new(1 << 20);
	const struct span *list;
	size_t n = zone_dir_names(m, &list);

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n; i++)
			assert_true(span_is(list[i], zone_dir_get(list[i])->name));
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(arena_dup(m, list[i - 1]), arena_dup(m, list[i])) < 0);
	arena_free(m);
}

/* No type other than the first: offset from the header on, then the rule alone decides. */
static size_t make_file(char *out, const char *rule)
{
	static const char header[44] = { 'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1 };
	static const char type[7] = { 0 };
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		memcpy(out + n, header, sizeof(header));
		n += sizeof(header);
		memcpy(out + n, type, sizeof(type));
		n += sizeof(type);
	}
	out[n++] = '\n';
	memcpy(out + n, rule, strlen(rule));
	n += strlen(rule);
	out[n++] = '\n';
	return n;
}

static void rules(void **state)
{
	static const struct {
		const char *rule;
		int64_t at;
		int32_t offset;
	} good[] = {
		{ "EST5EDT", 0, -1 },
		{ "EST5EDT,M3.2.0,M11.1.0", 1772953200 - 1, -18000 },
		{ "EST5EDT,M3.2.0,M11.1.0", 1772953200, -14400 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774745999, -7200 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774746000, -3600 },
		{ "XXX3EDT4,0/0,J365/23", 1772953200, -14400 },
		{ "AAA-5:45:30", 1772953200, 20730 },
		{ "", 1772953200, 0 },
	};
	static const char *const bad[] = { "E5", "EST", "EST5EDT,", "EST5EDT,M13.1.0,M1.1.0",
		"EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
		"EST5EDT,M3.2.0", "EST5EDT,M3.2.0,M11.1.0x", "EST999", "EST5:60", "<EST5",
		"EST5EDT,J0,J1", "EST5EDT,366,J1", "EST5EDT,M3.2.0/168,M11.1.0" };
	char file[256];
	struct zone z;

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		struct err e = { 0 };
		size_t n = make_file(file, good[i].rule);
		int result = zone_parse((struct span){ file, n }, SPAN("X/Y"), &z, &e);

		assert_int_equal(result, good[i].offset == -1 ? -1 : 0);
		if (result == 0)
			assert_int_equal(zone_offset(&z, good[i].at), good[i].offset);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct err e = { 0 };
		size_t n = make_file(file, bad[i]);

		assert_int_equal(zone_parse((struct span){ file, n }, SPAN("X/Y"), &z, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
}

static void cut_off_files(void **state)
{
	char file[256];
	size_t n = make_file(file, "CET-1CEST,M3.5.0,M10.5.0/3");
	struct zone z;

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct err e = { 0 };
		char *copy = malloc(cut + 1);

		memcpy(copy, file, cut);
		assert_int_equal(zone_parse((struct span){ copy, cut }, SPAN("X"), &z, &e), -1);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libc_in_every_zone),
		cmocka_unit_test(changes_to_the_second),
		cmocka_unit_test(clock_times_back_to_moments),
		cmocka_unit_test(names),
		cmocka_unit_test(more_zones_than_are_kept),
		cmocka_unit_test(rules),
		cmocka_unit_test(cut_off_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
