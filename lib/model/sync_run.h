#ifndef MODEL_SYNC_RUN_H
#define MODEL_SYNC_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/cache.h"
#include "model/calendar_link.h"
#include "model/platform.h"
#include "model/reconcile.h"

struct db;
struct tx;

/* What one sync reads and writes down (jobs/kind/calendar_sync.c). */

/*
 * One job at a time works on a member's calendars. lock:sync:ID, of SYNC_LOCK_MS, tells that
 * cheaply; where it is taken, the jobs' leases tell whether its holder still lives. out->turn is
 * false if somebody else is at it. sync_leave gives it back.
 */
struct sync_turn_of {
	int64_t user_id;
	int64_t job; // the asking one
};
struct sync_turn {
	bool turn;
	struct cache_lock lock;
};
int sync_enter(struct db *d, struct cache *c, struct arena *m, const struct sync_turn_of *who,
	struct sync_turn *out, struct err *e) ATTR_MUST_USE;
void sync_leave(struct cache *c, struct sync_turn *t);

/* How things stand when a sync begins. exists is false for a member who never had a calendar. */
struct sync_look {
	int64_t user_id;
	bool exists;
	int64_t asked;       // causes so far
	int64_t version;     // of what the caches may hold
	int64_t contests_at; // when a contest changed last
};
int sync_look(struct db *d, struct arena *m, int64_t user_id, struct sync_look *out,
	struct err *e) ATTR_MUST_USE;

struct sync_member {
	bool active; // not disabled, not deleted
	unsigned platforms;
	int notice_min;
	struct calendar_links links; // whatever their state
};

/* From cache:user:ID if that is of this version, else from a replica, else from the primary. */
int sync_member(struct db *d, struct cache *c, struct arena *m, const struct sync_look *look,
	struct sync_member *out, struct err *e) ATTR_MUST_USE;

/* The events of all of a member's links, those of one link together. */
struct sync_recorded {
	const int64_t *link_ids;
	const struct recorded_event *v;
	size_t n;
};

/* From cache:synced_events:ID if that is of this version, else from the primary. */
int sync_recorded(struct db *d, struct cache *c, struct arena *m, const struct sync_look *look,
	struct sync_recorded *out, struct err *e) ATTR_MUST_USE;

/* The same, from the primary. */
int sync_recorded_fresh(struct db *d, struct arena *m, int64_t user_id, struct sync_recorded *out,
	struct err *e) ATTR_MUST_USE;

/* A contest as it is written into calendars, but for what its reader chooses. */
struct sync_contest {
	enum platform platform;
	struct span key; // "codeforces:2261"
	struct span title;
	struct span url;
	struct span description;
	struct span digest; // of all the above and the times, 32 hex digits
	int64_t start_s;
	int64_t end_s;
	int64_t changed_s;
	int64_t sequence;
};

struct sync_contests {
	const struct sync_contest *v; // by start
	size_t n;
};

/*
 * Those that are announced and not over for long. Kept in this process while contests_at stays the
 * same; valid until the next call.
 */
int sync_contests(struct db *d, int64_t contests_at, int64_t now_s, struct sync_contests *out,
	struct err *e) ATTR_MUST_USE;

/* The member is shown as syncing; goes on with a run that is not over. */
int sync_run_begin(struct db *d, struct arena *m, int64_t user_id, int64_t *run_id,
	struct err *e) ATTR_MUST_USE;

/* Before the calendar is asked to remove them: so their absence is known as our work. */
int sync_mark_removing(struct db *d, int64_t link_id, const struct span *keys, size_t n,
	struct err *e) ATTR_MUST_USE;

/* They were gone when they were to be removed. */
int sync_mark_dismissed(struct db *d, int64_t link_id, const struct span *keys, size_t n,
	struct err *e) ATTR_MUST_USE;

/* What has become of one event, and the line of the history that tells of it. */
struct sync_note {
	int64_t run_id;
	int64_t link_id;
	enum calendar_sink sink;
	struct recorded_event event;
	const char *what;     // added, moved, renamed, changed, removed, left_out
	int64_t from_start_s; // before a move; 0: none
	const char *reason;   // NULL: none
};
int sync_record(struct db *d, const struct sync_note *n, struct err *e) ATTR_MUST_USE;

/* For effects that belong into the same commit; data is the caller's. */
typedef int sync_settle_fn(void *data, struct tx *tx, struct err *e);

struct sync_result {
	int64_t run_id;     // 0: there was nothing to do
	const char *reason; // NULL: success; else why not, for the member
	int64_t again_s;    // when it is tried again by itself; 0: it is not
	bool owed;          // what is missing is asked for again, SYNC_BEHIND_S after it was asked
	sync_settle_fn
		*settle; // called if the sync is over and nothing new was asked; NULL: nobody
	void *data;
	bool again; // out: there was a new cause meanwhile
};

/* The end of a sync, in a transaction of its own. */
int sync_end(struct db *d, struct arena *m, const struct sync_look *look, struct sync_result *r,
	struct err *e) ATTR_MUST_USE;

/* Forgets cache:synced_events:ID, after something was recorded. Never fails. */
void sync_evict_recorded(struct cache *c, int64_t user_id);

const char *sync_state_name(enum event_state s); // as the database and the caches write it
bool sync_state_find(struct span name, enum event_state *out);

#endif
