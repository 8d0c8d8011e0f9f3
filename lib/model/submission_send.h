#ifndef MODEL_SUBMISSION_SEND_H
#define MODEL_SUBMISSION_SEND_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/submission.h"

struct db;

/*
 * What a page or a program sends in: looked through by the static scan (s->flags is ignored), then
 * submission_create, with its errors, in a transaction of its own, and the judges are told.
 */
int submission_send(struct db *d, struct arena *m, const struct submission_new *s,
	struct submission_made *out, struct err *e) ATTR_MUST_USE;

#endif
