#ifndef MODEL_CALENDAR_FETCH_H
#define MODEL_CALENDAR_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/platform.h"

struct db;

/* "Fetch now". *queued is false if the platform's fetch is waiting or running already. */
int calendar_fetch_now(
	struct db *d, struct arena *m, enum platform p, bool *queued, struct err *e) ATTR_MUST_USE;
/* What the runner's clock does every minute: a job that asks the platforms whose time has come. */
int calendar_fetch_due(struct db *d, struct arena *m, bool *queued, struct err *e) ATTR_MUST_USE;
int calendar_fetch_all(struct db *d, struct arena *m, size_t *n, struct err *e) ATTR_MUST_USE;

#endif
