#ifndef VIEW_DASHBOARD_H
#define VIEW_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/calendar.h"
#include "view/contest.h"
#include "view/page.h"
#include "view/settings.h"

/* A member's calendar as it is connected. */
struct link_item {
	const char *slug;    // "google"
	const char *name;    // "Google Calendar"
	struct span account; // empty: none
	const char *badge;   // "ok", "warn" or "bad"
	const char *state;   // "Connected"
	struct span reason;  // why it is not in order; SPAN_NONE
	const char *synced;  // NULL: never
	const char *synced_iso;
	bool is_feed;
};

struct link_items {
	const struct link_item *v;
	size_t n;
};

/* One line of the history: what was done about one contest. */
struct run_line {
	const char *what; // "Added"
	struct span title;
	struct url contest; // its page here
	const char *start;
	const char *start_iso;
	const char *from; // start before a move, or NULL
	struct span reason;
};

struct run_lines {
	const struct run_line *v;
	size_t n;
};

struct run_item {
	const char *at;
	const char *at_iso;
	const char *sum; // "3 added, 1 moved"
	bool failed;
	bool is_open; // the newest: its lines are shown
	struct span reason;
	struct run_lines lines;
	int64_t n_more; // lines that are not shown
};

struct run_items {
	const struct run_item *v;
	size_t n;
};

struct dashboard_view {
	struct page_view page;
	struct zone_line zone;
	struct link_items links;
	const char *scope; // of the events that change it: "user:7"
	bool can_sync;     // there is a calendar that Podium writes into
	bool is_busy;      // a sync is queued or running
	bool is_failed;
	const char *state; // "Everything is in your calendar."
	struct span reason;
	const char *ended; // NULL: never
	const char *ended_iso;
	const char *again; // when it is tried again by itself, or NULL
	int64_t wait_s;    // until it may be asked for again
	struct contest_items next;
	struct url calendar;
	struct run_items runs;
};

/* A choice of a select. */
struct style_option {
	int64_t value;
	const char *text;
	bool is_chosen;
};

struct style_options {
	const struct style_option *v;
	size_t n;
};

/* Reminder and colour of one platform. */
struct style_row {
	const char *slug;
	const char *name;
	const char *reminder; // name of the field: "reminder_codeforces"
	const char *colour;
	struct style_options reminders;
	struct style_options colours;
};

struct style_rows {
	const struct style_row *v;
	size_t n;
};

struct link_card {
	struct link_item link;
	bool is_connected; // and not about to leave
	bool is_lost;      // has to be connected again
	bool is_gone;      // its calendar was deleted there
	bool is_leaving;
	bool is_own;
	struct span server;
	struct style_rows styles;
	const char *csrf;
	struct url save;
	struct url leave;
	struct url renew;
};

struct calendars_view {
	struct page_view page;
	struct settings_nav nav;
	bool can_seal;  // ENCRYPTION_KEY is set
	bool is_busy;   // a calendar is being connected or left
	bool google_on; // Google is configured
	struct link_card google;
	struct link_card caldav;
	struct link_card feed;
	struct span feed_address; // SPAN_NONE: no feed
	struct span entered_server;
	struct span entered_account;
	const char *server_error;
	const char *account_error;
	const char *password_error;
};

#endif
