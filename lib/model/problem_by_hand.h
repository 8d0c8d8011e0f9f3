#ifndef MODEL_PROBLEM_BY_HAND_H
#define MODEL_PROBLEM_BY_HAND_H

#include "base/attr.h"
#include "base/err.h"
#include "model/problem_draft.h"
#include "model/problem_edit.h"

/* Which of them differ: as somebody has set them who had the others before him. */
struct problem_settings {
	const struct judge_rules *rules;
	bool show_difference;
};
int problem_by_hand(const struct problem_settings *before, const struct problem_settings *now);

/*
 * A whole new version keeps what was set by hand in the one before (0: there is none); out->kept
 * says of what the new one would have it otherwise.
 */
int problem_by_hand_keep(const struct problem_desk *desk, int64_t before, struct problem_draft *v,
	struct problem_made *out, struct err *e) ATTR_MUST_USE;

#endif
