#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;

/* What a member tells about himself and wants to have. */
struct profile {
	struct span email;  // read only here
	bool is_verified;   // the address; read only here
	struct span handle; // SPAN_NONE until one is chosen
	struct span name;
	struct span bio;
	struct span zone;     // "Europe/Berlin"; empty: as the browser says
	struct span language; // "en"
	struct span theme;    // "light", "dark", or empty for what the system says
	unsigned platforms;   // bit 1 << enum platform; 0: all of them
	int notice_min;       // minutes before a contest at which to be reminded; 0: at its start
};

/* ERR_NOT_FOUND also for an account that was deleted. */
int profile_get(struct db *d, struct arena *m, int64_t user_id, struct profile **out,
	struct err *e) ATTR_MUST_USE;

/*
 * ERR_INVALID names the field that was refused; ERR_CONFLICT on field "handle" if it is taken.
 * Belongs to the caller's transaction if one is open. Call profile_evict after the commit.
 */
int profile_set(struct db *d, struct arena *m, int64_t user_id, const struct profile *p,
	struct err *e) ATTR_MUST_USE;

/*
 * profile_set and what follows from it, in a transaction of its own: calendars are made right by
 * the new wishes, and what is remembered of the member is forgotten. cache may be NULL.
 */
int profile_save(struct db *d, struct cache *cache, struct arena *m, int64_t user_id,
	const struct profile *p, struct err *e) ATTR_MUST_USE;

/* Forgets cache:user:ID, where jobs keep what they need of a member. Never fails. */
void profile_evict(struct cache *c, struct arena *m, int64_t user_id);

/* 3 to 30 of letters, digits, _ and -. */
bool handle_valid(struct span handle);

#endif
