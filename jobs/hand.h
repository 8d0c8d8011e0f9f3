#ifndef JOBS_HAND_H
#define JOBS_HAND_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/board.h"
#include "model/job_run.h"

/* What a worker has in hand: the claims in its slot, as the worker itself moves them on. */
struct hand {
	struct slot *slot;
	struct job_holder who;
	uint32_t batch; // number of the batch in the slot
};

/* Of the worker that the slot was given to; and its claims as the database's statements name them.
 */
struct hand hand_open(struct slot *slot);
struct job_hold hand_hold(const struct hand *h);

/* Ids of the batch's claims that were in one state and are in another one now; how many. */
size_t hand_take(struct hand *h, enum claim_state from, enum claim_state to, int64_t *ids);

/* The batch's claims in that state are settled. */
void hand_drop(struct hand *h, enum claim_state state);

/* What the turn claimed becomes the next batch. */
void hand_adopt(struct hand *h, const struct job_turn *t);

#endif
