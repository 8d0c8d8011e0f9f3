#ifndef MODEL_PROBLEM_EQUAL_H
#define MODEL_PROBLEM_EQUAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/problem_edit.h"

/* What tests of a draft have in common. For model/problem_edit.c alone. */

struct draft_test;
struct problem_draft;

/* ERR_INVALID on "path" if two tests have one name. */
int problem_equal_names(
	struct arena *m, const struct problem_draft *v, struct err *e) ATTR_MUST_USE;

/* Whether they have the same input, arguments and flags. */
bool problem_equal_tests(const struct draft_test *a, const struct draft_test *b);

/* Pairs of equal tests, PROBLEM_MAX_EQUAL at most; returns how many. */
size_t problem_equal_find(
	struct arena *m, const struct problem_draft *v, struct problem_equal **out);

/* Says ERR_CONFLICT of a pair; -1. */
int problem_equal_refuse(const struct problem_equal *pair, struct err *e) ATTR_MUST_USE;

/* Removes the second of each pair from the draft where that can change no verdict, and marks the
 * pair. */
void problem_equal_leave_out(struct problem_draft *v, struct problem_equal *pairs, size_t n);

#endif
