#ifndef MODEL_MEMBER_HISTORY_H
#define MODEL_MEMBER_HISTORY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"
#include "model/member_training.h"

/*
 * A member's rated contests as the member's page shows them, kept as
 * cf:contest-history:<handle>:<days>. What is kept names the sync that it is from: after another
 * one it is made anew, also where a page put it there while the sync forgot it. It is not kept
 * while the size of a contest is still to be asked for.
 */
struct cache;

/* Of the last days, one of training_windows, or 0: all. */
int member_history(struct cache *c, struct arena *m, const struct member *who, int days,
	struct training_changes *out, struct err *e) ATTR_MUST_USE;

/* After the commit of a sync. */
void member_history_forget(struct cache *c, struct arena *m, struct span handle);

#endif
