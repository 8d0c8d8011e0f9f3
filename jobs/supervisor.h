#ifndef JOBS_SUPERVISOR_H
#define JOBS_SUPERVISOR_H

#include <stddef.h>

#include "jobs/kind.h"

/* For tests: called by steward and workers at the steps that jobs/worker.h names. NULL: nobody. */
extern void (*jobs_at_step)(const char *step);

/*
 * The whole of podium-jobs: reads the command line and the configuration, runs steward and workers
 * until it is told to stop, and gives the exit status. The kinds are an argument so that the tests
 * can run kinds of their own.
 */
int jobs_main(int argc, char **argv, const struct kind *kinds, size_t n_kinds);

#endif
