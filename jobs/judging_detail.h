#ifndef JOBS_JUDGING_DETAIL_H
#define JOBS_JUDGING_DETAIL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct judge_outcome;

/*
 * What there is to say of a test besides its verdict, as the JSON that judging_run.detail seals:
 * difference, output, errors, team, judge, exit, each a text and only where there is one. Empty if
 * there is nothing. lib/model/submission_view.c decides who sees which.
 */
int judging_detail(struct arena *m, const struct judge_outcome *o, struct span *out,
	struct err *e) ATTR_MUST_USE;

#endif
