#ifndef JOBS_LANE_H
#define JOBS_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/span.h"
#include "jobs/board.h"
#include "model/job_run.h"

/*
 * Which lane (queue and priority) a worker claims from next, and how much. Between queues: stride
 * scheduling by weight over the time their jobs took. Within a queue: 70, 20 and 10 of 100 turns
 * for urgent, normal and low while all have work; a lane whose first job has waited JOB_AGE_MS is
 * served at once. So none starves.
 */
struct lane_queue {
	int32_t id;
	size_t place; // on the board
	int weight;
	bool limited;
	bool paused;
	bool woken;  // somebody says that there is work, not in which lane
	bool behind; // nothing of it was found at the fronts: a little behind them, then
	int last;    // lane of the last claim that gave something
	bool maybe[JOB_LANES];
	int64_t floor[JOB_LANES]; // of the last choice: smaller ids are not looked at
	int64_t age_ms[JOB_LANES];
	int level;       // size of the next claim, as far as the past tells
	int full;        // claims in a row that came back full
	int64_t mean_us; // of a job, moving; -1: unknown
	int64_t pass;    // stride scheduling: the lowest is next
};

struct lanes {
	struct lane_queue q[JOB_MAX_QUEUES];
	size_t n;
	uint32_t seen; // look of the board
	int max_level;
	struct fronts *fronts;
	const char *without; // a queue whose work this machine cannot do; NULL: none
	unsigned (*random)(void);
};

struct lane_choice {
	struct lane_queue *queue;
	struct job_lane lane;
	int level;
	int expected; // the lane whose front was moved on at once
};

/* random gives uniform numbers; max_batch bounds every claim. */
void lanes_init(struct lanes *l, struct fronts *f, int max_batch, unsigned (*random)(void));

/* Takes over what the steward saw since the last time. */
void lanes_refresh(struct lanes *l, struct board *b);

/* A hint that the queue of that name has work. */
void lanes_wake(struct lanes *l, struct board *b, struct span queue);

/* False: there is nothing to do, as far as is known. */
bool lanes_pick(struct lanes *l, struct lane_choice *out);

/* What the claim gave. True if others should be woken, because there is likely more. */
bool lanes_claimed(struct lanes *l, const struct lane_choice *c, const struct job_turn *t);

/*
 * Before jobs run: true while there is a queue of which this worker was told that it has work and
 * has not looked yet. Another one should be told instead, because the jobs may take long.
 */
bool lanes_hand_on(struct lanes *l, int32_t *queue);

/* n jobs of the queue took so long together. */
void lanes_ran(struct lanes *l, int32_t queue, size_t n, int64_t took_us);

#endif
