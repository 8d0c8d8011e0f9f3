/*
 * Fields become sets of bits. The next time is searched on the clock face, day by day and then
 * within the day, and turned into a moment at the end; only a schedule of every hour is searched
 * in real time, because there the clock face may show an hour twice or not at all.
 */
#include "base/cron.h"

#include "base/civil.h"
#include "base/scan.h"

#define DAY          86400
#define ALL_HOURS    0xffffffu
#define SEARCH_YEARS 8 // between two 29 February there are at most eight
#define NEVER        INT64_MAX

struct field {
	const char *name;
	unsigned least;
	unsigned most;
	const char *const *names; // of least and on; NULL at the end
};

static const char *const month_names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
	"sep", "oct", "nov", "dec", NULL };
static const char *const day_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

static const struct field fields[] = {
	{ "minute", 0, 59, NULL },
	{ "hour", 0, 23, NULL },
	{ "day of the month", 1, 31, NULL },
	{ "month", 1, 12, month_names },
	{ "day of the week", 0, 7, day_names },
};

static const char *const shorthands[][2] = {
	{ "@yearly", "0 0 1 1 *" },
	{ "@annually", "0 0 1 1 *" },
	{ "@monthly", "0 0 1 * *" },
	{ "@weekly", "0 0 * * 0" },
	{ "@daily", "0 0 * * *" },
	{ "@midnight", "0 0 * * *" },
	{ "@hourly", "0 * * * *" },
};

static bool read_value(struct span *at, const struct field *f, unsigned *out)
{
	uint64_t v;

	if (scan_u64(at, f->most, &v)) {
		*out = (unsigned)v;
		return v >= f->least;
	}
	for (unsigned i = 0; f->names != NULL && f->names[i] != NULL; i++) {
		if (at->n >= 3 && span_ieq(span_sub(*at, 0, 3), span_of(f->names[i]))) {
			*at = span_sub(*at, 3, at->n - 3);
			*out = f->least + i;
			return true;
		}
	}
	return false;
}

/* One piece of a list: * | value | value-value, each with /step. */
static bool read_piece(struct span at, const struct field *f, uint64_t *bits)
{
	unsigned from = f->least, to = f->most;
	uint64_t step = 1;
	bool open = false;

	if (!scan_char(&at, '*')) {
		if (!read_value(&at, f, &from))
			return false;
		to = from;
		open = true;
		if (scan_char(&at, '-')) {
			open = false;
			if (!read_value(&at, f, &to))
				return false;
			if (f->names == day_names && to == 0 && from > 0)
				to = 7; // sat-sun
		}
	}
	if (scan_char(&at, '/')) {
		if (!scan_u64(&at, f->most, &step) || step == 0)
			return false;
		if (open)
			to = f->most;
	}
	if (!scan_end(&at) || to < from)
		return false;
	for (uint64_t v = from; v <= to; v += step)
		*bits |= UINT64_C(1) << v;
	return true;
}

static int read_field(struct span text, const struct field *f, uint64_t *bits, struct err *e)
{
	struct span rest = text, piece;

	*bits = 0;
	if (text.n > 0 && text.p[text.n - 1] == ',')
		return err_set(e, ERR_INVALID, "the %s of the schedule ends in a comma", f->name);
	while (span_split(&rest, ',', &piece))
		if (!read_piece(piece, f, bits))
			return err_set(e, ERR_INVALID, "'" SPAN_FMT "' is no %s of a schedule",
				SPAN_ARG(span_sub(piece, 0, 40)), f->name);
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool next_word(struct span *at, struct span *out)
{
	size_t n = 0;

	scan_space(at);
	while (n < at->n && !is_blank(at->p[n]))
		n++;
	*out = span_sub(*at, 0, n);
	*at = span_sub(*at, n, at->n - n);
	return n > 0;
}

static bool day_fits(const struct cron *c, int64_t day)
{
	struct civil when = civil_at(day * DAY);
	bool by_date = (c->days >> when.day & 1) != 0;
	bool by_name = (c->weekdays >> when.weekday % 7 & 1) != 0;

	if ((c->months >> when.month & 1) == 0)
		return false;
	if (!c->any_day && !c->any_weekday)
		return by_date || by_name;
	return by_date && by_name;
}

/* The first time on the clock face at or after local_s; NEVER if there is none. */
static int64_t next_local(const struct cron *c, int64_t local_s)
{
	int64_t minute = local_s / 60 + (local_s % 60 > 0);
	int64_t day = minute / 1440 - (minute % 1440 < 0);
	int64_t end = day + SEARCH_YEARS * 366;

	minute -= day * 1440;
	for (; day < end; day++, minute = 0) {
		if (!day_fits(c, day))
			continue;
		for (; minute < 1440; minute++) {
			if ((c->hours >> minute / 60 & 1) == 0)
				minute += 59 - minute % 60;
			else if ((c->minutes >> minute % 60 & 1) != 0)
				return day * DAY + minute * 60;
		}
	}
	return NEVER;
}

int cron_parse(struct span text, struct cron *out, struct err *e)
{
	uint64_t bits[countof(fields)];
	struct span words[countof(fields)];
	struct span rest = span_trim(text);
	struct span more;

	if (text.n > CRON_MAX_TEXT)
		return err_set(e, ERR_INVALID, "the schedule is over %d bytes", CRON_MAX_TEXT);
	for (size_t i = 0; i < countof(shorthands); i++)
		if (span_ieq(rest, span_of(shorthands[i][0])))
			rest = span_of(shorthands[i][1]);
	if (rest.n > 0 && rest.p[0] == '@')
		return err_set(e, ERR_INVALID, "there is no schedule '" SPAN_FMT "'",
			SPAN_ARG(span_sub(rest, 0, 40)));
	for (size_t i = 0; i < countof(fields); i++) {
		if (!next_word(&rest, &words[i]))
			return err_set(e, ERR_INVALID, "a schedule has five fields");
		if (read_field(words[i], &fields[i], &bits[i], e) != 0)
			return -1;
	}
	if (next_word(&rest, &more))
		return err_set(e, ERR_INVALID, "a schedule has five fields");
	*out = (struct cron){
		.minutes = bits[0],
		.hours = (uint32_t)bits[1],
		.days = (uint32_t)bits[2],
		.months = (uint16_t)bits[3],
		.weekdays = (uint8_t)((bits[4] | bits[4] >> 7) & 0x7f),
		.any_day = span_is(words[2], "*"),
		.any_weekday = span_is(words[4], "*"),
	};
	if (next_local(out, 0) == NEVER)
		return err_set(e, ERR_INVALID, "the schedule names a date that never comes");
	return 0;
}

/* Every hour is named: only days and minutes decide, and real time runs evenly. */
static int64_t next_even(const struct cron *c, const struct zone *z, int64_t after_s)
{
	int64_t t = after_s - after_s % 60 + (after_s % 60 < 0 ? 0 : 60);

	for (;;) {
		int64_t local = t + zone_offset(z, t);
		int64_t found = next_local(c, local);
		int64_t step = found - local;

		if (found == NEVER)
			return NEVER;
		if (step == 0)
			return t;
		/* By minutes when near, because the clocks may jump on the way. */
		t += step > 3 * DAY ? step - 2 * DAY : step > 4 * 3600 ? step - 3 * 3600 : 60;
	}
}

int64_t cron_next(const struct cron *c, const struct zone *z, int64_t after_s)
{
	int64_t local;

	if (c->hours == ALL_HOURS)
		return next_even(c, z, after_s);
	local = after_s + zone_offset(z, after_s);
	for (;;) {
		int64_t t;

		local = next_local(c, local + 1);
		if (local == NEVER)
			return NEVER;
		t = zone_unix(z, local);
		if (t > after_s)
			return t;
	}
}
