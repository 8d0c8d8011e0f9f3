#ifndef FCGI_SIGN_IN_H
#define FCGI_SIGN_IN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "model/two_step.h"

/*
 * The end of every way to sign in, once it is known who is there: by password, through Google, by a
 * link from a mail. Answers with the page for the second step if the account wants one, otherwise
 * starts the session and leads to back, a path of this site, or to the dashboard.
 */
int sign_in(struct ctx *c, int64_t user_id, struct span back, struct err *e) ATTR_MUST_USE;

/* The cookie between the two steps: opens nothing but the second. */
#define STEP_COOKIE "sign-in"

/* What lib/model/two_step.h wants to know of a request. */
struct two_step sign_in_two_step(const struct ctx *c);

/* Starts the session at once: the second step is done. */
int sign_in_finish(struct ctx *c, int64_t user_id, struct span back, struct err *e) ATTR_MUST_USE;

#endif
