#include "jobs/source/record.h"

#include <math.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/civil.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "model/contest_title.h"

enum {
	DATE_LENGTH = 10, // 2026-10-29
	REPLACEMENT = 0xfffd
};

struct span record_mended(struct arena *m, struct span body)
{
	char *out;
	size_t n = 0;

	if (utf8_valid(body.p, body.n))
		return body;
	out = arena_array(m, 3, body.n);
	while (body.n > 0) {
		uint32_t c;
		size_t length = utf8_decode(body.p, body.n, &c);

		n += utf8_encode(length == 0 ? REPLACEMENT : c, out + n);
		body = span_sub(body, length == 0 ? 1 : length, body.n);
	}
	return (struct span){ out, n };
}

int record_json(struct arena *m, struct span body, struct json **root, struct err *e)
{
	struct span head;
	struct err broken = { 0 };

	body = record_mended(m, body);
	head = span_trim(body);
	if (span_starts(head, "\xef\xbb\xbf"))
		body = head = span_trim(span_sub(head, 3, head.n));
	if (span_starts(head, "<"))
		return err_set(e, ERR_FORBIDDEN,
			"blocked: a web page came instead of data (bot check or maintenance)");
	if (head.n == 0)
		return err_set(e, ERR_TEMPORARY, "the answer is empty");
	if (!span_starts(head, "{") && !span_starts(head, "["))
		return err_set(e, ERR_TEMPORARY, "the answer is not JSON");
	if (json_parse(body, root, &broken) == 0)
		return 0;
	if (broken.kind != ERR_INVALID) {
		*e = broken;
		return -1;
	}
	(void)err_set(e, ERR_TEMPORARY, "the answer is cut off or broken JSON");
	return err_detail(e, "%s", broken.text);
}

struct span record_text(const struct json *object, const char *key)
{
	struct span s;

	if (!json_text(json_get(object, key), &s))
		return SPAN_NONE;
	s = span_trim(s);
	return s.n == 0 ? SPAN_NONE : s;
}

struct span record_title(struct arena *m, const struct json *object, const char *key)
{
	struct span s;

	if (!json_bytes(json_get(object, key), &s))
		s = record_id(m, object, key);
	return contest_title(m, s, true);
}

struct span record_id(struct arena *m, const struct json *object, const char *key)
{
	int64_t number;

	if (json_i64(json_get(object, key), &number))
		return span_of(arena_printf(m, "%lld", (long long)number));
	return record_text(object, key);
}

bool record_number(const struct json *object, const char *key, int64_t *out)
{
	const struct json *v = json_get(object, key);
	double fraction;

	if (json_i64(v, out))
		return true;
	if (!json_number(v, &fraction))
		return span_i64(record_text(object, key), out);
	if (fabs(fraction) > (double)CIVIL_MAX_S)
		return false;
	*out = (int64_t)floor(fraction);
	return true;
}

bool record_yes(const struct json *object, const char *key)
{
	struct span said = record_text(object, key);
	int64_t number;
	bool yes;

	if (json_bool(json_get(object, key), &yes))
		return yes;
	if (record_number(object, key, &number))
		return number != 0;
	return said.n > 0 && !span_ieq(said, SPAN("false"));
}

static bool is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

bool record_slug(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_slug_char(s.p[i]))
			return false;
	}
	return s.n > 0 && s.n <= CONTEST_MAX_ID;
}

bool record_end(int64_t start_s, int64_t length_s, int64_t *end_s)
{
	if (length_s <= 0 || start_s < CIVIL_MIN_S || start_s > CIVIL_MAX_S ||
		length_s > CIVIL_MAX_S)
		return false;
	*end_s = start_s + length_s;
	return true;
}

/* Takes "+05:30", "+0530", "+05", "Z", "UTC" or "GMT", with blanks before, off the end of a time.
 */
static bool take_zone(struct span *s, int *zone_s)
{
	static const char *const zero[] = { "Z", "UTC", "GMT" };
	struct span at = span_sub(*s, DATE_LENGTH, s->n);
	int hours;
	int minutes = 0;
	bool east;

	for (size_t i = 0; i < countof(zero); i++) {
		struct span name = span_of(zero[i]);

		if (at.n > name.n && span_ieq(span_sub(at, at.n - name.n, at.n), name)) {
			*s = span_trim(span_sub(*s, 0, s->n - name.n));
			*zone_s = 0;
			return true;
		}
	}
	while (at.n > 0 && at.p[0] != '+' && at.p[0] != '-')
		at = span_sub(at, 1, at.n);
	*s = span_trim(span_sub(*s, 0, s->n - at.n));
	east = scan_char(&at, '+');
	if ((!east && !scan_char(&at, '-')) || !scan_digits(&at, 2, &hours) || hours > 23)
		return false;
	(void)scan_char(&at, ':');
	if (at.n > 0 && (!scan_digits(&at, 2, &minutes) || minutes > 59))
		return false;
	*zone_s = (hours * 3600 + minutes * 60) * (east ? 1 : -1);
	return scan_end(&at);
}

bool record_moment(struct span s, const int *zone_s, int64_t *unix_s)
{
	struct span with_zone = s;
	struct civil c;
	int64_t unix_us;
	int zone;

	if (civil_parse_rfc3339(s, &unix_us)) {
		*unix_s = unix_us / 1000000;
		return true;
	}
	if (take_zone(&with_zone, &zone))
		s = with_zone;
	else if (zone_s != NULL)
		zone = *zone_s;
	else
		return false;
	if (!civil_parse_local(s, &c))
		return false;
	*unix_s = civil_unix(&c) - zone;
	return true;
}

bool record_time(const struct json *object, const char *key, const int *zone_s, int64_t *unix_s)
{
	return record_number(object, key, unix_s) ||
	       record_moment(record_text(object, key), zone_s, unix_s);
}

void record_note_others(struct contest_rows *out, const char *wanted)
{
	if (!out->more && out->others > 0 && out->others == out->seen)
		(void)snprintf(out->note, sizeof out->note, "%zu record%s, none of them %s",
			out->seen, out->seen == 1 ? "" : "s", wanted);
}
