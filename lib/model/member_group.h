#ifndef MODEL_MEMBER_GROUP_H
#define MODEL_MEMBER_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"

/* Groups of members, such as a class or a team of a year, and who coaches them. */
struct tx;

struct member_group {
	int64_t id;
	struct span name;
	int64_t year;        // 0: not said
	struct span section; // empty: not said
	int64_t n;
	struct span coaches; // their names; SPAN_NONE: none
};

struct member_groups {
	const struct member_group *v;
	size_t n;
};

/* Those that he looks after, the latest year first. */
int member_groups(struct db *d, struct arena *m, const struct member_access *a,
	struct member_groups *out, struct err *e) ATTR_MUST_USE;

struct member_group_new {
	struct span name;
	int64_t year;
	struct span section;
};

/*
 * Whoever makes a group and is no admin coaches it. ERR_CONFLICT: there is one of that name;
 * ERR_INVALID names the field.
 */
int member_group_add(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_group_new *g, int64_t *id, struct err *e) ATTR_MUST_USE;
/* The same in a transaction that goes on. */
int member_group_add_in(struct tx *tx, struct arena *m, const struct member_access *a,
	const struct member_group_new *g, int64_t *id, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND: none of his. */
int member_group_change(struct db *d, const struct member_access *a, int64_t id,
	const struct member_group_new *g, struct err *e) ATTR_MUST_USE;

/* The members stay; without a group only admins see them. ERR_NOT_FOUND as above. */
int member_group_delete(
	struct db *d, const struct member_access *a, int64_t id, struct err *e) ATTR_MUST_USE;

struct member_coach {
	int64_t user_id;
	struct span name;
	struct span email;
};
struct member_coaches {
	const struct member_coach *v;
	size_t n;
};

/* Who sees the group; the caller has found it by member_groups. */
int member_coaches(struct db *d, struct arena *m, int64_t group_id, struct member_coaches *out,
	struct err *e) ATTR_MUST_USE;

/* By whoever looks after the group; ERR_NOT_FOUND: none of his. ERR_INVALID: nobody has that
 * address, or the account is not a coach's (an admin gives that role). */
int member_coach_add(struct db *d, struct arena *m, const struct member_access *a, int64_t group_id,
	struct span email, struct err *e) ATTR_MUST_USE;
/* The same, taken away. */
int member_coach_remove(struct db *d, const struct member_access *a, int64_t group_id,
	int64_t user_id, struct err *e) ATTR_MUST_USE;

#endif
