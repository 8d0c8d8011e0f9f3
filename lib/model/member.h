#ifndef MODEL_MEMBER_H
#define MODEL_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The club's people, with an account or without one. An admin sees all of them, a coach those of
 * the own groups, a member itself; everybody else sees those who let everybody see their training,
 * and of these no address and no group's other members.
 */
struct db;
struct user;

/* What somebody may see and change; everything below asks for it. */
struct member_access {
	bool everybody;  // an admin
	int64_t user_id; // 0: a guest
	const int64_t *groups;
	size_t n_groups; // that are coached
};

int member_access_of(struct db *d, struct arena *m, const struct user *u, struct member_access *out,
	struct err *e) ATTR_MUST_USE; // u NULL: a guest

/* Whether he has members to look after. */
bool member_is_coach(const struct member_access *a);
/* Whether the group is one of his. */
bool member_has_group(const struct member_access *a, int64_t group_id);

/* Times are unix us, INT64_MIN where there is none; a rating of somebody unrated is INT64_MIN. */
struct member_item {
	int64_t id;
	struct span name;
	struct span handle; // SPAN_NONE: none
	struct span group;  // SPAN_NONE: none, or not to be seen
	int64_t rating;
	int64_t max_rating;
	struct span rank;
	int64_t n_solved;
	int64_t active_at;
	int64_t synced_at;
	struct span trouble; // why the last sync failed; empty: it did not, or not to be seen
	bool is_proved;
	bool is_public;
};

struct member_items {
	const struct member_item *v;
	size_t n;
	int64_t total; // that fit; 0 too behind the last page
};

struct member_filter {
	struct span words;  // part of a name or handle; SPAN_NONE: all
	int64_t group_id;   // 0: all; else nobody of a group that is not to be seen
	const char *order;  // of member_order_find
	bool is_descending; // who has no such value is last either way
	int most;
	int skip;
};

/* The order of that name: "name", "rating", "most", "solved", "active" or "synced"; NULL: there is
 * none. An empty name is MEMBER_FIRST_ORDER. */
const char *member_order_find(struct span name);
#define MEMBER_FIRST_ORDER "name"

/* One page of those that he may see. */
int member_list(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_filter *f, struct member_items *out, struct err *e) ATTR_MUST_USE;

struct member {
	struct member_item row;
	int64_t user_id;  // 0: no account
	int64_t group_id; // 0: none
	struct span email;
	struct span phone;
	struct span max_rank;
	int64_t tried_at;
	bool wants_reminders;
	int64_t n_reminded;
	int64_t reminded_at;
	struct span figures; // JSON (model/member_training.h); SPAN_NONE: never synced
	bool is_inside;      // may see all of it; else address, phone and group are SPAN_NONE
	bool may_edit;       // a coach of the group, or an admin
	bool is_self;
};

/* ERR_NOT_FOUND: no such member, or none to be seen. */
int member_get(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	struct member *out, struct err *e) ATTR_MUST_USE;

/* member_get and bucket_rest are asked for next: they are read in one round trip now. */
void member_ahead(struct db *d, struct arena *m, const struct member_access *a, int64_t id);

/* The account's own member; 0: none. */
int member_of_user(
	struct db *d, struct arena *m, int64_t user_id, int64_t *id, struct err *e) ATTR_MUST_USE;

/* ---- changing ---- */

struct member_new {
	struct span name;
	struct span email;    // empty: none
	struct span phone;    // empty: none
	struct span handle;   // empty: none
	int64_t group_id;     // 0: none, which only an admin may leave it at
	bool wants_reminders; // of one without an account; with one he decides himself
};

/* What is wrong with it, by field, or 0. Pure. */
int member_check(const struct member_new *n, struct err *e) ATTR_MUST_USE;

/*
 * ERR_INVALID names the field; ERR_FORBIDDEN: a group of somebody else; ERR_CONFLICT: the handle is
 * followed already, or the account has proved another one.
 */
int member_add(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_new *n, int64_t *id, struct err *e) ATTR_MUST_USE;

/* With another handle, all that was known of the old one goes. */
int member_change(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	const struct member_new *n, struct err *e) ATTR_MUST_USE;

/* With all that is known of the member; an account stays. */
int member_delete(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	struct span address, struct err *e) ATTR_MUST_USE;

/* What the account's own member lets be seen, and whether it is written to. */
int member_choose(struct db *d, int64_t user_id, bool is_public, bool wants_reminders,
	struct err *e) ATTR_MUST_USE;

/* What is taken along of a member. */
struct member_line {
	int64_t id;
	struct span name, email, phone, handle, group, section;
	int64_t year; // 0: not said
	int64_t rating, max_rating, n_solved, active_at;
};
struct member_lines {
	const struct member_line *v;
	size_t n;
};
/* The next MEMBER_BATCH of those that he may change: with an id over after_id, by id. */
int member_export(struct db *d, struct arena *m, const struct member_access *a, int64_t after_id,
	struct member_lines *out, struct err *e) ATTR_MUST_USE;

#endif
