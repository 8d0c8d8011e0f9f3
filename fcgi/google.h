#ifndef FCGI_GOOGLE_H
#define FCGI_GOOGLE_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "model/identity.h"
#include "net/google.h"
#include "view/google.h"

/* For a page with the button. */
struct google_button google_button(struct ctx *c, const char *label, struct span back);

/* Answers with a page that leads on to the consent page. ERR_NOT_FOUND if this site is not set up
 * for it. */
int google_leave(struct ctx *c, const struct oauth_visit *visit, struct err *e) ATTR_MUST_USE;

/* What a visit brought back: who it was, and what was granted. */
struct google_return {
	struct oauth_visit visit;
	struct person person;
	struct google_tokens tokens;
	struct google google;
};

/* The calendar was granted: connects it. A refusal's text is for the member. */
int google_connect_calendar(
	struct ctx *c, const struct google_return *back, struct err *e) ATTR_MUST_USE;

#endif
