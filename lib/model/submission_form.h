#ifndef MODEL_SUBMISSION_FORM_H
#define MODEL_SUBMISSION_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/submission.h"

struct db;
struct user;

/* What a member needs to know of a problem before he sends something in for it. */
struct submission_form {
	struct span slug;
	struct span name;
	int time_ms;
	bool time_is_open; // no limit is known yet: nothing can be sent in
	int memory_mib;
	int64_t max_source;                    // bytes
	struct submission_languages languages; // that a judge has and the problem allows
	struct span last_language;             // of his last submission; SPAN_NONE: he has none
	bool wants_answers;                    // instead of a program: then max_source is of those
	struct span *answers; // what the file of each test but samples is called, without .ans
	size_t n_answers;
};

/* ERR_NOT_FOUND: no such problem for this member, or none that can be judged; ERR_FORBIDDEN: he may
 * read it only. */
int submission_form(struct db *d, struct arena *m, const struct user *user, struct span slug,
	struct submission_form *out, struct err *e) ATTR_MUST_USE;

#endif
