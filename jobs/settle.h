#ifndef JOBS_SETTLE_H
#define JOBS_SETTLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "jobs/worker.h"

/*
 * The steward's hand on the claims of workers. Both functions leave for the next call what the
 * database did not accept.
 */
struct db;

/* Settles what a dead worker left and frees its slot; true when done. */
bool settle_wreck(const struct runner *r, struct db *d, struct arena *m, struct slot *s);

/*
 * Takes away from a worker that has been busy with one job for RELIEF_MS what it holds besides:
 * finished jobs are recorded, those not begun go back. True if something went back.
 */
bool settle_relief(const struct runner *r, struct db *d, struct arena *m, struct slot *s);

#endif
