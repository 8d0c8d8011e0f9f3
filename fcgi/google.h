#ifndef FCGI_GOOGLE_H
#define FCGI_GOOGLE_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "model/identity.h"
#include "net/google.h"
#include "view/google.h"

/* Whether Google is offered; if so, the forms of this page may lead to its consent page. */
bool google_offered(struct ctx *c);

/* For a page with the button. */
struct google_button google_button(struct ctx *c, const char *label, struct span back);

/* Sends the browser to the consent page. ERR_NOT_FOUND if this site is not set up for it. */
int google_leave(struct ctx *c, const struct oauth_visit *visit, struct err *e) ATTR_MUST_USE;

/* What a visit brought back: who it was, and what was granted. */
struct google_return {
	struct oauth_visit visit;
	struct person person;
	struct google_tokens tokens;
	struct google google;
};

#endif
