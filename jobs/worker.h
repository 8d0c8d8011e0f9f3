#ifndef JOBS_WORKER_H
#define JOBS_WORKER_H

#include <stddef.h>

#include "jobs/board.h"
#include "jobs/kind.h"

struct config;

/* What all processes of a supervisor are given. */
struct runner {
	const struct config *conf;
	const struct kind *kinds;
	size_t n_kinds;
	struct shared shared;
	int wake_fd; // datagrams of job_wake from other processes; -1: there is no WAKE_DIR
	int hint_in; // the same from the runner's own processes
	int hint_out;
	int news_fd;                       // eventfd: something for the supervisor
	int wreck_fd;                      // eventfd: something for the steward
	void (*at_step)(const char *step); // NULL outside of tests (jobs/supervisor.h)
};

/* How a worker ends by itself. */
enum worker_exit {
	WORKER_DONE = 0,    // it was asked to, or is to be replaced after much work
	WORKER_UNSURE = 10, // a claim's answer was lost: the steward has to look what it holds
	WORKER_FENCED = 11, // the runner has not been heard of for too long
};

/* The body of a worker process; the slot is its own. Never returns. */
void worker_run(const struct runner *r, size_t slot) __attribute__((noreturn));

/* A step that tests may stop at: worker "claimed", "ran", "sending", "recorded", steward "beating".
 */
void runner_step(const struct runner *r, const char *step);

/* Wakes one waiting worker of this runner. */
void runner_hint(const struct runner *r, struct span queue);

#endif
