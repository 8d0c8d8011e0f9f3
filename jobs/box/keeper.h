#ifndef JOBS_BOX_KEEPER_H
#define JOBS_BOX_KEEPER_H

#include "base/attr.h"
#include "jobs/box/cell.h"

/*
 * The first process of a box: builds its file system, then answers one request after another. It
 * is process 1 of its namespace, so nothing inside can signal it, everything that loses its parent
 * becomes its child, and everything ends with it. The program itself is never process 1, for which
 * fatal signals would have no effect. Ends when the connection does, or podium-box.
 */
void keeper_run(struct cell *c) ATTR_NORETURN;

#endif
