#ifndef JOBS_STATUS_H
#define JOBS_STATUS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "jobs/worker.h"

/*
 * GET /health and /metrics on WORKER_PORT of 127.0.0.1, answered by the supervisor from the shared
 * memory alone, so the answer does not depend on any server. Clients are served side by side and
 * without waiting; one that has not sent its request or taken its answer within STATUS_S is
 * dropped.
 */
struct status;

/* *out is NULL when WORKER_PORT is 0. */
int status_open(const struct runner *r, struct status **out, struct err *e) ATTR_MUST_USE;

/* Becomes readable when there is something to do. */
int status_fd(const struct status *s);
void status_serve(struct status *s);

/* The answers; 200 or 503 for /health. */
int status_health(const struct runner *r, struct buf *out);
void status_metrics(const struct runner *r, struct buf *out);

#endif
