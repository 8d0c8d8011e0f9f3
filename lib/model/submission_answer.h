#ifndef MODEL_SUBMISSION_ANSWER_H
#define MODEL_SUBMISSION_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/submission.h"
#include "package/answers.h"

/* Answers that are handed in, for model/submission.c and its like. */
struct answer_rules {
	int64_t version_id;
	int64_t output_kib; // of one answer
};

/* Whether they can be judged: ERR_INVALID on language, source or file_name says why not. */
int submission_answer_check(struct db *d, struct arena *m, const struct submission_new *s,
	const struct answer_rules *rules, struct err *e) ATTR_MUST_USE;

struct answer_tests {
	struct answers_test *v;
	size_t n;
	size_t n_secret; // that are no samples
};
/* In the order of judging. */
int submission_answer_tests(struct db *d, struct arena *m, int64_t version_id,
	struct answer_tests *out, struct err *e) ATTR_MUST_USE;

/* ERR_INVALID on file_name; any submission's. */
int submission_check_name(const struct submission_new *s, struct err *e) ATTR_MUST_USE;

#endif
