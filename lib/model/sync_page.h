#ifndef MODEL_SYNC_PAGE_H
#define MODEL_SYNC_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct calendar_query;
struct db;

/* What members see of their syncs. Times are unix microseconds, INT64_MIN: none. */

enum sync_status {
	SYNC_NEVER, // no calendar was ever connected
	SYNC_QUEUED,
	SYNC_SYNCING,
	SYNC_SUCCESS,
	SYNC_FAILED
};

struct sync_status_now {
	enum sync_status status;
	struct span reason; // why it failed
	int64_t again_at;   // when it is tried again by itself
	int64_t ended_at;
	int64_t pressed_at; // when the member last asked for it
	int64_t asked;      // together with version another one after every change
	int64_t version;
};
int sync_status_now(struct db *d, struct arena *m, int64_t user_id, struct sync_status_now *out,
	struct err *e) ATTR_MUST_USE;

const char *sync_status_name(enum sync_status s); // "syncing": for programs

struct sync_page_item {
	struct span sink;
	struct span what; // added, moved, renamed, changed, removed, left_out
	struct span key;  // "codeforces:2261"
	struct span title;
	int64_t start_at;
	int64_t from_start_at;
	struct span reason;
};

struct sync_page_run {
	int64_t id;
	int64_t began_at;
	int64_t ended_at;
	bool failed;
	struct span reason;
	int64_t added;
	int64_t changed;
	int64_t removed;
	int64_t left_out;
	const struct sync_page_item *items; // the first SYNC_ITEMS_SHOWN
	size_t n_items;
};

struct sync_history {
	const struct sync_page_run *v; // the newest first
	size_t n;
};

/* The last SYNC_RUNS_SHOWN. */
int sync_history(struct db *d, struct arena *m, int64_t user_id, struct sync_history *out,
	struct err *e) ATTR_MUST_USE;

/* What sync_status_now, sync_history and calendar_link_list are going to read of this member, and
 * calendar_list of these contests, in one round trip (db_read_ahead). */
void sync_page_ahead(
	struct db *d, struct arena *m, int64_t user_id, const struct calendar_query *contests);

/* "Sync now", in a transaction of its own. ERR_LIMIT with retry_after_s within SYNC_COOLDOWN_S of
 * the last. */
int sync_press(struct db *d, struct arena *m, int64_t user_id, struct err *e) ATTR_MUST_USE;

/* How long until it may be pressed again, in seconds. */
int64_t sync_cooldown_left(struct db *d, const struct sync_status_now *s, int64_t now_us);

#endif
