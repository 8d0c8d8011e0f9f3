#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/zone.h"

/* Times and lengths as people read them. All results live in the arena. */

const char *when_clock(struct arena *m, const struct zone *z, int64_t unix_s); // "14:35"
const char *when_day(struct arena *m, int64_t day);       // "Saturday, 21 November 2026"
const char *when_short_day(struct arena *m, int64_t day); // "Sat 21 Nov"
const char *when_date(struct arena *m, int64_t day);      // "21 Nov 2026"
/* "Sat 21 Nov 2026, 14:35" */
const char *when_stamp(struct arena *m, const struct zone *z, int64_t unix_s);
const char *when_offset(struct arena *m, int32_t east_s);     // "UTC", "UTC+1", "UTC+5:30"
const char *when_month(struct arena *m, int year, int month); // "December 2026"

/* For <time datetime>: a moment in UTC, a day, a length. */
const char *when_iso(struct arena *m, int64_t unix_s);         // "2026-11-21T14:35:00Z"
const char *when_iso_day(struct arena *m, int64_t day);        // "2026-11-21"
const char *when_iso_length(struct arena *m, int64_t seconds); // "PT2H30M"

/* "45 min", "2 h 30 min", "10 days", "1 day 4 h"; seconds below a minute are "under 1 min". */
const char *when_length(struct arena *m, int64_t seconds);

/* The two largest units: "3 d 4 h", "4 h 5 min", "5 min", "under 1 min". */
const char *when_span(struct arena *m, int64_t seconds);

/* Days since 1970-01-01 on the calendars there, and the moment at which such a day begins. */
int64_t when_local_day(const struct zone *z, int64_t unix_s);
int64_t when_day_begin(const struct zone *z, int64_t day);

#endif
