#ifndef FCGI_ERROR_REPLY_H
#define FCGI_ERROR_REPLY_H

#include "base/err.h"
#include "fcgi/ctx.h"

struct shape;

/* What every error of the JSON API looks like. */
extern const struct shape error_shape;

/* The one place where a kind of error becomes an HTTP status. */
int error_status(const struct err *e);

/*
 * Fills the response with the error: under /api/ and
 * from routes of the JSON API JSON {"error":{"code","message","field",
 * "request_id"}}, elsewhere the product's error page; a guest who asks for a member's page is sent
 * to the sign-in form. Adds Retry-After to 429 and 503. Cannot fail: if the page cannot be made,
 * the reply is one line of text.
 */
void error_reply(struct ctx *c, int status, const struct err *e);

/* When it may be tried again, for a page that shows such a refusal itself. */
void error_retry_after(struct ctx *c, const struct err *e);

#endif
