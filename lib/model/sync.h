#ifndef MODEL_SYNC_H
#define MODEL_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/platform.h"

struct cache;
struct db;
struct tx;

/* Why a member's calendars are looked at. */
enum sync_cause {
	SYNC_BY_MEMBER,     // asked for: at once, and noted in the history whatever comes of it
	SYNC_BY_PREFERENCE, // platforms, notice, reminders or colours were changed
	SYNC_BY_LINK,       // a calendar was connected
	SYNC_BY_SOURCE      // contests have changed
};

/*
 * Has the member's calendars made right, by a job in the caller's transaction; nothing happens to a
 * member without a connected calendar. Asking twice before the job has begun makes one job; asking
 * while it runs makes it look again at its end. Call sync_wake after the commit.
 */
int sync_request(struct tx *tx, struct arena *m, int64_t user_id, enum sync_cause cause,
	struct err *e) ATTR_MUST_USE;
void sync_wake(struct db *d);

/* After the commit of a change to the member's preferences, or of the account's end. Never fails.
 */
void sync_evict(struct cache *c, int64_t user_id);

#endif
