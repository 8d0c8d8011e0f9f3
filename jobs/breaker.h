#ifndef JOBS_BREAKER_H
#define JOBS_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "jobs/worker.h"

/* What the steward told the database of one queue's jobs. */
struct breaker {
	uint64_t ok;
	uint64_t failed;
	int64_t failing_until_us; // the breaker takes an interest until then
};

struct db;

/*
 * Tells how jobs of the queue ended since the last call. True if the queue's state has changed and
 * a look is due; e is set if the database did not take it.
 *
 * Successes alone are told only while failures are about or the breaker is not closed: in ordinary
 * times this writes nothing.
 */
bool breaker_tell(struct breaker *b, const struct runner *r, struct db *d, struct arena *m,
	struct board_queue *q, struct err *e);

#endif
