#ifndef VIEW_GOOGLE_H
#define VIEW_GOOGLE_H

#include <stdbool.h>

#include "base/span.h"
#include "html/html.h"
#include "view/page.h"
#include "view/settings.h"

/* The way in through Google, on pages for guests. */
struct google_button {
	bool is_offered; // this site is set up for it
	const char *label;
	struct url back; // where signing in leads
};

/* Connected accounts. */
struct accounts_view {
	struct page_view page;
	struct settings_nav nav;
	bool is_offered;
	bool is_linked;
	struct span email; // of the Google account
	const char *linked;
	const char *linked_iso;
	const char *used; // NULL: never
	const char *used_iso;
	bool has_password;
	bool is_verified;
	struct proof_fields proof; // for connecting and disconnecting
};

#endif
