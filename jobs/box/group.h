#ifndef JOBS_BOX_GROUP_H
#define JOBS_BOX_GROUP_H

#include <stdint.h>

#include "base/attr.h"
#include "jobs/box/cell.h"

/*
 * Control groups: what counts and bounds the time, memory and processes of a whole box. Version 2
 * where memory and pids are to be had, else version 1 with one hierarchy for each, else none.
 * Everything is named podium-box.PID.N after the podium-box that made it.
 */

/*
 * Makes the groups of a box, or none: g->kind tells. Never fails: a machine that refuses is one
 * without groups.
 */
void group_make(struct cell_groups *g, unsigned serial);

void group_close(struct cell_groups *g); // the descriptors of this process only

/* After the box is gone: waits a little for the kernel to notice. -1 if one could not be removed.
 */
int group_remove(const struct cell_groups *g) ATTR_MUST_USE;

/* Groups whose podium-box is gone, left by a crash or a power cut, end. */
void group_sweep(void);

/* In the keeper of the box. Bytes and number; also begins to count anew. -1 with errno. */
int group_begin(struct cell_groups *g, uint64_t memory, uint32_t processes) ATTR_MUST_USE;

/*
 * In the child that becomes the program: enters version 1, while version 2 is entered by being born
 * there; and hides where the group lies. Not before: with the mount option nsdelegate nobody is
 * born into a group outside of what his namespace shows.
 */
int group_enter(const struct cell_groups *g) ATTR_MUST_USE;

uint64_t group_cpu_us(const struct cell_groups *g); // since the group was made
uint64_t group_peak(
	const struct cell_groups *g); // bytes since group_begin; 0: not known, and less than before
uint32_t group_oom_kills(const struct cell_groups *g); // since the group was made

#endif
