#ifndef VIEW_CONTEST_H
#define VIEW_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "html/html.h"

/* One contest as every list shows it; printed by part/contest_row.html and part/contest_card.html.
 * Texts come from base/when.h in the viewer's zone. */
struct contest_item {
	struct span title;
	struct url url;            // on the platform
	const char *platform_slug; // for the colour: "codeforces"
	const char *platform_name;
	int64_t start_s;        // unix seconds, for the countdown
	int64_t end_s;          //
	const char *start_iso;  // for <time datetime>
	const char *day;        // "Sat 21 Nov"
	const char *clock;      // "14:35"
	const char *length;     // "2 h 30 min"
	const char *length_iso; // "PT2H30M"
	const char *until;      // "3 d 4 h": to the start, or to the end while it runs
	bool is_running;
	bool is_over;
	bool is_continued;      // in a day of the month on which it did not begin
	bool is_cancelled;      // no longer announced by its platform
	const char *end_iso;    //
	const char *end_clock;  // "17:35"
	const char *end_day;    // "Sun 22 Nov", or NULL if it ends on the day it begins
	const char *moved_from; // "Fri 20 Nov, 14:35" if it was moved, or NULL
	struct url page;        // its page here, with its history
	struct url add;         // "add to calendar": the .ics of this contest alone
	struct url google;      // the same with Google Calendar
};

struct contest_items {
	const struct contest_item *v;
	size_t n;
};

#endif
