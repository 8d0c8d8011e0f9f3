#ifndef MODEL_JOB_WAKE_H
#define MODEL_JOB_WAKE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The runner's end of job_wake: a datagram socket in WAKE_DIR. Each supervisor takes the first of
 * JOB_WAKE_SOCKETS names that no other holds. A message is the name of a queue.
 */
struct job_wake_end {
	int fd;      // non-blocking
	int lock_fd; // holds the name
	int index;
};

/* ERR_CONFLICT when all names are taken, ERR_INTERNAL when the folder cannot be used. */
int job_wake_open(const char *dir, struct job_wake_end *out, struct err *e) ATTR_MUST_USE;
void job_wake_close(const char *dir, struct job_wake_end *end);

/* Wakes one worker of the runner with that index on this host; false if nobody listens there. */
bool job_wake_send(const char *dir, int index, struct span queue);

#endif
