#ifndef MODEL_RECONCILE_H
#define MODEL_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * What has to be done so that a calendar holds what its owner wants: a comparison of what is wanted
 * with what is recorded, without any input or output and the same for every sort of calendar.
 */

/* A contest of the owner's selection as it would be written. */
struct wanted_event {
	struct span key;  // "codeforces:2261"
	struct span hash; // of everything that is written
	struct span title;
	int64_t start_s;
	int64_t end_s;
};

enum event_state {
	EVENT_PRESENT,
	EVENT_REMOVING,  // we were about to remove it; whether that was done is not known
	EVENT_REMOVED,   // by us
	EVENT_DISMISSED, // by its owner: it never returns
	EVENT_REFUSED,   // the calendar would not have it as it was
	EVENT_LATE       // left out, because it was too near when it became known
};

struct recorded_event {
	struct span key;
	struct span event_id;
	int generation;
	struct span etag; // SPAN_NONE: not known
	struct span hash; // of what was written
	enum event_state state;
	struct span title;
	int64_t start_s;
	int64_t end_s;
};

enum reconcile_do {
	RECONCILE_REMOVE,
	RECONCILE_PATCH,
	RECONCILE_INSERT,
	RECONCILE_LEAVE_OUT // to be recorded as EVENT_LATE; asks nothing of the calendar
};

enum reconcile_why {
	RECONCILE_NEW,
	RECONCILE_AGAIN, // wanted again after we removed it, or it may be accepted now
	RECONCILE_MOVED, // another start or end
	RECONCILE_RENAMED,
	RECONCILE_CHANGED,  // something else: address, reminder, colour
	RECONCILE_UNWANTED, // called off, or no longer selected
	RECONCILE_LATE
};

struct reconcile_action {
	enum reconcile_do what;
	enum reconcile_why why;
	const struct wanted_event *wanted;     // NULL: of a removal
	const struct recorded_event *recorded; // NULL: not known so far
	bool may_revive; // if it is gone from the calendar, or a tombstone of it is there, we may
			 // have deleted it; else its owner has
};

struct reconcile_input {
	const struct wanted_event *wanted; // in any order; of equal keys the first counts
	size_t n_wanted;
	const struct recorded_event *recorded;
	size_t n_recorded;
	int64_t now_s;
	int64_t notice_s; // a contest nearer than this is not added any more
};

struct reconcile_plan {
	const struct reconcile_action *v;
	size_t n;
};

/*
 * Removals first, then patches, then insertions, then what is left out; each by start and key.
 * Every key has one action at most, and after the actions have been recorded the same input gives
 * none.
 *
 * What is over stays as it is, and what has begun is not removed. What its owner has deleted is
 * never touched. What was refused is tried again when it would be written differently.
 */
void reconcile(const struct reconcile_input *in, struct arena *m, struct reconcile_plan *out);

#endif
