#ifndef FCGI_RESPONSE_H
#define FCGI_RESPONSE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "html/html.h"

struct request;

/*
 * The reply is collected whole and leaves in one write after the handler has returned, so an error
 * anywhere gives a clean error page with the right status.
 */
struct response;

void response_status(struct response *r, int status);
void response_type(struct response *r, const char *content_type);
/* ERR_INTERNAL in the reply if the value holds a control character. */
void response_header(struct response *r, const char *name, struct span value);
void response_cookie(struct response *r, const char *name, struct span value,
	int max_age_s); // HttpOnly, SameSite=Lax, Secure on https
struct buf *response_body(struct response *r);

/* 303; target must be inside this site. */
int response_redirect(struct response *r, struct url target);

/* Renders a compiled template: response_html(res, page_calendar_html, &view, e). */
typedef void template_fn(struct html *h, const void *view);
int response_html(
	struct response *r, template_fn *render, const void *view, struct err *e) ATTR_MUST_USE;

/*
 * Sets ETag from the given version text and, when If-None-Match has it, makes the reply a 304 and
 * returns true: the handler returns 0 at once, before its SELECTs.
 */
bool response_not_modified(struct response *r, struct span version);

#endif
