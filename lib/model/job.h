#ifndef MODEL_JOB_H
#define MODEL_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "db/db.h"

/* The names of kinds and queues are what stands in the database; the table is in model/job_kind.c.
 */
struct job_kind {
	const char *name;  // "fetch.source"
	const char *queue; // "fetch"
	int deadline_s;    // a run that takes longer is killed and counts as failed
	int max_attempts;
	int retry_base_ms; // wait before the n-th repeat: base * 2^(n-1), 50..100 % of it, at most
			   // cap
	int retry_cap_ms;
};

extern const struct job_kind job_kinds[];
extern const size_t n_job_kinds;
const struct job_kind *job_kind_find(struct span name); // NULL if unknown

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
 * *id is 0 when an equal live job exists already. Call job_wake after the commit.
 */
int job_enqueue(struct tx *tx, struct arena *m, const struct job_spec *spec, int64_t *id,
	struct err *e) ATTR_MUST_USE;

/* Hints to the runners on this host and, through NOTIFY, to the others. Never fails; polling is the
 * truth. */
void job_wake(struct db *d, const char *queue);

#endif
