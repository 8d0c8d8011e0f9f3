#ifndef FCGI_METRICS_H
#define FCGI_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * Counters of all web processes, in memory that they share: made before the first fork, counted by
 * atomic additions, read by whoever answers /metrics.
 */
int metrics_open(size_t n_routes, struct err *e) ATTR_MUST_USE;

/* One request; route is the index in the route table, or n_routes for none. */
void metrics_request(size_t route, int status, int64_t took_us, size_t bytes);

enum metric {
	METRIC_COPIES_WRITTEN,
	METRIC_NOT_MODIFIED,
	METRIC_SESSIONS_READ,
	METRIC_ASKED_TOGETHER,
	METRIC_WORKERS_STARTED,
	METRIC_WORKERS, // a level
	METRIC_DB_CONNECTS,
	METRIC_DB_REFUSED,
	METRIC_CACHE_HITS,
	METRIC_CACHE_MISSES,
	N_METRICS
};
void metrics_add(enum metric m, int64_t n);
void metrics_set(enum metric m, int64_t v);

/* Which worker this process is, 0..WEB_MAX_WORKERS-1; then whether it serves a request just now. */
void metrics_worker(size_t slot);
void metrics_busy(bool busy);
void metrics_worker_gone(size_t slot);

/* What this process has of connections to PostgreSQL, and how long it has waited for them since the
 * last call. */
void metrics_connections(int open, int64_t waited_us);

/* For the overview of admins; zero where nothing is counted (plain CGI). */
int64_t metrics_value(enum metric m);
int metrics_busy_workers(void);

struct route;

/* Prometheus text, format 0.0.4. */
void metrics_print(const struct route *table, size_t n, struct buf *out);

#endif
