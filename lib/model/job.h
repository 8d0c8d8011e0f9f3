#ifndef MODEL_JOB_H
#define MODEL_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "db/db.h"

/*
 * The rules of a kind of job. The names of kinds and queues are what stands in the database; the
 * tables of kinds, queues and the clock's jobs are in model/job_kind.c.
 */
struct job_kind {
	const char *name;   // "fetch.source"
	const char *queue;  // "fetch"
	int deadline_s;     // a run that takes longer is killed and counts as failed
	int max_attempts;   // the run that fails with this number is the last
	int retry_base_ms;  // wait before the n-th repeat: base * 2^(n-1), 50..100 % of it, at
	int retry_cap_ms;   // most cap
	const char *at_end; // kind that is enqueued when a job of this one is given up, with
			    // {job, kind, error, payload}; NULL: nobody is told
};

extern const struct job_kind job_kinds[];
extern const size_t n_job_kinds;
const struct job_kind *job_kind_find(struct span name); // NULL if unknown

/* All kinds, the further ones included; NULL after the last. */
const struct job_kind *job_kind_at(size_t i);

/* Further kinds, for the programs that test the runner. The array must outlive the process. */
void job_kind_extra(const struct job_kind *v, size_t n);

/* How a queue starts; afterwards its row in job_queue is the operator's. */
struct job_queue_rule {
	const char *name;
	int weight;      // its share of the workers while others have work too: 1..1000
	int max_running; // over all runners; 0: no limit
	/* No breaker opens: somebody waits to be told after few tries, or what fails is one
	 * problem's own program and says nothing of the others. */
	bool tries_on;
};

extern const struct job_queue_rule job_queues[];
extern const size_t n_job_queues;
const struct job_queue_rule *job_queue_rule_find(struct span name); // NULL if unknown

/* Jobs by the clock, entered at the start of a runner unless an operator changed them (cron.h). */
struct job_clock {
	const char *name;
	const char *schedule; // base/cron.h
	const char *zone;
	const char *kind;
	int priority;
	const char *payload;
	const char *unique; // NULL: cron:NAME
};

extern const struct job_clock job_clocks[];
extern const size_t n_job_clocks;

enum {
	JOB_PRIORITY_URGENT = 0,
	JOB_PRIORITY_NORMAL = 10,
	JOB_PRIORITY_LOW = 20
};

struct job_spec {
	const char *kind;
	struct span payload; // a JSON object; SPAN_NONE: {}
	struct span unique;  // dedup key: no second live job of this queue with the same key;
			     // SPAN_NONE: none
	int priority;        // one of JOB_PRIORITY_
	int64_t delay_ms;    // 0: ready at once
};

/*
 * Part of the caller's transaction: the job exists if and only if what caused it is committed.
 * *id is 0 when an equal live job (ready, running, waiting) exists already. Call job_wake after the
 * commit. ERR_INVALID for a payload that is no JSON, ERR_LIMIT for one over JOB_MAX_PAYLOAD.
 */
int job_enqueue(struct tx *tx, struct arena *m, const struct job_spec *spec, int64_t *id,
	struct err *e) ATTR_MUST_USE;

/* The same as a transaction of its own, for a job that nothing else goes with. */
int job_enqueue_alone(struct db *d, struct arena *m, const struct job_spec *spec, int64_t *id,
	struct err *e) ATTR_MUST_USE;

/* Many of spec's kind and priority, ready at once and without key, in one statement. */
int job_enqueue_many(struct tx *tx, struct arena *m, const struct job_spec *spec,
	const struct span *payloads, size_t n, struct err *e) ATTR_MUST_USE;

/*
 * Hints to the runners on this host that a queue has work and, only if none listens here, through
 * NOTIFY to the others. Never fails and never inside a transaction; polling is the truth.
 */
void job_wake(struct db *d, const char *queue);

/* A row for the queue, as job_queues says; nothing if it has one. */
int job_queue_ensure(struct db *d, const char *queue, struct err *e) ATTR_MUST_USE;

/* No job of the queue begins for that time, on any runner. INT64_MAX: until it is resumed. */
int job_queue_pause(struct db *d, const char *queue, int64_t for_ms, const char *reason,
	struct err *e) ATTR_MUST_USE;
int job_queue_resume(struct db *d, const char *queue, struct err *e) ATTR_MUST_USE;

#endif
