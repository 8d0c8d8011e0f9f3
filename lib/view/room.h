#ifndef VIEW_ROOM_H
#define VIEW_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/admin.h"
#include "view/page.h"
#include "view/resting.h"

/* ---- lists ---- */

struct room_item {
	struct url link;
	struct span title;
	const char *state; // "runs"
	const char *mood;  // of the badge
	const char *rules; // "Lockout, teams"
	const char *size;  // "4 players, 5 problems"
	const char *when;  // in the reader's zone
	const char *when_iso;
	struct span winner; // SPAN_NONE: none
	bool is_mine;
};

struct room_items {
	const struct room_item *v;
	size_t n;
};

struct rooms_view {
	struct page_view page;
	bool is_history;
	struct room_items rooms;
	struct pager pager;
};

struct room_place {
	int rank;
	struct span name;
	int rating;
	int n_rooms;
	bool is_me;
};

struct room_places {
	const struct room_place *v;
	size_t n;
};

struct room_ratings_view {
	struct page_view page;
	struct room_places places;
};

/* ---- making one ---- */

struct room_new_view {
	struct page_view page;
	struct span title;
	bool is_lockout;
	bool is_teams;
	bool is_open;
	bool draws;
	bool plays;
	int64_t starts_in; // minutes
	int64_t length;
	int64_t reveal;
	struct span problems;
	int64_t n_draw;
	int64_t draw_least;
	int64_t draw_most;
	struct span draw_tags;
	const char *title_error;
	const char *problems_error;
	const char *draw_error;
	const char *reveal_error;
	const char *error; // of anything else
};

/* ---- a room ---- */

struct room_cell {
	const char *time; // "12:05" since the start, NULL: not solved
	int points;
	bool is_gone; // with lockout: another team has it
};

struct room_cells {
	const struct room_cell *v;
	size_t n;
};

struct room_line {
	int rank;
	struct span team;
	struct span players; // SPAN_NONE: the team is one player
	int points;
	struct room_cells cells;
	bool is_mine;
};

struct room_lines {
	const struct room_line *v;
	size_t n;
};

struct room_column {
	const char *letter; // "A"
	int points;
};

struct room_columns {
	const struct room_column *v;
	size_t n;
};

struct room_task {
	const char *letter;
	const char *id;      // of the button's form in the page
	struct span problem; // "2100/A"; SPAN_NONE: not shown yet
	struct span name;
	struct url link; // at Codeforces
	int rating;
	int points;
	const char *opens; // when it is shown, NULL: it is
	const char *opens_iso;
	struct span taken_by; // SPAN_NONE
	bool may_sync;
};

struct room_tasks {
	const struct room_task *v;
	size_t n;
};

struct room_log_line {
	struct span team;
	struct span player;
	const char *letter;
	const char *at; // Codeforces' time
	const char *at_iso;
	int64_t cf_id;
	struct url link;
	struct span hash; // the first digits
	bool holds;
};

struct room_log_lines {
	const struct room_log_line *v;
	size_t n;
};

struct room_person {
	struct span name;
	struct span handle; // SPAN_NONE: none shown to be his
	int rating;
	const char *change; // "+12", NULL: not rated here
};

struct room_people {
	const struct room_person *v;
	size_t n;
};

struct room_group {
	struct span name;
	struct room_people people;
	bool is_mine;
	bool may_join;
};

struct room_groups {
	const struct room_group *v;
	size_t n;
};

struct room_join_view {
	struct url action;
	const char *csrf;
	bool is_teams; // a new one is named
};

struct room_reason_item {
	const char *name;
	const char *verdict;
	const char *text;
};

struct room_reason_items {
	const struct room_reason_item *v;
	size_t n;
};

struct room_view {
	struct page_view page;
	struct span title;
	const char *state;
	const char *mood;
	const char *rules;
	struct span maker;
	const char *starts;
	const char *starts_iso;
	const char *length;
	int64_t start_s; // of the countdown
	int64_t end_s;
	const char *until; // its words while there are no scripts
	bool counts;       // there is something to count to
	bool is_waiting;
	bool is_closing;
	bool is_over;
	struct span off_why;
	struct span winner;
	const char *draw;    // that the start will bring: "5 problems of 800 to 1200"
	bool is_drawing;     // now
	const char *awaited; // whose solves are still asked for: "Ada and Bob"; NULL: nobody's
	const char *unseen;  // whose were not known at the draw; NULL: nobody's
	bool shortfall;      // there is something of either to say
	const char *missing; // why it brought fewer; NULL: it did not

	struct room_columns columns;
	struct room_lines lines;
	struct room_tasks tasks;
	struct room_log_lines log;
	struct room_groups groups;

	bool is_player;
	bool is_teams;
	bool has_handle;
	bool may_join;
	bool may_leave;
	bool may_begin;
	bool may_end;
	bool may_rematch;
	const char *invite; // the address to send to others; NULL: not this reader's
	struct room_join_view join;
	struct url begin;
	struct url off;
	struct url leave;
	struct url sync;
	struct url rematch;
	struct url previous; // NULL text: none
	struct url next;
	struct resting resting;
	struct room_reason_items reasons;
	const char *said; // what became of the reader's last press; NULL: nothing to say
	const char *said_mood;
	int sync_wait;      // seconds
	const char *scopes; // of the live line
	const char *after;
	const char *user_scope;
	struct span room_id;
};

struct room_invite_view {
	struct page_view page;
	struct span title;
	struct span maker;
	const char *rules;
	const char *starts;
	const char *starts_iso;
	const char *length;
	bool is_teams;
	bool is_late; // it has begun
	struct room_groups groups;
	struct room_join_view join;
	struct url room;
	const char *error;
};

struct room_contract_view {
	struct page_view page;
	struct room_reason_items reasons;
};

#endif
