#include "base/zone.h"

#include <stddef.h>
#include <string.h>

#include "base/civil.h"
#include "base/scan.h"

/*
 * Time zones from the system's compiled files (TZif, RFC 8536) without libc's notion of one current
 * zone. A file holds a 32-bit block, then the same with 64 bits, then one line with a POSIX rule.
 * Only the 64-bit block and the line are used. Steps that leave the offset as it is (a new
 * abbreviation) are dropped.
 */
enum {
	HEADER = 44,
	DAY_S = 86400
};

struct counts {
	size_t utc, std, leap, time, type, chars;
};

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '+' || c == '-';
}

bool zone_name_ok(struct span name)
{
	char before = '/';

	if (name.n == 0 || name.n > ZONE_MAX_NAME || span_starts(name, "posix/") ||
		span_starts(name, "right/"))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '/' ? before == '/' : !name_char(name.p[i]))
			return false;
		before = name.p[i];
	}
	return before != '/';
}

/* ---- the POSIX rule ---------------------------------------------------------------------------
 */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool rule_abbreviation(struct span *at)
{
	struct span s;

	if (scan_char(at, '<'))
		return scan_until(at, '>', 16, &s);
	return scan_while(at, is_letter, 16, &s) && s.n >= 3;
}

static bool rule_seconds(struct span *at, int32_t *out)
{
	uint64_t part[3] = { 0, 0, 0 };
	bool negative = scan_char(at, '-');

	if (!negative)
		(void)scan_char(at, '+');
	if (!scan_u64(at, 167, &part[0]))
		return false;
	for (int i = 1; i < 3 && scan_char(at, ':'); i++)
		if (!scan_u64(at, 59, &part[i]))
			return false;
	*out = (int32_t)(part[0] * 3600 + part[1] * 60 + part[2]);
	if (negative)
		*out = -*out;
	return true;
}

static bool rule_day(struct span *at, struct zone_day *out)
{
	uint64_t month;
	uint64_t week;
	uint64_t day;

	if (scan_char(at, 'M')) {
		if (!scan_u64(at, 12, &month) || month < 1 || !scan_char(at, '.') ||
			!scan_u64(at, 5, &week) || week < 1 || !scan_char(at, '.') ||
			!scan_u64(at, 6, &day))
			return false;
		*out = (struct zone_day){ .kind = ZONE_DAY_WEEKDAY,
			.month = (int)month,
			.week = (int)week,
			.day = (int)day };
	} else if (scan_char(at, 'J')) {
		if (!scan_u64(at, 365, &day) || day < 1)
			return false;
		*out = (struct zone_day){ .kind = ZONE_DAY_JULIAN, .day = (int)day };
	} else {
		if (!scan_u64(at, 365, &day))
			return false;
		*out = (struct zone_day){ .kind = ZONE_DAY_ZERO, .day = (int)day };
	}
	out->at_s = 7200;
	return !scan_char(at, '/') || rule_seconds(at, &out->at_s);
}

/* An empty line says that nothing is known about later times: the last step holds. */
static bool rule_parse(struct span line, struct zone_rule *out)
{
	int32_t west;

	memset(out, 0, sizeof(*out));
	if (line.n == 0)
		return true;
	if (!rule_abbreviation(&line) || !rule_seconds(&line, &west))
		return false;
	out->known = true;
	out->standard_s = -west;
	if (scan_end(&line))
		return true;
	out->has_summer = true;
	out->summer_s = out->standard_s + 3600;
	if (!rule_abbreviation(&line))
		return false;
	if (!scan_char(&line, ',')) {
		if (!rule_seconds(&line, &west) || !scan_char(&line, ','))
			return false;
		out->summer_s = -west;
	}
	return rule_day(&line, &out->begin) && scan_char(&line, ',') &&
	       rule_day(&line, &out->end) && scan_end(&line);
}

/* Seconds from 1970 to that clock time of the year, on the clock face. */
static int64_t rule_moment(const struct zone_day *d, int year)
{
	int64_t day;

	if (d->kind == ZONE_DAY_WEEKDAY) {
		int64_t first = civil_days(year, d->month, 1);
		int step = (d->day - civil_weekday(first) % 7 + 7) % 7 + (d->week - 1) * 7;

		if (step >= civil_month_days(year, d->month))
			step -= 7;
		day = first + step;
	} else {
		day = civil_days(year, 1, 1) + d->day;
		if (d->kind == ZONE_DAY_JULIAN && (!civil_leap(year) || d->day < 60))
			day -= 1;
	}
	return day * DAY_S + d->at_s;
}

static int32_t rule_offset(const struct zone_rule *r, int64_t unix_s)
{
	int year;
	int64_t begin;
	int64_t end;
	bool summer;

	if (!r->has_summer)
		return r->standard_s;
	year = civil_at(unix_s + r->standard_s).year;
	begin = rule_moment(&r->begin, year) - r->standard_s;
	end = rule_moment(&r->end, year) - r->summer_s;
	if (begin < end)
		summer = unix_s >= begin && unix_s < end;
	else
		summer = unix_s >= begin || unix_s < end;
	return summer ? r->summer_s : r->standard_s;
}

/* ---- the file ---------------------------------------------------------------------------------
 */

/* Checks one header and gives the size of the block behind it; 0 if it is malformed. */
static size_t block_size(struct span file, size_t at, size_t time_size, struct counts *c)
{
	const char *p;

	if (file.n < at + HEADER || memcmp(file.p + at, "TZif", 4) != 0)
		return 0;
	p = file.p + at;
	c->utc = be32(p + 20);
	c->std = be32(p + 24);
	c->leap = be32(p + 28);
	c->time = be32(p + 32);
	c->type = be32(p + 36);
	c->chars = be32(p + 40);
	if (c->utc > 256 || c->std > 256 || c->leap > 1000 || c->time > 4000 || c->type < 1 ||
		c->type > 256 || c->chars > 1000)
		return 0;
	return HEADER + c->time * time_size + c->time + c->type * 6 + c->chars +
	       c->leap * (time_size + 4) + c->std + c->utc;
}

static bool steps_read(struct span block, const struct counts *c, struct zone *z)
{
	const char *times = block.p + HEADER;
	const char *kinds = times + c->time * 8;
	const char *types = kinds + c->time;
	int32_t now = (int32_t)be32(types);

	z->first_s = now;
	for (size_t i = 0; i < c->time; i++) {
		unsigned kind = (unsigned char)kinds[i];
		int64_t at = be64(times + i * 8);
		int32_t offset;

		if (kind >= c->type || (i > 0 && at <= be64(times + (i - 1) * 8)))
			return false;
		offset = (int32_t)be32(types + kind * 6);
		if (offset < -DAY_S || offset > DAY_S)
			return false;
		if (offset != now && at < ZONE_SINCE) {
			z->first_s = offset;
		} else if (offset != now) {
			if (z->n == ZONE_MAX_STEPS)
				return false;
			z->at[z->n] = at;
			z->offset[z->n++] = offset;
		}
		now = offset;
	}
	return z->first_s >= -DAY_S && z->first_s <= DAY_S;
}

int zone_parse(struct span file, struct span name, struct zone *out, struct err *e)
{
	struct counts c;
	size_t first = block_size(file, 0, 4, &c);
	size_t second;
	struct span line;

	memset(out, 0, sizeof(*out));
	if (!zone_name_ok(name))
		return err_set(e, ERR_INVALID, "not the name of a time zone");
	memcpy(out->name, name.p, name.n);
	if (first == 0 || first > file.n || file.p[4] < '2')
		return err_set(e, ERR_INVALID, "not a time zone file");
	second = block_size(file, first, 8, &c);
	if (second == 0 || second > file.n - first ||
		!steps_read(span_sub(file, first, second), &c, out))
		return err_set(e, ERR_INVALID, "malformed time zone file");
	line = span_sub(file, first + second, file.n);
	if (line.n < 2 || line.p[0] != '\n' || line.p[line.n - 1] != '\n' ||
		!rule_parse(span_sub(line, 1, line.n - 2), &out->rule))
		return err_set(e, ERR_INVALID, "malformed rule in a time zone file");
	return 0;
}

void zone_utc(struct zone *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->name, "UTC", 3);
	out->rule.known = true;
}

int32_t zone_offset(const struct zone *z, int64_t unix_s)
{
	size_t low = 0;
	size_t high = z->n;

	if (z->rule.known && (z->n == 0 || unix_s >= z->at[z->n - 1]))
		return rule_offset(&z->rule, unix_s);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->at[middle] <= unix_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? z->first_s : z->offset[low - 1];
}

int64_t zone_unix(const struct zone *z, int64_t local_s)
{
	int32_t before = zone_offset(z, local_s - DAY_S);
	int32_t after = zone_offset(z, local_s + DAY_S);

	if (zone_offset(z, local_s - before) == before)
		return local_s - before;
	if (zone_offset(z, local_s - after) == after)
		return local_s - after;
	return local_s - before;
}
