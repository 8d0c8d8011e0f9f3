#ifndef NET_DAV_H
#define NET_DAV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Answers of WebDAV servers (RFC 4918, multistatus) and what matters in them for calendars (RFC
 * 4791). The text comes from a stranger: it must be UTF-8 without a document type, so that there
 * are no entities but XML's own five; it has at most CALDAV_MAX_BODY bytes, CALDAV_MAX_NODES
 * elements and a nesting of CALDAV_MAX_DEPTH; nothing is loaded.
 */
struct dav_response {
	struct span href;      // as written: absolute, or a path
	struct span etag;      // SPAN_NONE: not told
	struct span principal; // current-user-principal; SPAN_NONE
	struct span home;      // calendar-home-set; SPAN_NONE
	struct span name;      // displayname; SPAN_NONE
	bool is_calendar;
	bool takes_events;  // its components are not said to be others than VEVENT
	bool may_not_write; // its privileges are told and writing is not among them
};

struct dav_responses {
	const struct dav_response *v;
	size_t n;
};

/* ERR_INVALID for what is no multistatus, ERR_LIMIT over a bound. Results live in the arena. */
int dav_parse(
	struct span text, struct arena *m, struct dav_responses *out, struct err *e) ATTR_MUST_USE;

/* True if an error's body names that precondition, such as "no-uid-conflict". */
bool dav_says(struct span body, const char *precondition);

#endif
