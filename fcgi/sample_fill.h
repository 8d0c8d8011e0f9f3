#ifndef FCGI_SAMPLE_FILL_H
#define FCGI_SAMPLE_FILL_H

#include "base/attr.h"
#include "base/err.h"
#include "fcgi/ctx.h"
#include "model/problem.h"
#include "view/problem.h"

/* The samples of a problem as its page shows them; those that are too long are left out. */
int sample_fill(struct ctx *c, const struct problem_about *about, struct problem_samples *out,
	struct err *e) ATTR_MUST_USE;

#endif
