#ifndef MODEL_JOB_RUN_H
#define MODEL_JOB_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What a runner's workers say to the job table. A claim is held by (runner, worker); neither number
 * is ever used again, so the pair is the fence: whoever lost a claim finds no row and changes
 * nothing.
 */
struct db;
struct job_kind;
struct tx;

struct job_holder {
	int32_t runner;
	int32_t worker;
};

struct job_lane {
	int16_t queue;
	int16_t priority;
};

enum {
	JOB_LANES = 3,  // of each queue: urgent, normal, low
	JOB_LEVELS = 4, // sizes of claims
	JOB_LANE_ANY = -1
};

/* A lane's number, 0..JOB_LANES-1, and its priority. */
int16_t job_lane_priority(int lane);
int job_priority_lane(int priority);

extern const int job_level_size[JOB_LEVELS]; // 1 .. JOB_MAX_BATCH

struct job_row {
	int64_t id;
	int attempt; // this run's number, from 1
	struct span kind;
	struct span payload; // SPAN_NONE: large, ask job_payload
	bool keyed;          // it has a dedup key
};

/*
 * One round trip and one commit: the finished jobs leave, the next batch of a lane is claimed.
 * After an error it is not known whether either happened. Finishing can be said again; of the
 * claim's rows nobody knows then, and the worker must end so that its runner finds them
 * (job_return_lost).
 *
 * Finishing is durable when the call returns. A claim of one job that goes with no finishing is
 * not: its commit does not wait for the disk, so that a job that comes to an idle worker begins at
 * once. If the server itself crashes before it wrote the claim, the job is ready again, this run
 * is not counted, and whoever runs the job next holds it under another pair (runner, worker), so
 * that the answer of the forgotten run is refused like that of any other lost claim.
 */
struct job_turn {
	struct job_holder who;

	struct job_lane done_lane;
	const int64_t *done;
	size_t n_done;
	bool keep_done;  // in job_done
	bool done_slot;  // they came from a limited queue
	bool done_keyed; // one of them has a dedup key, or it is not known

	bool claim;
	struct job_lane lane; // priority JOB_LANE_ANY: at most one, of the first lane that has any
	int64_t floor[JOB_LANES]; // no smaller id of the lane is looked at
	int level;
	bool limited; // the queue has a limit or a half-open breaker: at most one, level is
		      // ignored, and the lane must be named

	/* Answers. */
	int64_t accepted;     // of n_done were still this worker's
	struct job_row *jobs; // of one lane, in order of id, in the arena
	size_t n_jobs;
	bool fills; // the limited queue has no room for more
	struct job_lane got;
};

/* One turn; the answers are in t. */
int job_turn(struct db *d, struct arena *m, struct job_turn *t, struct err *e) ATTR_MUST_USE;

/* Who holds a claim of which lane. */
struct job_hold {
	struct job_holder who;
	struct job_lane lane;
	bool slot;  // it came from a limited queue
	bool keyed; // it has a dedup key, or it is not known
};

/* The job and who holds it, as text for what a worker leaves behind for others to see. */
const char *job_sign(struct arena *m, const struct job_hold *hold, int64_t id);

/* Whether that worker is known to hold that job no more: it is done, was handed back, or the worker
 * was killed. False where the text is none of job_sign's, and where it cannot be known. */
bool job_is_gone(struct db *d, struct arena *m, struct span sign);

/* ERR_NOT_FOUND if the job is not this worker's any more. */
int job_payload(struct db *d, struct arena *m, const struct job_hold *hold, int64_t id,
	struct span *out, struct err *e) ATTR_MUST_USE;

enum job_fate {
	JOB_FATE_LOST, // it was not this worker's any more: nothing changed
	JOB_FATE_WAITING,
	JOB_FATE_DEAD
};

struct job_failure {
	struct job_hold hold;
	int64_t id;
	int attempt;
	const struct job_kind *kind; // NULL: no longer known to this program
	const struct err *why;       // its kind decides between repeat and death
	unsigned seed;               // for the jitter
};

/* How long until the next attempt; -1: none. */
int64_t job_retry_ms(
	const struct job_kind *kind, int attempt, const struct err *why, unsigned random);

/* Records a failed run: the job waits for the next one or is dead. */
int job_fail(struct db *d, struct arena *m, const struct job_failure *f, enum job_fate *fate,
	struct err *e) ATTR_MUST_USE;

/* Hands claims back that were not started; their attempt does not count. */
int job_return(struct db *d, struct arena *m, const struct job_hold *hold, const int64_t *ids,
	size_t n, struct err *e) ATTR_MUST_USE;

/* Finishes one job inside a transaction; ERR_CONFLICT if it is not this worker's any more. */
int job_finish_in(struct tx *tx, struct arena *m, const struct job_hold *hold, int64_t id,
	bool keep_done, struct err *e) ATTR_MUST_USE;

#endif
