#ifndef JOBS_STEWARD_H
#define JOBS_STEWARD_H

#include "jobs/worker.h"

/* The body of the steward process. Ends when the board says closing and everything is settled. */
void steward_run(const struct runner *r) __attribute__((noreturn));

#endif
