#ifndef JOBS_BOX_PAYLOAD_H
#define JOBS_BOX_PAYLOAD_H

#include "base/attr.h"
#include "jobs/box/cell.h"

/* Why a program did not start, told by its last words through a pipe that closes when it does. */
struct payload_failure {
	int32_t reason; // errno
	int32_t in_box; // 1: the box's own doing; 0: execve itself, so the program's fault
};

/*
 * In the child, whose memory may be its parent's: gives up everything and becomes the program. fds
 * are its standard input, output and error. Ends only by exiting, after writing a struct
 * payload_failure to `tell`.
 */
void payload_become(const struct cell *c, const struct box_run *r, const int fds[3],
	int tell) ATTR_NORETURN ATTR_OTHER_STACK;

/* Once for all runs of a box, in its keeper: what every child inherits. -1 with errno. */
int payload_prepare(void) ATTR_MUST_USE;

#endif
