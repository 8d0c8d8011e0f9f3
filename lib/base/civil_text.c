#include "base/civil_text.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/digits.h"
#include "base/scan.h"

static const char *const months[12] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };
static const char *const weekdays[7] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday" };

static struct civil clamped(int64_t unix_s)
{
	if (unix_s < CIVIL_MIN_S)
		unix_s = CIVIL_MIN_S;
	return civil_at(unix_s > CIVIL_MAX_S ? CIVIL_MAX_S : unix_s);
}

const char *civil_month_name(int month)
{
	return month >= 1 && month <= 12 ? months[month - 1] : "";
}

const char *civil_weekday_name(int weekday)
{
	return weekday >= 1 && weekday <= 7 ? weekdays[weekday - 1] : "";
}

static char *put_date(char *at, const struct civil *c, const char *between)
{
	at = digits_put(at, (unsigned)c->year, 4);
	at = digits_word(at, between, 1);
	at = digits_put(at, (unsigned)c->month, 2);
	at = digits_word(at, between, 1);
	return digits_put(at, (unsigned)c->day, 2);
}

static char *put_time(char *at, const struct civil *c, const char *between)
{
	at = digits_put(at, (unsigned)c->hour, 2);
	at = digits_word(at, between, 1);
	at = digits_put(at, (unsigned)c->minute, 2);
	at = digits_word(at, between, 1);
	return digits_put(at, (unsigned)c->second, 2);
}

void civil_rfc3339(int64_t unix_us, char out[CIVIL_TEXT_SIZE])
{
	int64_t s = unix_us / 1000000 - (unix_us % 1000000 < 0);
	unsigned us = (unsigned)((unix_us % 1000000 + 1000000) % 1000000);
	struct civil c = clamped(s);
	char *at = put_date(out, &c, "-");

	*at++ = 'T';
	at = put_time(at, &c, ":");
	if (us != 0) {
		*at++ = '.';
		at = digits_put(at, us, 6);
	}
	*at++ = 'Z';
	*at = '\0';
}

void civil_http(int64_t unix_s, char out[CIVIL_TEXT_SIZE])
{
	struct civil c = clamped(unix_s);

	snprintf(out, CIVIL_TEXT_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		civil_weekday_name(c.weekday), c.day, civil_month_name(c.month), c.year, c.hour,
		c.minute, c.second);
}

void civil_basic(int64_t unix_s, char out[CIVIL_TEXT_SIZE])
{
	struct civil c = clamped(unix_s);
	char *at = put_date(out, &c, "");

	*at++ = 'T';
	at = put_time(at, &c, "");
	*at++ = 'Z';
	*at = '\0';
}

void civil_date(const struct civil *c, char out[CIVIL_TEXT_SIZE])
{
	*put_date(out, c, "-") = '\0';
}

static bool scan_date(struct span *at, struct civil *c)
{
	return scan_digits(at, 4, &c->year) && scan_char(at, '-') &&
	       scan_digits(at, 2, &c->month) && scan_char(at, '-') && scan_digits(at, 2, &c->day);
}

static bool scan_time(struct span *at, struct civil *c)
{
	return scan_digits(at, 2, &c->hour) && scan_char(at, ':') &&
	       scan_digits(at, 2, &c->minute) && scan_char(at, ':') &&
	       scan_digits(at, 2, &c->second);
}

/* One or more digits after a point; what is finer than a microsecond is dropped. */
static bool scan_fraction(struct span *at, int *us)
{
	int scale = 100000;
	int digit;

	*us = 0;
	if (!scan_char(at, '.'))
		return true;
	if (!scan_digits(at, 1, &digit))
		return false;
	do {
		*us += digit * scale;
		scale /= 10;
	} while (scan_digits(at, 1, &digit));
	return true;
}

static bool scan_offset(struct span *at, int *seconds)
{
	bool east = scan_char(at, '+');
	int hours;
	int minutes;

	if (!east && (scan_char(at, 'Z') || scan_char(at, 'z'))) {
		*seconds = 0;
		return true;
	}
	if ((!east && !scan_char(at, '-')) || !scan_digits(at, 2, &hours))
		return false;
	scan_char(at, ':');
	if (!scan_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 3600 + minutes * 60) * (east ? 1 : -1);
	return true;
}

static bool scan_separator(struct span *at)
{
	return scan_char(at, 'T') || scan_char(at, 't') || scan_char(at, ' ');
}

bool civil_parse_rfc3339(struct span s, int64_t *unix_us)
{
	struct civil c = { 0 };
	int leap = 0;
	int us;
	int offset;
	int64_t at_s;

	if (!scan_date(&s, &c) || !scan_separator(&s) || !scan_time(&s, &c) ||
		!scan_fraction(&s, &us) || !scan_offset(&s, &offset) || !scan_end(&s))
		return false;
	if (c.second == 60) {
		c.second = 59;
		leap = 1;
	}
	if (!civil_valid(&c))
		return false;
	at_s = civil_unix(&c) + leap - offset;
	if (at_s < CIVIL_MIN_S || at_s > CIVIL_MAX_S)
		return false;
	*unix_us = at_s * 1000000 + us;
	return true;
}

bool civil_parse_local(struct span s, struct civil *out)
{
	struct civil c = { 0 };
	int us;

	if (!scan_date(&s, &c) || !scan_separator(&s) || !scan_digits(&s, 2, &c.hour) ||
		!scan_char(&s, ':') || !scan_digits(&s, 2, &c.minute))
		return false;
	if (scan_char(&s, ':') && (!scan_digits(&s, 2, &c.second) || !scan_fraction(&s, &us)))
		return false;
	if (!scan_end(&s) || !civil_valid(&c))
		return false;
	*out = civil_at(civil_unix(&c));
	return true;
}

bool civil_parse_date(struct span s, struct civil *out)
{
	struct civil c = { 0 };

	if (!scan_date(&s, &c) || !scan_end(&s) || !civil_valid(&c))
		return false;
	*out = civil_at(civil_unix(&c));
	return true;
}

/* One of the names, whole or by its first three letters. */
static bool scan_name(struct span *at, const char *const *names, int n, bool whole, int *out)
{
	for (int i = 0; i < n; i++) {
		struct span name = whole ? span_of(names[i]) : (struct span){ names[i], 3 };

		if (span_eq(span_sub(*at, 0, name.n), name)) {
			*at = span_sub(*at, name.n, at->n);
			*out = i;
			return true;
		}
	}
	return false;
}

static bool scan_month(struct span *at, struct civil *c)
{
	int i;

	if (!scan_name(at, months, 12, false, &i))
		return false;
	c->month = i + 1;
	return true;
}

static bool scan_imf(struct span *at, struct civil *c) // Sun, 06 Nov 1994 08:49:37 GMT
{
	int weekday;

	return scan_name(at, weekdays, 7, false, &weekday) && scan_lit(at, ", ") &&
	       scan_digits(at, 2, &c->day) && scan_char(at, ' ') && scan_month(at, c) &&
	       scan_char(at, ' ') && scan_digits(at, 4, &c->year) && scan_char(at, ' ') &&
	       scan_time(at, c) && scan_lit(at, " GMT");
}

static bool scan_rfc850(struct span *at, struct civil *c) // Sunday, 06-Nov-94 08:49:37 GMT
{
	int weekday;

	if (!scan_name(at, weekdays, 7, true, &weekday) || !scan_lit(at, ", ") ||
		!scan_digits(at, 2, &c->day) || !scan_char(at, '-') || !scan_month(at, c) ||
		!scan_char(at, '-') || !scan_digits(at, 2, &c->year) || !scan_char(at, ' ') ||
		!scan_time(at, c) || !scan_lit(at, " GMT"))
		return false;
	c->year += c->year < 70 ? 2000 : 1900;
	return true;
}

static bool scan_asctime(struct span *at, struct civil *c) // Sun Nov  6 08:49:37 1994
{
	int weekday;

	if (!scan_name(at, weekdays, 7, false, &weekday) || !scan_char(at, ' ') ||
		!scan_month(at, c) || !scan_char(at, ' '))
		return false;
	if (!(scan_char(at, ' ') ? scan_digits(at, 1, &c->day) : scan_digits(at, 2, &c->day)))
		return false;
	return scan_char(at, ' ') && scan_time(at, c) && scan_char(at, ' ') &&
	       scan_digits(at, 4, &c->year);
}

bool civil_parse_http(struct span s, int64_t *unix_s)
{
	static bool (*const forms[])(
		struct span *, struct civil *) = { scan_imf, scan_rfc850, scan_asctime };

	for (size_t i = 0; i < countof(forms); i++) {
		struct span at = s;
		struct civil c = { 0 };

		if (forms[i](&at, &c) && scan_end(&at)) {
			if (c.second == 60)
				c.second = 59;
			if (!civil_valid(&c))
				return false;
			*unix_s = civil_unix(&c);
			return true;
		}
	}
	return false;
}
