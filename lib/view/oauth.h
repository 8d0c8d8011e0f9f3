#ifndef VIEW_OAUTH_H
#define VIEW_OAUTH_H

#include "html/html.h"
#include "view/page.h"

/* On the way to a consent page; the browser goes on by itself. */
struct oauth_leave_view {
	struct page_view page;
	const char *whom; // "Google"
	struct url to;
};

/* A visit that did not end as it should. */
struct oauth_failed_view {
	struct page_view page;
	const char *title;
	const char *reason;
	struct url back;
	const char *back_label;
};

#endif
