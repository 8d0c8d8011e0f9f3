#ifndef VIEW_PAGE_H
#define VIEW_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "html/html.h"

/* The entry of the navigation that is marked as the reader's place. */
enum page_nav {
	NAV_NONE,
	NAV_HOME,
	NAV_CALENDAR,
	NAV_SOURCES,
	NAV_SIGN_IN,
	NAV_DASHBOARD,
	NAV_PROBLEMS,
	NAV_ROOMS,
	NAV_SUBMISSIONS,
	NAV_MEMBERS,
	NAV_JURY, // what only jury members have
	NAV_USER, // the pages of one's own account
	NAV_ADMIN
};

/* Chosen by the viewer and kept in the cookie "theme". */
enum page_theme {
	THEME_SYSTEM,
	THEME_LIGHT,
	THEME_DARK
};

enum page_flash {
	FLASH_INFO,
	FLASH_OK,
	FLASH_WARN,
	FLASH_ERROR
};

/*
 * What the frame of every page prints: the first member of each page's view. All zero is a valid
 * page for a guest. Texts are the caller's and live as long as the request.
 */
struct page_view {
	const char *title;       // in the tab and for search; NULL: Podium alone
	const char *description; // one sentence for search engines and previews, or NULL
	enum page_nav nav;
	enum page_theme theme;
	struct span user;     // name to show; SPAN_NONE for a guest
	const char *role;     // "admin" beside the name; NULL: not said
	bool is_creator;      // the way to what creators, jury and admins have is shown,
	bool is_jury;         // to what jury and admins have,
	bool is_admin;        // the way to the admin's pages is shown
	const char *csrf;     // token for the forms of a session, or NULL
	const char *zone;     // the viewer's time zone, "Europe/Berlin"; NULL: not shown
	struct url here;      // path and query of this request, to which small forms come back
	struct url canonical; // absolute address for search engines, or NULL text
	const char *flash;    // message about what was just done, or NULL
	enum page_flash flash_kind;
	int refresh_s; // > 0: scripts ask after this time whether the page has changed
	bool reloads;  // a browser without scripts loads the page again every few seconds
	bool no_index; // search engines keep out
};

/* Where one is in a list of several pages, and the ways to the ones beside it. */
struct page_steps {
	int64_t number;
	struct url previous; // NULL text: none
	struct url next;
};

/* The ways to the months before and after the one that is shown. */
struct month_steps {
	struct url previous; // NULL text: there is none
	const char *previous_name;
	struct url next;
	const char *next_name;
	struct url today; // NULL text: it is this month
};

#endif
