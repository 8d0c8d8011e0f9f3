#ifndef JOBS_KIND_H
#define JOBS_KIND_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct config;
struct db;
struct http;

/* What a job's function can reach. The arena is reset after the job. */
struct job_ctx {
	struct arena *mem;
	const struct config *conf;
	struct db *db;
	struct cache *cache;
	struct http *http;
	int64_t id;  // stable over attempts: the idempotency key for effects outside the database
	int attempt; // 1 at the first run
	struct span payload; // JSON object
};

/*
 * 0: done. -1: ERR_TEMPORARY and ERR_LIMIT are tried again after the kind's wait or
 * e->retry_after_s; every other kind of error is final and the job is kept as dead.
 */
typedef int job_fn(struct job_ctx *c, struct err *e);

#endif
