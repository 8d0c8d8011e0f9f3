#ifndef MODEL_USER_SEARCH_H
#define MODEL_USER_SEARCH_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;

/* A member as other members may see one: no address, no number. */
struct user_found {
	struct span handle;
	struct span name;
	unsigned roles;
};

struct user_found_list {
	const struct user_found *v;
	size_t n;
};

/*
 * Members whose handle begins with the text or whose name holds it, in whatever case; handles come
 * first. Accounts without a proven address, disabled and deleted ones are not found.
 */
int user_search(struct db *d, struct arena *m, struct span text, size_t limit,
	struct user_found_list *out, struct err *e) ATTR_MUST_USE;

#endif
