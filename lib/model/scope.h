#ifndef MODEL_SCOPE_H
#define MODEL_SCOPE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What a token that a member made may be used for. Each route of the JSON API names the one it
 * needs (fcgi/routes.c); a route that names none is closed to such tokens. The bits stand in the
 * database: new ones are added at the end.
 */
enum scope {
	SCOPE_NONE = 0,
	SCOPE_PROFILE_READ = 1 << 0,
	SCOPE_PROFILE_WRITE = 1 << 1,
	SCOPE_USERS_READ = 1 << 2,
	SCOPE_SUBMISSIONS_READ = 1 << 3,
	SCOPE_SUBMISSIONS_WRITE = 1 << 4,
	SCOPE_JUDGE_OPERATE = 1 << 5,
	SCOPE_PROBLEMS_READ = 1 << 6,
	SCOPE_PROBLEMS_WRITE = 1 << 7,
	SCOPE_MEMBERS_READ = 1 << 8
};

struct scope_info {
	enum scope scope;
	const char *name; // "profile:read"
	const char *text; // for the page where it is chosen
};

extern const struct scope_info scopes[]; // in the order of their bits, without a gap
extern const size_t n_scopes;

const char *scope_name(enum scope s); // "" for SCOPE_NONE

/* The name of the bit 1 << i; NULL behind the last. For declared sets (FIELD_SET). */
const char *scope_name_at(size_t i);

/* The bit of a name; SCOPE_NONE if there is none of it. */
enum scope scope_find(struct span name);

/* "profile:read users:read", as RFC 6749 writes lists of them. */
const char *scopes_text(struct arena *m, unsigned set);

#endif
