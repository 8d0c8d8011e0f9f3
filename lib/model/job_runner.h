#ifndef MODEL_JOB_RUNNER_H
#define MODEL_JOB_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/job_run.h"

/*
 * What a runner's steward says to the database: that the runner lives, and everything that is done
 * once for all its workers.
 */
struct db;

/* Rows of job_queue for all queues and of job_cron for all clock jobs of this program. */
int job_setup(struct db *d, struct arena *m, struct err *e) ATTR_MUST_USE;

struct job_runner {
	const char *host;
	int pid;
	int workers;
	int32_t id; // answer: a number that was never used before
};

/* Registers the runner. */
int job_runner_add(
	struct db *d, struct arena *m, struct job_runner *runner, struct err *e) ATTR_MUST_USE;

/* *alive is false when others have given this runner up. */
int job_runner_beat(struct db *d, struct arena *m, int32_t runner, bool draining, bool *alive,
	struct err *e) ATTR_MUST_USE;

/* Ready again: the lane and the smallest id of what came back to it. */
struct job_back {
	struct job_lane lane;
	int64_t low;
	size_t n;
};

struct job_backs {
	struct job_back *v; // in the arena
	size_t n;
};

/* Give up runners silent for RUNNER_SILENT_S; *backs is what they held. */
int job_runner_reap(
	struct db *d, struct arena *m, struct job_backs *backs, struct err *e) ATTR_MUST_USE;

/* This runner's own end; none of its workers lives. */
int job_runner_leave(struct db *d, struct arena *m, int32_t runner, struct job_backs *backs,
	struct err *e) ATTR_MUST_USE;

/* A runner's workers as one moment showed them: those up to `newest` not in `live` are dead. */
struct job_crew {
	int32_t runner;
	int32_t newest;
	const int64_t *live;
	size_t n_live;
};

/* Hands back what the dead ones hold. */
int job_return_lost(struct db *d, struct arena *m, const struct job_crew *crew,
	struct job_backs *backs, struct err *e) ATTR_MUST_USE;

/* Hands back what runners hold that are no longer registered. */
int job_return_strays(
	struct db *d, struct arena *m, struct job_backs *backs, struct err *e) ATTR_MUST_USE;

/*
 * Moves up to 1000 due jobs from job_later to job. *floor_us is where the last call left off; it is
 * moved on, so that rows already moved are not looked at again while they cannot be vacuumed. Set
 * it to 0 now and then: a row may be committed late. *next_ms: until the next is due, -1: none.
 */
int job_promote(struct db *d, struct arena *m, int64_t *floor_us, struct job_backs *backs,
	int64_t *next_ms, struct err *e) ATTR_MUST_USE;

struct job_look {
	int16_t id;
	struct span name;
	int weight;
	bool tripped; // the breaker is not closed
	bool limited; // a limit or a breaker that is not closed: claims are counted
	bool paused;
	bool ready[JOB_LANES];
	int64_t low[JOB_LANES];    // smallest ready id
	int64_t age_ms[JOB_LANES]; // how long it has been ready
};

/* What the runner has to know of each queue, in the arena. */
int job_look(struct db *d, struct arena *m, struct job_look **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

struct job_depth {
	int16_t id;
	int64_t ready; // these are counted up to JOB_DEPTH_CAP
	int64_t later;
	int64_t dead;
};

/* Numbers for /health and /metrics. */
int job_depth(struct db *d, struct arena *m, struct job_depth **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

struct job_outcome {
	int16_t queue;
	int64_t ok;
	int64_t failed;  // for reasons that may pass
	int trips;       // answer: 0 while the breaker is closed
	int64_t open_ms; // answer: the queue rests for so long
};

/* Tells the breaker how jobs ended. */
int job_queue_outcome(
	struct db *d, struct arena *m, struct job_outcome *o, struct err *e) ATTR_MUST_USE;

/* NOTIFY by the runner itself, to learn whether it arrives. */
int job_notify(struct db *d, const char *text, struct err *e) ATTR_MUST_USE;

#endif
