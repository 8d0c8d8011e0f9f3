#ifndef MODEL_SOURCE_H
#define MODEL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/platform.h"

struct db;
struct tx;

/*
 * When a platform is asked again, in unix seconds.
 *
 * After an answer: after a day; but from a day before the platform's next contest on every hour,
 * and from two hours before it every 15 minutes. next_start_s is that contest's start, 0 if none is
 * known. An answer without contests where there were some (doubtful) is checked after 15 minutes.
 *
 * After the streak-th failure in a row: what may be gone in a moment (ERR_TEMPORARY, ERR_LIMIT) is
 * tried again after 1, 2, 4 … at most 30 minutes, the rest (blocked, another shape) after 1, 2, 4,
 * at most 6 hours; never sooner than retry_after_s.
 */
int64_t source_next_after_answer(int64_t now_s, int64_t next_start_s, bool doubtful);
int64_t source_next_after_failure(int64_t now_s, enum err_kind kind, int streak, int retry_after_s);

/* One fetch: when it began and ended, in unix microseconds. */
struct source_try {
	enum platform platform;
	int64_t started_us;
	int64_t ended_us;
};

/*
 * Records that a fetch failed because of why. Touches nothing but the source's row; a failure that
 * is older than the last good answer is ignored. Good ones: contest_store.
 */
int source_failed(struct db *d, struct arena *m, const struct source_try *t, const struct err *why,
	struct err *e) ATTR_MUST_USE;

/* "Fetch now": *job is 0 if such a job is waiting or running already. Call job_wake(d, "fetch")
 * after the commit. */
int source_fetch_request(
	struct tx *tx, struct arena *m, enum platform p, int64_t *job, struct err *e) ATTR_MUST_USE;

/* Enqueues a fetch of every platform whose time has come, in a transaction of its own. */
int source_fetch_due(
	struct db *d, struct arena *m, int64_t now_us, size_t *n, struct err *e) ATTR_MUST_USE;

/* Enqueues a fetch of every platform. */
int source_fetch_all(struct db *d, struct arena *m, size_t *n, struct err *e) ATTR_MUST_USE;

#endif
