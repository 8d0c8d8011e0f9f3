#ifndef JOBS_SINK_APPLY_H
#define JOBS_SINK_APPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "jobs/sink/sink.h"
#include "model/reconcile.h"
#include "model/sync_run.h"

struct job_ctx;

/* One calendar and what has to be done to it. */
struct sink_work {
	const struct sink *sink;
	const struct calendar_link *link;
	int64_t run_id;
	unsigned platforms; // the member's choice, for the reasons in the history
	int notice_min;
	int64_t end_by_us; // monotonic: what is left then waits for another job
	struct reconcile_plan plan;
	const struct wanted_event *wanted;         // where the plan's pointers point to,
	const struct sync_contest *const *contest; // and the contest of each
};

struct sink_report {
	bool recorded;      // something was written down
	const char *reason; // why the calendar is not right now, for its owner; NULL: it is
	int64_t again_s;    // after which time it is worth another try; 0: the owner has to act, or
			    // has to wait
};

/*
 * Does what the plan says, each outcome stored before the next call. A calendar that cannot be
 * written to is no error: the report tells. -1 only when the outcome could not be stored.
 */
int sink_apply(struct job_ctx *c, const struct sink_work *w, struct sink_report *out,
	struct err *e) ATTR_MUST_USE;

/* Minutes before the start, or -1: of the link's choice and the member's usual. */
int sink_reminder(const struct calendar_link *link, enum platform p, int notice_min);

#endif
