#ifndef JOBS_BOX_GROUP_BASE_H
#define JOBS_BOX_GROUP_BASE_H

#include <stdbool.h>

#include "jobs/box/box.h"

/*
 * The group of version 2 below which those of boxes are made: root takes the top of the hierarchy
 * that is mounted at `unified`, others the group that they run in, if it was delegated to them.
 * Afterwards it passes memory and pids on. A group either holds processes or passes controllers on
 * (the kernel's cgroup-v2.rst, "No Internal Process Constraint"), so that all its processes,
 * whoever started podium-box among them, may have to move into one below it. False: there is none.
 */
bool group_base(const char *unified, char base[BOX_MAX_PATH]);

#endif
