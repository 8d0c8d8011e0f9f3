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

/* Says to the member's pages how their sync stands: event calendar.sync {state}. */
int sync_tell(struct tx *tx, struct arena *m, int64_t user_id, const char *state,
	struct err *e) ATTR_MUST_USE;

/*
 * After a fetch has changed n_changes contests of a platform, in the transaction that stores them:
 * in one statement every member who has chosen it and has a calendar, one after another and behind
 * those of other platforms, so that all of them together stay inside SYNC_CALLS_PER_MIN.
 */
int sync_after_fetch(struct tx *tx, struct arena *m, enum platform p, int64_t n_changes,
	struct err *e) ATTR_MUST_USE;

/* Asks again for what was asked for and never came to its end, and for calendars whose pause is
 * over. */
int sync_catch_up(struct db *d, struct arena *m, size_t *n, struct err *e) ATTR_MUST_USE;

/* Forgets what is over for SYNC_KEEP_DAYS. */
int sync_purge(struct db *d, struct err *e) ATTR_MUST_USE;

/* After the commit of a change to the member's preferences, or of the account's end. Never fails.
 */
void sync_evict(struct cache *c, int64_t user_id);

#endif
