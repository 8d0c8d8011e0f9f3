#ifndef MODEL_MEMBER_BOARD_H
#define MODEL_MEMBER_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"

/*
 * The leaderboard of a month: what members solved for the first time in it, what that is worth, and
 * how their ratings changed (sql/schema/0029_member_month.sql says how it is reckoned). Who may not
 * see a member does not see it here either, and places are among those who are seen.
 */
struct db;

/* The order of that name: "solved", "points" or "rating"; NULL: there is none. An empty name is the
 * first. */
const char *member_board_order_find(struct span name);

struct board_filter {
	int64_t month;     // base/month.h
	const char *order; // of member_board_order_find
	int64_t group_id;  // 0: all; else nobody of a group that is not to be seen
	int most;
	int skip;
};

struct board_line {
	int64_t place; // the same for equals
	int64_t id;
	struct span name;
	struct span handle; // SPAN_NONE: none
	struct span group;  // SPAN_NONE: none, or not to be seen
	struct span rank;
	bool is_proved;
	int64_t n_solved;
	int64_t points;
	int64_t n_contests;
	int64_t rating_change;
};

struct board_lines {
	const struct board_line *v;
	size_t n;
	int64_t total; // that fit; 0 too behind the last page
};

/* One page. By "rating" those who had a rated contest, else those who solved something. */
int member_board(struct db *d, struct arena *m, const struct member_access *a,
	const struct board_filter *f, struct board_lines *out, struct err *e) ATTR_MUST_USE;

/* The first month of which anything is known of anybody; INT64_MIN: none. */
int member_board_first(struct db *d, struct arena *m, int64_t *month, struct err *e) ATTR_MUST_USE;

#endif
