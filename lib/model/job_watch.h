#ifndef MODEL_JOB_WATCH_H
#define MODEL_JOB_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What the admin pages show of jobs, queues and runners: never a payload, and no slower when a
 * queue is long. Counts go up to JOB_DEPTH_CAP for each lane.
 */
struct db;

struct job_watch_queue {
	struct span name;
	int weight;
	int max_running;      // 0: no limit
	int64_t paused_until; // unix us; INT64_MIN: not paused; INT64_MAX: until resumed
	struct span reason;
	int trips; // of the circuit breaker; 0: closed
	int64_t breaker_until;
	int64_t ready;
	int64_t running;
	int64_t later;
	int64_t dead;
	int64_t oldest_at; // since when the oldest ready one waits; INT64_MIN: none
};

struct job_watch_queues {
	struct job_watch_queue *v;
	size_t n;
};

/* All queues by name. */
int job_watch_queues(
	struct db *d, struct arena *m, struct job_watch_queues *out, struct err *e) ATTR_MUST_USE;

enum job_watch_state {
	JOB_WATCH_RUNNING,
	JOB_WATCH_READY,
	JOB_WATCH_LATER,
	JOB_WATCH_DEAD
};

struct job_watch {
	int64_t id;
	struct span queue;
	struct span kind;
	int priority;
	int attempt;
	int64_t at; // unix us: running or ready since, due at, died at
	struct span error;
	int32_t runner; // 0: none
	int32_t worker;
	struct span host; // SPAN_NONE: the runner is gone
	int32_t pid;
	int16_t queue_id; // of ready ones
};

struct job_watch_filter {
	enum job_watch_state state;
	const char *queue; // NULL: all
	struct span after; // the place of the last page's last job; SPAN_NONE: from the start
	int limit;
};

struct job_watches {
	struct job_watch *v;
	size_t n;
	struct span next; // the place of the last one, for .after; SPAN_NONE: there are no more
};

/* One page. A place that is none is the start. */
int job_watch_list(struct db *d, struct arena *m, const struct job_watch_filter *f,
	struct job_watches *out, struct err *e) ATTR_MUST_USE;

struct job_watch_runner {
	int32_t id;
	struct span host;
	int32_t pid;
	int32_t workers;
	bool draining;
	int64_t started_at;
	int64_t silent_us; // since it was heard of, by the database's clock
};

struct job_watch_runners {
	struct job_watch_runner *v;
	size_t n;
};

/* Those that are registered; one that fell silent is given up by the others after RUNNER_SILENT_S.
 */
int job_watch_runners(
	struct db *d, struct arena *m, struct job_watch_runners *out, struct err *e) ATTR_MUST_USE;

#endif
