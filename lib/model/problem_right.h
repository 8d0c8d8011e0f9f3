#ifndef MODEL_PROBLEM_RIGHT_H
#define MODEL_PROBLEM_RIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_edit.h"

struct db;
struct user;

/* Who may do what with problems; nothing else in the tree decides it. */
enum problem_right {
	PROBLEM_MAY_READ = 1 << 0,   // statement, samples, open files
	PROBLEM_MAY_SUBMIT = 1 << 1, // outside contests
	PROBLEM_MAY_DATA = 1 << 2,   // see all tests, versions, jury's files and solutions
	PROBLEM_MAY_EDIT = 1 << 3,
	PROBLEM_MAY_SIGN = 1 << 4, // let an unsound version pass
	PROBLEM_MAY_DELETE = 1 << 5
};

/* user NULL: a guest. owner_id 0: the owner's account is gone. */
unsigned problem_rights(
	const struct user *user, int64_t owner_id, enum problem_visibility visibility);

/* Whether the user may make problems: creators, jury, admins. */
bool problem_may_create(const struct user *user);

/* A problem as whoever asks for it meets it first. */
struct problem_ref {
	int64_t id;
	int64_t version_id; // the current one; 0: none yet
	int64_t owner_id;
	enum problem_visibility visibility;
	struct span slug;
	unsigned rights;
};

/* Who asks for which one, and what he wants to do with it. */
struct problem_ask {
	struct span name; // the slug or, all digits, the id
	const struct user *user;
	unsigned need; // PROBLEM_MAY_...; reading is always needed
};

/*
 * ERR_NOT_FOUND if there is none or the user may not know of it; ERR_FORBIDDEN, of a guest
 * ERR_AUTH, if he may read it but lacks one of need.
 */
int problem_find(struct db *d, struct arena *m, const struct problem_ask *ask,
	struct problem_ref *out, struct err *e) ATTR_MUST_USE;

#endif
