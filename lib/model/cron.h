#ifndef MODEL_CRON_H
#define MODEL_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Jobs by the clock: rows of job_cron. Each tick of a row is fired by exactly one of the runners
 * that ask, because firing, the new job and the time of the next tick are one transaction under the
 * row's lock. Ticks that passed while no runner was there fire once together. While the job of an
 * earlier tick is still alive no second one is added (its dedup key is cron:NAME or the row's own).
 */
struct db;
struct job_clock;

/* Enters the row, or brings it up to date where no operator changed it. */
int cron_ensure(
	struct db *d, struct arena *m, const struct job_clock *clock, struct err *e) ATTR_MUST_USE;

/*
 * Fires what is due. *next_ms: until something is due again, -1: nothing is planned. Names of the
 * queues that got work are given to woken, which may be NULL. A row whose schedule or zone cannot
 * be read is logged and asked again in an hour.
 */
typedef void cron_woken(void *ctx, const char *queue);
int cron_tick(struct db *d, struct arena *m, int64_t *next_ms, cron_woken *woken, void *ctx,
	struct err *e) ATTR_MUST_USE;

struct cron_view {
	struct span name;
	struct span schedule;
	struct span zone;
	struct span kind;
	bool enabled;
	int64_t last_at; // unix us; INT64_MIN: never fired
	int64_t next_at; // INT64_MIN: off, or not computed yet
};

/* All rows by name. */
int cron_list(struct db *d, struct arena *m, struct cron_view **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

struct cron_switch {
	const char *name;
	bool enabled;
};

/* Runners keep to it within a second; *changed: it was not so already. ERR_NOT_FOUND. */
int cron_switch(struct db *d, struct arena *m, const struct cron_switch *to, bool *changed,
	struct err *e) ATTR_MUST_USE;

#endif
