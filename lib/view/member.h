#ifndef VIEW_MEMBER_H
#define VIEW_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/admin.h"
#include "view/page.h"
#include "view/problem.h"
#include "view/resting.h"
#include "view/settings.h"

/* ---- the club at a glance ---- */

struct member_row {
	struct url link;
	struct span name;
	struct span handle; // SPAN_NONE: none
	struct span group;
	const char *rating; // "–" if there is none
	const char *most;
	const char *rank; // the class of its colour: "expert"
	int64_t n_solved;
	const char *active; // NULL: never
	const char *active_iso;
	const char *synced;
	const char *synced_iso;
	struct span trouble; // empty: none
	bool is_proved;
};

struct member_rows {
	const struct member_row *v;
	size_t n;
};

/* The head of a column, which sorts by it. */
struct member_column {
	const char *name;
	struct url link;
	bool is_number;
	const char *sorted; // "ascending", "descending" or "none"
};

struct member_columns {
	const struct member_column *v;
	size_t n;
};

struct members_view {
	struct page_view page;
	struct span words;
	struct problem_options groups; // empty: there is nothing to choose
	const char *order;
	const char *direction;
	struct member_columns columns;
	struct member_rows rows;
	int64_t total;
	bool is_filtered;
	struct page_steps steps;
	bool is_coach;
	bool is_member;
	struct url own; // the reader's member; NULL text: none
	struct resting resting;
};

/* ---- the leaderboard of a month ---- */

struct member_place {
	int64_t place;
	struct url link;
	struct span name;
	struct span handle; // SPAN_NONE: none
	struct span group;
	const char *rank; // the class of its colour
	bool is_proved;
	bool is_me;
	int64_t n_solved;
	int64_t points;
	int64_t n_contests;
	const char *change; // "+37"; "–": no rated contest
	const char *mood;   // the class of a change: "change-up"
};

struct member_places {
	const struct member_place *v;
	size_t n;
};

/* One of several ways to look at a page. */
struct member_choice {
	const char *label;
	struct url link;
	bool is_here;
};

struct member_choices {
	const struct member_choice *v;
	size_t n;
};

struct leaderboard_view {
	struct page_view page;
	const char *month; // "November 2026"
	const char *month_iso;
	const char *order;
	struct month_steps months;
	struct member_choices orders;
	struct problem_options groups; // empty: there is nothing to choose
	struct member_places places;
	int64_t total;
	struct page_steps steps;
};

/* ---- forms ---- */

struct member_edit_view {
	struct page_view page;
	const char *heading;
	struct url action;
	struct url back;
	struct url remove; // NULL text: there is nobody to delete yet
	struct span name;
	struct span email;
	struct span phone;
	struct span handle;
	bool is_proved; // the handle is the account's to change
	bool has_account;
	bool wants_reminders; // of one without
	struct problem_options groups;
	const char *error; // NULL
};

struct member_import_view {
	struct page_view page;
	const char *most;
	struct span error; // SPAN_NONE
};

struct member_bad_line {
	struct span line;
	struct span why;
};

struct member_bad_lines {
	const struct member_bad_line *v;
	size_t n;
};

struct member_report_view {
	struct page_view page;
	int64_t n_lines;
	int64_t n_added;
	int64_t n_changed;
	int64_t n_bad;
	struct member_bad_lines bad; // the first of them
	bool has_more;
	struct url file;
};

struct member_coach_item {
	int64_t id;
	struct span name;
	struct span email;
};

struct member_coach_items {
	const struct member_coach_item *v;
	size_t n;
};

struct member_group_item {
	int64_t id;
	struct span name;
	const char *year; // NULL: not said
	struct span section;
	int64_t n;
	struct span coaches; // SPAN_NONE: nobody
	struct url members;
	struct url link;
};

struct member_group_items {
	const struct member_group_item *v;
	size_t n;
};

struct member_groups_view {
	struct page_view page;
	struct member_group_items groups;
	struct span name; // of the form for a new one
	struct span year;
	struct span section;
	const char *error; // NULL
};

struct member_group_view {
	struct page_view page;
	struct member_group_item group;
	struct member_coach_items coaches;
	struct url change;
	struct url remove;
	struct url add_coach;
	struct url remove_coach;
	const char *error; // NULL
};

/* ---- /settings/codeforces ---- */

struct handle_view {
	struct page_view page;
	struct settings_nav nav;
	struct span handle; // that is proved; SPAN_NONE: none
	struct url member;  // what is known of it
	bool is_public;
	bool wants_reminders;
	bool is_waiting; // for a claim, of the next four
	struct span claimed;
	bool is_compile;
	struct span token;
	const char *problem; // "4A"
	struct url problem_link;
	const char *left; // "1:43"
	const char *ends; // "14:35:10"
	const char *ends_iso;
	struct span failed; // why the last claim did; SPAN_NONE
	struct span tried;  // the handle in the form
	const char *error;  // of the form, or NULL
	bool may_sign_in;   // at Codeforces, which proves it too
	struct resting resting;
};

/* ---- one of them ---- */

struct member_line_item { // of a chart: a bar with its words
	const char *label;
	int64_t n;
	int x; // of the bar, in the picture's units
	int y;
	int width;
	int height;
	const char *rank; // class of its colour
};

struct member_line_items {
	const struct member_line_item *v;
	size_t n;
};

/* A chart of bars that stand, in a picture of width by height. */
struct member_bars {
	struct member_line_items bars;
	int width;
	int height;
};

struct member_band { // of the rating graph: from one rank to the next
	const char *rank;
	int y;
	int height;
};

struct member_bands {
	const struct member_band *v;
	size_t n;
};

struct member_mark { // a word beside a graph
	const char *text;
	int x;
	int y;
};

struct member_marks {
	const struct member_mark *v;
	size_t n;
};

struct member_graph_line { // whose way it is
	const char *style; // its class: "line-1"
	const char *path;  // of <path d>
	const char *dots;  // the same, of the points
};

struct member_graph_lines {
	const struct member_graph_line *v;
	size_t n;
};

struct member_graph {
	int width;
	int height;
	struct member_bands bands;
	struct member_marks marks;
	struct member_graph_lines lines; // empty: there is nothing to draw
	const char *title;               // what it shows, in one sentence
};

struct member_heat {
	int width;
	int height;
	const char *none; // paths of the days without one,
	const char *few;  // with some,
	const char *some;
	const char *many;
	const char *most; // with the most
	struct member_marks months;
	struct member_line_items table; // months
	const char *title;
};

struct member_window {
	const char *label; // "7 days"
	int64_t n;
	struct url link; // the page for it alone
	bool is_here;
};

struct member_windows {
	const struct member_window *v;
	size_t n;
};

struct member_hard {
	struct span name;
	const char *key; // "2100E"
	struct url link;
	int64_t rating;
	const char *at;
	const char *at_iso;
};

struct member_hards {
	const struct member_hard *v;
	size_t n;
};

struct member_contest {
	struct span name;
	struct url link;
	int64_t rank;
	int64_t rating;
	const char *change; // "+37"
	bool is_up;
	const char *unsolved; // "3 of 7"; "–": not known
	const char *at;
	const char *at_iso;
};

struct member_contests {
	const struct member_contest *v;
	size_t n;
};

struct member_view {
	struct page_view page;
	struct member_row row;
	struct url profile; // at Codeforces; NULL text: no handle
	struct span email;  // SPAN_NONE: not for the reader
	struct span phone;
	const char *rank_word;
	const char *max_word;
	bool is_inside;
	bool may_edit;
	bool may_sync;
	const char *live; // the scope that tells of a sync; NULL: nobody waits for one here
	bool is_self;
	bool is_public;
	struct url edit;
	struct url sync;
	struct url compare;
	bool has_figures;
	struct member_windows windows;
	bool is_window; // of some days only
	int64_t solved;
	int64_t sent;
	const char *average; // rating of what was solved
	const char *per_day;
	struct member_graph graph;
	struct member_heat heat;
	struct member_bars difficulties;
	struct member_line_items tags; // x: their share of the widest, in percent
	struct member_hards hardest;
	struct member_contests contests;
	const char *latest; // "The latest 50 of 120."; NULL: these are all
	struct resting resting;
};

/* ---- some of them side by side ---- */

struct compare_person {
	struct member_row row;
	const char *style; // the class of its line in the graph
	struct url without;
};

struct compare_people {
	const struct compare_person *v;
	size_t n;
};

struct compare_cell {
	const char *text;
	const char *style;
	int share; // of the most in the table, in percent, as a bar
};

struct compare_cells {
	const struct compare_cell *v;
	size_t n;
};

struct compare_line {
	struct span label;
	struct compare_cells cells; // one for each person
};

struct compare_lines {
	const struct compare_line *v;
	size_t n;
};

struct compare_table {
	const char *title;
	const char *what; // the head of the first column
	struct compare_people people;
	struct compare_lines lines; // empty: the table is left out
	bool has_bars;
};

struct compare_view {
	struct page_view page;
	struct compare_people people;
	bool may_add;
	const char *with;  // the ids, for the form
	struct span words; // that were looked for; empty: none
	struct member_choices found;
	struct compare_table figures;
	struct compare_table windows;
	struct compare_table difficulties;
	struct compare_table tags;
	struct compare_table contests;
	struct member_graph graph;
};

/* ---- all of them synced ---- */

struct member_sweep_view {
	struct page_view page;
	bool has_one;
	bool is_busy;
	const char *state; // "Runs", "Done", "Stopped"
	const char *mood;
	int64_t n;
	int64_t n_done;
	int64_t n_failed;
	const char *began;
	const char *began_iso;
	const char *left; // "4 min"; NULL: not known
	struct resting resting;
};

/* ---- reminders ---- */

struct member_reminder_item {
	struct url link;
	struct span name;
	int64_t days;
	int64_t n; // mails so far
	const char *at;
	const char *at_iso;
	bool is_stopped; // by its link
};

struct member_reminder_items {
	const struct member_reminder_item *v;
	size_t n;
};

struct member_reminders_view {
	struct page_view page;
	struct member_reminder_items due;
	const char *subject; // of the mail
	struct span first;   // its paragraphs
	struct span second;
	struct member_reminder_items past;
};

#endif
