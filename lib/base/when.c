#include "base/when.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/civil_text.h"
#include "base/digits.h"

enum {
	MINUTE_S = 60,
	HOUR_S = 3600,
	DAY_S = 86400
};

static struct civil local(const struct zone *z, int64_t unix_s)
{
	return civil_at(unix_s + zone_offset(z, unix_s));
}

static struct civil day_fields(int64_t day)
{
	return civil_at(day * DAY_S);
}

#define STAMP_SIZE 64 // "Wed 30 Sep 2026, 23:59" and any year that fits an int

static const char *keep(struct arena *m, const char *text, const char *end)
{
	return arena_dup(m, (struct span){ text, (size_t)(end - text) });
}

static char *put_clock(char *at, const struct civil *c)
{
	at = digits_put(at, (unsigned)c->hour, 2);
	*at++ = ':';
	return digits_put(at, (unsigned)c->minute, 2);
}

static char *put_short_day(char *at, const struct civil *c)
{
	at = digits_word(at, civil_weekday_name(c->weekday), 3);
	*at++ = ' ';
	at = digits_put(at, (unsigned)c->day, 1);
	*at++ = ' ';
	return digits_word(at, civil_month_name(c->month), 3);
}

const char *when_clock(struct arena *m, const struct zone *z, int64_t unix_s)
{
	struct civil c = local(z, unix_s);
	char text[STAMP_SIZE];

	return keep(m, text, put_clock(text, &c));
}

const char *when_day(struct arena *m, int64_t day)
{
	struct civil c = day_fields(day);

	return arena_printf(m, "%s, %d %s %d", civil_weekday_name(c.weekday), c.day,
		civil_month_name(c.month), c.year);
}

const char *when_short_day(struct arena *m, int64_t day)
{
	struct civil c = day_fields(day);
	char text[STAMP_SIZE];

	return keep(m, text, put_short_day(text, &c));
}

const char *when_date(struct arena *m, int64_t day)
{
	struct civil c = day_fields(day);

	return arena_printf(m, "%d %.3s %d", c.day, civil_month_name(c.month), c.year);
}

const char *when_stamp(struct arena *m, const struct zone *z, int64_t unix_s)
{
	struct civil c = local(z, unix_s);
	char text[STAMP_SIZE];
	char *at = put_short_day(text, &c);

	*at++ = ' ';
	at = digits_put(at, (unsigned)c.year, 1);
	*at++ = ',';
	*at++ = ' ';
	return keep(m, text, put_clock(at, &c));
}

const char *when_offset(struct arena *m, int32_t east_s)
{
	int minutes = abs(east_s) / MINUTE_S;
	char sign = east_s < 0 ? '-' : '+';

	if (minutes == 0)
		return "UTC";
	if (minutes % 60 == 0)
		return arena_printf(m, "UTC%c%d", sign, minutes / 60);
	return arena_printf(m, "UTC%c%d:%02d", sign, minutes / 60, minutes % 60);
}

const char *when_month(struct arena *m, int year, int month)
{
	return arena_printf(m, "%s %d", civil_month_name(month), year);
}

const char *when_iso(struct arena *m, int64_t unix_s)
{
	char text[CIVIL_TEXT_SIZE];

	civil_rfc3339(unix_s * 1000000, text);
	return arena_dup(m, span_of(text));
}

const char *when_iso_day(struct arena *m, int64_t day)
{
	struct civil c = day_fields(day);
	char text[CIVIL_TEXT_SIZE];

	civil_date(&c, text);
	return arena_dup(m, span_of(text));
}

const char *when_iso_length(struct arena *m, int64_t seconds)
{
	long long hours = seconds / HOUR_S;
	long long minutes = seconds % HOUR_S / MINUTE_S;
	long long rest = seconds % MINUTE_S;

	if (rest != 0)
		return arena_printf(m, "PT%lldH%lldM%lldS", hours, minutes, rest);
	if (minutes != 0)
		return arena_printf(m, "PT%lldH%lldM", hours, minutes);
	return arena_printf(m, "PT%lldH", hours);
}

/* n and its unit, then the next smaller unit unless it is zero. */
static const char *two_units(
	struct arena *m, int64_t seconds, const char *one_day, const char *days)
{
	long long d = seconds / DAY_S;
	long long h = seconds % DAY_S / HOUR_S;
	long long min = seconds % HOUR_S / MINUTE_S;

	if (d > 0 && h > 0)
		return arena_printf(m, "%lld %s %lld h", d, d == 1 ? one_day : days, h);
	if (d > 0)
		return arena_printf(m, "%lld %s", d, d == 1 ? one_day : days);
	if (h > 0 && min > 0)
		return arena_printf(m, "%lld h %lld min", h, min);
	if (h > 0)
		return arena_printf(m, "%lld h", h);
	if (min > 0)
		return arena_printf(m, "%lld min", min);
	return "under 1 min";
}

const char *when_length(struct arena *m, int64_t seconds)
{
	return two_units(m, seconds, "day", "days");
}

const char *when_span(struct arena *m, int64_t seconds)
{
	return two_units(m, seconds, "d", "d");
}

int64_t when_local_day(const struct zone *z, int64_t unix_s)
{
	struct civil c = local(z, unix_s);

	return civil_days(c.year, c.month, c.day);
}

int64_t when_day_begin(const struct zone *z, int64_t day)
{
	return zone_unix(z, day * DAY_S);
}
