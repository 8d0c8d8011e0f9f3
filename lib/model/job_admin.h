#ifndef MODEL_JOB_ADMIN_H
#define MODEL_JOB_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* What people ask about jobs and do to them, and what keeps the tables small. */
struct db;

/* Partitions of job_done: those of the coming days are made, those over keep_days old dropped. */
int job_done_tend(struct db *d, struct arena *m, int keep_days, struct err *e) ATTR_MUST_USE;

/* The nightly work: job_done_tend, old dead jobs, keys of jobs that are nowhere. */
int job_purge(struct db *d, struct arena *m, int done_keep_days, struct err *e) ATTR_MUST_USE;

struct job_view {
	int64_t id;
	struct span state; // "ready", "running", "later", "dead", "done"
	struct span queue;
	struct span kind;
	int priority;
	int attempt; // runs begun
	int64_t at;  // unix us: ready or running since, due at, died or done at
	struct span error;

	/* By job_show only. */
	int64_t created_at;
	int32_t runner; // 0: none
	struct span key;
	struct span payload; // SPAN_NONE when it is done: it was not kept
};

struct job_views {
	struct job_view *v; // in the arena
	size_t n;
};

struct job_filter {
	const char *state; // NULL: all but done
	const char *queue; // NULL: all
	int limit;         // at least 1
};

/* Jobs that fit the filter. */
int job_list(struct db *d, struct arena *m, const struct job_filter *f, struct job_views *out,
	struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND if there is no such job (any more). */
int job_show(struct db *d, struct arena *m, int64_t id, struct job_view *out,
	struct err *e) ATTR_MUST_USE;

struct job_ids {
	int64_t *v; // in the arena
	size_t n;
};

/* Up to `limit` dead jobs of a queue, oldest first. */
int job_dead_ids(struct db *d, struct arena *m, const struct job_filter *f, struct job_ids *out,
	struct err *e) ATTR_MUST_USE;

struct job_queue_view {
	struct span name;
	int weight;
	int max_running;      // 0: no limit
	int64_t paused_until; // unix us; INT64_MIN: not paused; INT64_MAX: until resumed
	struct span reason;
	int trips; // of the circuit breaker; 0: closed
	int64_t breaker_until;
};

/*
 * Both hold for runners within JOB_POLL_MS and are the operator's from then on. A limit counts jobs
 * over all runners, beginning with those that start under it; 0: none. ERR_NOT_FOUND if there is no
 * such queue, ERR_INVALID outside 0..JOB_MAX_RUNNING and 1..JOB_MAX_WEIGHT.
 */
int job_queue_limit(
	struct db *d, const char *queue, int64_t max_running, struct err *e) ATTR_MUST_USE;
int job_queue_weight(struct db *d, const char *queue, int64_t weight, struct err *e) ATTR_MUST_USE;

/* All queues by name. */
int job_queue_list(struct db *d, struct arena *m, struct job_queue_view **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

#endif
