#ifndef JOBS_TALLY_H
#define JOBS_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "jobs/board.h"
#include "model/cache.h"

/* What a worker counts in its slot, for /metrics and the circuit breakers. */

/* Whether a failure says something about the world rather than about the job. */
bool tally_may_pass(const struct err *e);

/* A run of the kind with that index (-1: unknown) in the slot's present lane; e is set if it
 * failed. */
void tally_job(struct slot *s, int kind, int64_t took_us, const struct err *e);

/* What the cache was asked since *seen, and whether Redis answers. cache may be NULL. */
void tally_cache(struct slot *s, const struct cache *cache, struct cache_stats *seen);

#endif
