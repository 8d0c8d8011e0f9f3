#ifndef FCGI_COMPARE_FILL_H
#define FCGI_COMPARE_FILL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "model/member.h"
#include "model/member_training.h"
#include "view/member.h"

/* Members side by side, as tables with a column for each. Pure. */

struct compared {
	struct member who;
	struct training training;
	struct training_changes changes;
};

struct comparison {
	struct arena *mem;
	const struct compared *v;
	size_t n; // at most MEMBER_COMPARE_MOST
	struct compare_people people;
	int64_t today; // days since 1970
};

/* The tables and the graph, of at least two. */
void compare_fill(const struct comparison *c, struct compare_view *v);

#endif
