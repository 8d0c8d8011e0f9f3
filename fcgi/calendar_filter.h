#ifndef FCGI_CALENDAR_FILTER_H
#define FCGI_CALENDAR_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "html/url.h"

struct calendar_query;
struct request;

/* Which contests a page, feed or answer of the interface is about: the same words in all of them.
 */
struct calendar_filter {
	unsigned platforms; // bit 1 << enum platform; 0: all
	int64_t least_min;  // shortest length in minutes; 0: any
	int64_t most_min;   // longest; 0: any
	struct span words;  // part of the title; SPAN_NONE: any
};

/*
 * Reads platforms (slugs, comma separated or repeated), min, max (minutes) and q from the query.
 * Empty values count as absent. ERR_INVALID names the field.
 */
int calendar_filter_read(
	const struct request *r, struct calendar_filter *out, struct err *e) ATTR_MUST_USE;

/* True if nothing is filtered out. */
bool calendar_filter_is_all(const struct calendar_filter *f);

/* Adds the filter to an address, in the one order that equal filters have in common. */
struct url calendar_filter_url(struct arena *m, struct url u, const struct calendar_filter *f);

/* Sets the members of the query that the filter decides. */
void calendar_filter_apply(const struct calendar_filter *f, struct calendar_query *q);

#endif
