#ifndef VIEW_CALENDAR_H
#define VIEW_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/contest.h"
#include "view/google.h"
#include "view/page.h"

/* A platform's checkbox in the filter. */
struct calendar_choice {
	const char *slug;
	const char *name;
	bool is_checked;
};

struct calendar_choices {
	const struct calendar_choice *v;
	size_t n;
};

/* An entry of the selects for the shortest and the longest length. */
struct calendar_length {
	int64_t minutes; // 0: any
	const char *text;
	bool is_chosen;
};

struct calendar_lengths {
	const struct calendar_length *v;
	size_t n;
};

/* A source that cannot be reached, as the banner says it. */
struct calendar_outage {
	const char *name;
	const char *since_iso;
	const char *since;
	const char *data_iso; // NULL: it never could be reached
	const char *data;     // from when the shown contests are
};

struct calendar_outages {
	const struct calendar_outage *v;
	size_t n;
};

/* In which zone the page's times are, and how to change that. */
struct zone_line {
	const char *zone;
	const char *offset; // "UTC+1"
	bool chosen;        // else scripts offer the device's zone
	struct url preferences;
	struct url here;
};

/* What list and month have in common: the bar above them. */
struct calendar_bar {
	struct calendar_choices platforms;
	struct calendar_lengths least;
	struct calendar_lengths most;
	struct span words;
	bool is_filtered;
	bool is_narrowed;  // by length or title: that part of the form is open on a phone too
	const char *month; // "2026-12", or NULL in the list
	struct url list;
	struct url months;
	struct url clear; // this view without a filter
	struct url feed;
	struct zone_line zone;
	struct calendar_outages outages;
	bool never_fetched; // no source has answered yet
};

struct calendar_day {
	const char *id;   // "d2026-11-21"
	const char *iso;  // "2026-11-21"
	const char *name; // "Saturday, 21 November 2026"
	const char *note; // "today", "tomorrow", or NULL
	struct contest_items contests;
};

struct calendar_days {
	const struct calendar_day *v;
	size_t n;
};

struct calendar_list_view {
	struct page_view page;
	struct calendar_bar bar;
	struct contest_items running;
	struct calendar_days days;
	int64_t total;
	struct url previous; // NULL text: none
	struct url next;
	int64_t page_number;
	int64_t n_pages;
};

/* One cell of the month. */
struct calendar_cell {
	int day;             // of the month
	const char *weekday; // "Sat"
	const char *iso;
	const char *name; // "Saturday, 21 November 2026"
	bool is_today;
	bool is_outside; // belongs to the month before or after
	bool is_past;
	struct contest_items contests;
};

struct calendar_cells {
	const struct calendar_cell *v;
	size_t n;
};

struct calendar_week {
	int number;                  // ISO 8601
	struct calendar_cells cells; // Monday first
};

struct calendar_weeks {
	const struct calendar_week *v;
	size_t n;
};

struct calendar_month_view {
	struct page_view page;
	struct calendar_bar bar;
	const char *name;          // "December 2026"
	struct month_steps months; // to the ends of the horizon
	struct calendar_weeks weeks;
	int64_t total;
};

/* One line of a contest's history. */
struct contest_event {
	const char *at_iso;
	const char *at;
	const char *what; // "Moved"
	struct span from; // SPAN_NONE: nothing to compare
	struct span to;
};

struct contest_events {
	const struct contest_event *v;
	size_t n;
};

struct contest_view {
	struct page_view page;
	struct contest_item contest;
	const char *start; // "Saturday, 21 November 2026"
	const char *end;
	struct zone_line zone;        // offset at the start of the contest
	struct url platform_calendar; // this platform's contests
	struct contest_events events;
	struct calendar_outages outages; // none or the one of this platform
};

struct source_item {
	const char *slug;
	const char *name;
	struct url home;
	struct url calendar;
	bool works;
	bool never; // not fetched yet
	const char *success_iso;
	const char *success; // NULL: never
	int64_t n_rows;
	int64_t n_skipped;
	struct span note;
	struct span error;
	const char *error_iso;
	const char *error_at; // NULL: never failed
	const char *failing_iso;
	const char *failing_since; // NULL while it works
	const char *next_iso;
	const char *next;  // NULL: not planned
	const char *state; // "queued", "running", or NULL
};

struct source_items {
	const struct source_item *v;
	size_t n;
};

struct sources_view {
	struct page_view page;
	struct source_items sources;
	int64_t n_working;
	bool may_fetch;
	bool is_busy; // a fetch is queued or running
	struct zone_line zone;
};

struct zone_option {
	struct span name;
	bool is_chosen;
};

struct zone_options {
	const struct zone_option *v;
	size_t n;
};

struct preferences_view {
	struct page_view page;
	struct zone_options zones;
	const char *zone;
	const char *offset;
	const char *clock; // the time there now
	const char *error; // what was wrong with the zone, or NULL
	struct span entered;
	struct url back;
};

struct signin_view {
	struct page_view page;
	struct span email;
	const char *error; // NULL: none
	bool offers_link;  // that confirms an address, with the error
	struct url back;
	struct google_button google;
};

#endif
