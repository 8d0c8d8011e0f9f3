#ifndef JOBS_BOX_PARCEL_H
#define JOBS_BOX_PARCEL_H

#include <stdint.h>

#include "base/attr.h"
#include "jobs/box/cell.h"

/*
 * Files into and out of /box between runs, by the keeper of the box. What lies there may be
 * anything that a hostile program left: names are looked up beneath /box and through no link, with
 * the rights of the boxed program alone, and only regular files are touched.
 */

/* A new file with the bytes of `from`, which must be a regular one. -1 with errno. */
int parcel_put(const struct cell *c, const struct box_run *r, int from) ATTR_MUST_USE;

/* Opens a file to be read; with BOX_TAKE it is no longer there afterwards. -1 with errno. */
int parcel_fetch(
	const struct cell *c, const struct box_run *r, int *fd, uint64_t *size) ATTR_MUST_USE;

#endif
