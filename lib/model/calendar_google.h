#ifndef MODEL_CALENDAR_GOOGLE_H
#define MODEL_CALENDAR_GOOGLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct envelope;

/* What a member has granted at Google. */
struct calendar_grant {
	int64_t user_id;
	struct span account; // address of the Google account
	struct span refresh; // the lasting permission, plain
	bool is_primary;     // events go into the account's primary calendar
};

/* Connects the calendar and asks for a sync in one commit; then evicts and wakes. ERR_TEMPORARY
 * without a key to seal the permission with. */
int calendar_google_connect(struct db *d, struct cache *c, struct arena *m,
	const struct envelope *seal, const struct calendar_grant *g, struct err *e) ATTR_MUST_USE;

#endif
