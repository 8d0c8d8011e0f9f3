#include "ical/ical.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/civil_text.h"
#include "base/utf8.h"

/*
 * Everything goes through put(), which takes one unit that may not be divided (a character or an
 * escape) and begins a new line before a unit that would reach over the limit. The blank that
 * begins a continuation counts as its first octet.
 */
static void put(struct ical *i, const char *unit, size_t n)
{
	if (i->column + n > ICAL_LINE) {
		buf_adds(i->out, "\r\n ");
		i->column = 1;
	}
	buf_add(i->out, unit, n);
	i->column += n;
}

static void puts_ascii(struct ical *i, const char *s)
{
	for (; *s != '\0'; s++)
		put(i, s, 1);
}

static void end_line(struct ical *i)
{
	buf_adds(i->out, "\r\n");
	i->column = 0;
}

static void begin_line(struct ical *i, const char *property)
{
	puts_ascii(i, property);
	put(i, ":", 1);
}

static void line(struct ical *i, const char *property, const char *value)
{
	begin_line(i, property);
	puts_ascii(i, value);
	end_line(i);
}

/* C0 and C1 controls and DEL; RFC 5545 allows a tab in text. */
static bool is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t') || (c >= 0x7f && c <= 0x9f);
}

static void put_text_char(struct ical *i, const char *p, size_t n, uint32_t c)
{
	char escaped[2] = { '\\', *p };

	if (c == '\\' || c == ';' || c == ',')
		put(i, escaped, 2);
	else if (!is_control(c))
		put(i, p, n);
}

void ical_text(struct ical *i, const char *property, struct span value)
{
	size_t at = 0;

	begin_line(i, property);
	while (at < value.n) {
		const char *p = value.p + at;
		uint32_t c;
		size_t n = utf8_decode(p, value.n - at, &c);

		if (n == 0) {
			put(i, "\xef\xbf\xbd", 3);
			n = 1;
		} else if (c == '\r' && value.n - at > 1 && p[1] == '\n') {
			put(i, "\\n", 2);
			n = 2;
		} else if (c == '\r' || c == '\n' || c == 0x2028 || c == 0x2029) {
			put(i, "\\n", 2);
		} else {
			put_text_char(i, p, n, c);
		}
		at += n;
	}
	end_line(i);
}

static bool uri_char(unsigned char c)
{
	return c > 0x20 && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL;
}

/* What a URI may not contain is percent-encoded, so a value that was one already stays the same. */
void ical_uri(struct ical *i, const char *property, struct span value)
{
	begin_line(i, property);
	for (size_t at = 0; at < value.n; at++) {
		char encoded[4];

		if (uri_char((unsigned char)value.p[at])) {
			put(i, value.p + at, 1);
		} else {
			snprintf(encoded, sizeof(encoded), "%%%02X", (unsigned char)value.p[at]);
			put(i, encoded, 3);
		}
	}
	end_line(i);
}

void ical_time(struct ical *i, const char *property, int64_t unix_s)
{
	char text[CIVIL_TEXT_SIZE];

	civil_basic(unix_s, text);
	line(i, property, text);
}

void ical_i64(struct ical *i, const char *property, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	line(i, property, text);
}

/* Whole hours as PTnH, else minutes, else seconds. */
static void duration(struct ical *i, const char *property, int seconds)
{
	char text[24];

	if (seconds % 3600 == 0)
		snprintf(text, sizeof(text), "PT%dH", seconds / 3600);
	else if (seconds % 60 == 0)
		snprintf(text, sizeof(text), "PT%dM", seconds / 60);
	else
		snprintf(text, sizeof(text), "PT%dS", seconds);
	line(i, property, text);
}

void ical_begin(struct ical *i, struct buf *out, const struct ical_calendar *c)
{
	*i = (struct ical){ .out = out };
	line(i, "BEGIN", "VCALENDAR");
	line(i, "VERSION", "2.0");
	ical_text(i, "PRODID", c->product);
	line(i, "CALSCALE", "GREGORIAN");
	if (c->name.p != NULL) {
		ical_text(i, "NAME", c->name);
		ical_text(i, "X-WR-CALNAME", c->name);
	}
	if (c->refresh_s > 0) {
		duration(i, "REFRESH-INTERVAL;VALUE=DURATION", c->refresh_s);
		duration(i, "X-PUBLISHED-TTL", c->refresh_s);
	}
	if (c->source.p != NULL)
		ical_uri(i, "SOURCE;VALUE=URI", c->source);
}

static void alarm_before(struct ical *i, const struct ical_event *event)
{
	char trigger[24];

	snprintf(trigger, sizeof(trigger), "-PT%dM", event->alarm_min);
	line(i, "BEGIN", "VALARM");
	line(i, "ACTION", "DISPLAY");
	ical_text(i, "DESCRIPTION", event->summary);
	line(i, "TRIGGER", trigger);
	line(i, "END", "VALARM");
}

void ical_event(struct ical *i, const struct ical_event *event)
{
	line(i, "BEGIN", "VEVENT");
	ical_text(i, "UID", event->uid);
	ical_time(i, "DTSTAMP", event->changed_s);
	if (event->created_s != INT64_MIN)
		ical_time(i, "CREATED", event->created_s);
	ical_time(i, "LAST-MODIFIED", event->changed_s);
	ical_i64(i, "SEQUENCE", event->sequence);
	ical_time(i, "DTSTART", event->start_s);
	ical_time(i, "DTEND", event->end_s);
	ical_text(i, "SUMMARY", event->summary);
	if (event->description.p != NULL)
		ical_text(i, "DESCRIPTION", event->description);
	if (event->category.p != NULL)
		ical_text(i, "CATEGORIES", event->category);
	if (event->url.p != NULL)
		ical_uri(i, "URL", event->url);
	line(i, "STATUS", event->status == ICAL_CANCELLED ? "CANCELLED" : "CONFIRMED");
	line(i, "TRANSP", "TRANSPARENT");
	if (event->colour != NULL)
		line(i, "COLOR", event->colour);
	if (event->has_alarm)
		alarm_before(i, event);
	line(i, "END", "VEVENT");
}

void ical_end(struct ical *i)
{
	line(i, "END", "VCALENDAR");
}
