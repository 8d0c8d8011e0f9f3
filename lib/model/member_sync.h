#ifndef MODEL_MEMBER_SYNC_H
#define MODEL_MEMBER_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "net/codeforces.h"

/*
 * What Codeforces knows of a member, fetched and kept. Everything is fetched before anything is
 * written, and written in one transaction: a fetch that fails in the middle changes nothing but the
 * note of why. Every try, and every step of a sweep, is an event (model/event.h).
 */
struct codeforces_desk;
struct db;
struct tx;

struct member_sync {
	struct db *db;
	struct codeforces_desk *desk;
	enum codeforces_priority priority;
	int max_wait_ms; // at the gate, for each of the three calls
	int (*end)(void *data, struct tx *tx, struct err *e); // part of the transaction, or NULL
	void *data;
};

/*
 * Person, ratings and submissions: all of them at first, up to TRACK_FIRST_MOST, later those since
 * the newest known one. A renamed handle is followed. Forgets before what the cache holds of the
 * handle. ERR_NOT_FOUND: no such member, or none with a handle; ERR_INVALID: Codeforces knows no
 * such handle, or calls the member by one that another member has (kept as the member's trouble);
 * ERR_TEMPORARY too where the member was given another handle meanwhile; else the errors of
 * codeforces_call and of `end`.
 */
int member_sync_run(const struct member_sync *s, struct arena *m, int64_t member_id,
	struct err *e) ATTR_MUST_USE;

/* A job that does it now, unless one waits already. */
int member_sync_ask(struct db *d, struct arena *m, int64_t member_id, struct err *e) ATTR_MUST_USE;

/* The same in the caller's transaction; member_sync_wake after the commit. */
int member_sync_order(
	struct tx *tx, struct arena *m, int64_t member_id, struct err *e) ATTR_MUST_USE;
void member_sync_wake(struct db *d);

/* ---- all of them ---- */

/*
 * A job for every member with a handle, who waited longest first. *id is the sweep, of one that
 * runs already if there is one; one that has not ended in TRACK_SWEEP_HOURS is stopped. made_by 0:
 * the clock.
 */
int member_sweep_start(
	struct db *d, struct arena *m, int64_t made_by, int64_t *id, struct err *e) ATTR_MUST_USE;

/* Whether somebody stopped it, or it is gone. */
int member_sweep_stopped(
	struct db *d, struct arena *m, int64_t id, bool *out, struct err *e) ATTR_MUST_USE;

/* One member of it is through; in the transaction that ends the job. */
int member_sweep_count(struct tx *tx, int64_t id, bool failed, struct err *e) ATTR_MUST_USE;

struct member_sweep {
	int64_t id; // 0: there was none yet
	int64_t began_at;
	int64_t n;
	int64_t n_done; // with those that failed
	int64_t n_failed;
	int64_t running_s; // so far, or until it ended
	bool is_over;
	bool is_stopped;
};

/* The latest. */
int member_sweep_last(
	struct db *d, struct arena *m, struct member_sweep *out, struct err *e) ATTR_MUST_USE;

/* Seconds until the end at the pace so far, or before anybody is done, at three calls each. */
int64_t member_sweep_left_s(const struct member_sweep *s, int64_t interval_ms);

/* Members that were not yet asked for stay as they are. Nothing happens where none runs. */
int member_sweep_stop(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
