#ifndef MODEL_JOB_ADMIN_H
#define MODEL_JOB_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* What people ask about jobs and do to them, and what keeps the tables small. */
struct db;

/* Partitions of job_done: those of the coming days are made, those over keep_days old dropped. */
int job_done_tend(struct db *d, struct arena *m, int keep_days, struct err *e) ATTR_MUST_USE;

/* The nightly work: job_done_tend, old dead jobs, keys of jobs that are nowhere. */
int job_purge(struct db *d, struct arena *m, int done_keep_days, struct err *e) ATTR_MUST_USE;

#endif
