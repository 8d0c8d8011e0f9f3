#ifndef FCGI_RESPONSE_H
#define FCGI_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

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
/* HttpOnly, SameSite=Lax, Secure on https. A max_age_s of 0 removes the cookie. */
void response_cookie(struct response *r, const char *name, struct span value, int max_age_s);
struct buf *response_body(struct response *r);

/* 303; target must be inside this site. */
int response_redirect(struct response *r, struct url target);

/* Renders a compiled template: response_html(res, page_calendar_html, &view, e). */
typedef void template_fn(struct html *h, const void *view);
int response_html(
	struct response *r, template_fn *render, const void *view, struct err *e) ATTR_MUST_USE;

/*
 * Sets ETag from the given version text and, when If-None-Match has it, makes the reply a 304 and
 * returns true: the handler returns 0 at once, before its SELECTs. The program's build, the
 * request's path, query and cookies are part of the tag too: a new release, another page, another
 * preference or another member never meets an old page.
 */
bool response_not_modified(struct response *r, struct span version);

/*
 * When what is sent last became another: a reader that asks with If-Modified-Since alone gets the
 * 304 of response_not_modified by it. To be said before that, and only where the page is the same
 * for every reader.
 */
void response_last_modified(struct response *r, int64_t unix_s, int64_t now_s);

/* ---- for app.c, which owns the reply; not for handlers ---- */

struct response *response_new(void); // one per process
void response_free(struct response *r);
void response_begin(struct response *r, struct arena *m, const struct request *req);
void response_clear(struct response *r); // forgets everything but the cookies, for an error page
int response_get_status(const struct response *r);
bool response_has_cookie(const struct response *r);

/* The reply is finished: sets ETag from the body's content where the handler set none, and may make
 * a 304 of it, for `If-None-Match: *` too. */
void response_tag_body(struct response *r);

/*
 * The reply as a CGI head ("Status: …" to the empty line) and a body, which is empty for HEAD and
 * 304. Both live until response_begin.
 */
int response_finish(
	struct response *r, struct span *head, struct span *body, struct err *e) ATTR_MUST_USE;

#endif
