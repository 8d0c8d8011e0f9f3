#ifndef VIEW_HOME_H
#define VIEW_HOME_H

#include <stddef.h>
#include <stdint.h>

#include "view/contest.h"
#include "view/page.h"

/* One of the platforms under the claim. */
struct home_platform {
	const char *slug; // for the colour: "codeforces"
	const char *name;
	struct url calendar; // the calendar with this platform alone
	int64_t n_upcoming;
};

struct home_platforms {
	const struct home_platform *v;
	size_t n;
};

/* The landing page. */
struct home_view {
	struct page_view page;
	struct contest_items next; // the next contests, soonest first; at most six
	struct home_platforms platforms;
	int64_t n_upcoming; // over all platforms
	int64_t n_week;     // of these within seven days
	struct url calendar;
	struct url feed; // /calendar.ics
};

#endif
