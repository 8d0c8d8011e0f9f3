#ifndef ICAL_ICAL_H
#define ICAL_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Writer of iCalendar (RFC 5545, with the calendar properties of RFC 7986). Lines end in CRLF and
 * are folded at 75 octets, never inside a character and never between a backslash and what it
 * escapes. Values are cleaned on the way: malformed UTF-8 becomes U+FFFD, line ends in TEXT become
 * \n, other control characters vanish, so that no value can begin a line of its own.
 *
 * Nothing here fails; the buffer remembers (buf_finish). Output depends on the arguments alone.
 */
enum {
	ICAL_LINE = 75 // octets, without the line end
};

struct ical {
	struct buf *out;
	size_t column; // octets on the current line
};

enum ical_status {
	ICAL_CONFIRMED,
	ICAL_CANCELLED
};

struct ical_calendar {
	struct span product; // "-//Podium//Podium//EN"
	struct span name;    // SPAN_NONE: none, as in a file that holds one event of a calendar
	struct span source;  // the feed's own address; SPAN_NONE for a file that is not a feed
	int refresh_s;       // how often to ask again; 0: not said
};

struct ical_event {
	struct span uid; // stable for the event's life
	int64_t start_s; // unix seconds
	int64_t end_s;
	int64_t changed_s; // last change: DTSTAMP and LAST-MODIFIED
	int64_t created_s; // INT64_MIN: not known
	int64_t sequence;
	enum ical_status status;
	struct span summary;
	struct span description; // SPAN_NONE: none
	struct span category;    // SPAN_NONE: none
	struct span url;         // SPAN_NONE: none
	const char *colour;      // name of CSS (RFC 7986); NULL: none
	bool has_alarm;          // shows a reminder
	int alarm_min;           // so many minutes before the start
};

/* A calendar: begin, its events, end. A failure stays in the buffer. */
void ical_begin(struct ical *i, struct buf *out, const struct ical_calendar *c);
void ical_event(struct ical *i, const struct ical_event *event);
void ical_end(struct ical *i);

/* The parts, for properties that the above does not write. */
void ical_text(struct ical *i, const char *property, struct span value); // escaped as TEXT
void ical_uri(struct ical *i, const char *property, struct span value);  // as it is, made safe
void ical_time(struct ical *i, const char *property, int64_t unix_s);    // UTC
void ical_i64(struct ical *i, const char *property, int64_t value);

#endif
