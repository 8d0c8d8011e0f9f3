#ifndef JOBS_JUDGE_CORE_H
#define JOBS_JUDGE_CORE_H

#include "base/attr.h"
#include "base/err.h"

/*
 * A processor for one judge at a time on the whole machine, so that no two disturb each other's
 * times. Whoever holds one holds a name that only one socket can have; it ends with the holder.
 */
struct core {
	int number;
	int held; // -1: none
};

/* Waits up to wait_ms. ERR_TEMPORARY if none of those that this process may use became free. */
int core_claim(struct core *c, int wait_ms, struct err *e) ATTR_MUST_USE;
void core_release(struct core *c);

#endif
