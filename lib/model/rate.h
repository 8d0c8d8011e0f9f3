#ifndef MODEL_RATE_H
#define MODEL_RATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;

/* At most `most` calls of one subject in any span of window_s. */
struct rate_rule {
	const char *name; // stands in the route table
	int window_s;
	int most; // at most RATE_MAX_CALLS
};

extern const struct rate_rule rate_rules[];
extern const size_t n_rate_rules;
const struct rate_rule *rate_rule_find(const char *name); // NULL if unknown

struct rate_answer {
	bool passed;
	int remaining;     // calls that would still pass now
	int retry_after_s; // 0 if passed; else when the next one would, at least 1
};

/*
 * Counts one call of a subject (an address, an account) and says whether it may pass. A sliding
 * window: exact, and calls that did not pass are not counted. In Redis while it answers, in
 * PostgreSQL otherwise; the two do not know of each other, so around a change between them up to
 * twice the number may pass. Subjects are stored as given. ERR_TEMPORARY when neither answers.
 */
int rate_take(struct cache *c, struct arena *m, const struct rate_rule *rule, struct span subject,
	struct rate_answer *out, struct err *e) ATTR_MUST_USE;

#endif
