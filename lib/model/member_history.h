#ifndef MODEL_MEMBER_HISTORY_H
#define MODEL_MEMBER_HISTORY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"
#include "model/member_training.h"

/*
 * What the member's page shows and takes long to work out: the rated contests, kept as
 * cf:contest-history:<handle>:<days>, and the figures of the last days, as
 * cf:window:<handle>:<days>. What is kept names the sync that it is from, and the day where days
 * are counted: after another sync and on another day it is made anew. Contests are not kept while
 * the size of one is still to be asked for.
 */
struct cache;

/* All rated contests there ever were. */
int member_history(struct cache *c, struct arena *m, const struct member *who,
	struct training_changes *out, struct err *e) ATTR_MUST_USE;

struct member_lately {
	struct training figures; // without those of the member there are none
	struct training_changes contests;
};

/* What was in the last days; days->n is not 0. */
int member_lately(struct cache *c, struct arena *m, const struct member *who,
	const struct training_days *days, struct member_lately *out, struct err *e) ATTR_MUST_USE;

#endif
