#ifndef JOBS_BOX_TREE_H
#define JOBS_BOX_TREE_H

#include "base/attr.h"
#include "jobs/box/cell.h"

/*
 * What a boxed program sees as the file system: a small read-only root with the mounts that were
 * asked for, five devices, /proc without other processes' files (where the kernel grants it), and
 * two places to write, /box and /tmp, that are new for each run and bounded in bytes and files.
 */

/* In the new namespaces, before anything else. -1 with errno; *stage says where. */
int tree_build(struct cell *c, const char **stage) ATTR_MUST_USE;

/*
 * Fresh /box and /tmp for a run, or those of the run before if it asks so. Where neither run can
 * write, they are still the ones that nobody wrote to.
 */
int tree_fresh(struct cell *c, const struct box_run *r) ATTR_MUST_USE;

#endif
