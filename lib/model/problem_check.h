#ifndef MODEL_PROBLEM_CHECK_H
#define MODEL_PROBLEM_CHECK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_edit.h"

/*
 * Whether the parts of a problem have the form that the tables and the judge rely on: ERR_INVALID
 * names the part, ERR_LIMIT says what there is too much of. For model/problem_edit.c and for forms
 * that want to know before.
 */
bool problem_slug_is_good(struct span slug);
int problem_check_text(const struct problem_text_new *t, struct err *e) ATTR_MUST_USE;
int problem_check_file(const struct problem_file_new *f, struct err *e) ATTR_MUST_USE;
int problem_check_test(const struct testcase_new *t, struct err *e) ATTR_MUST_USE;
int problem_check_new(const struct problem_new *n, struct err *e) ATTR_MUST_USE;
int problem_check_change(const struct problem_change *c, struct err *e) ATTR_MUST_USE;

#endif
