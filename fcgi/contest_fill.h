#ifndef FCGI_CONTEST_FILL_H
#define FCGI_CONTEST_FILL_H

#include <stdint.h>

#include "base/arena.h"
#include "ical/ical.h"
#include "view/calendar.h"

struct calendar_contest;
struct calendar_sources;
struct zone;

/* The contest as lists show it, in that zone. Texts of the contest are not copied. */
void contest_fill(struct arena *m, const struct zone *z, int64_t now_s,
	const struct calendar_contest *c, struct contest_item *out);

/* The contest as calendar programs get it. Texts of the contest are not copied. */
struct ical_event contest_event(struct arena *m, const struct calendar_contest *c);

/* The sources in the set (bits 1 << platform; 0: all) that cannot be reached now. */
struct calendar_outages contest_outages(struct arena *m, const struct zone *z,
	const struct calendar_sources *s, unsigned platforms);

#endif
