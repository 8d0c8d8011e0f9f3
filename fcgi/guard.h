#ifndef FCGI_GUARD_H
#define FCGI_GUARD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "fcgi/ctx.h"

/*
 * What stands between the world and a handler. The rules come from the route's line and apply to
 * every route; a handler cannot forget one.
 */

/*
 * Before the body is read, once: how often the address asks, where the route has no limit of its
 * own, and the body's size. Returns 0, 413, 429 or 503.
 */
int guard_size(struct ctx *c, struct err *e) ATTR_MUST_USE;

/*
 * Before the body of an upload (a route that takes more than REQUEST_MAX_BODY) is read: who sends
 * it, and from where. Nobody else has this much taken in. Returns 0 or the status of the refusal:
 * 401, 403, 503.
 */
int guard_upload(struct ctx *c, struct err *e) ATTR_MUST_USE;

/*
 * After the body is read: session, role, forgery, rate. Fills c->user and c->session. Returns 0 or
 * the status of the refusal: 401, 403, 429, 503.
 */
int guard_request(struct ctx *c, struct err *e) ATTR_MUST_USE;

/*
 * On a route that is late, c->user and c->session are filled together with the handler's first read
 * of the database. Whoever needs them before calls this; page_start does.
 */
void guard_settle(const struct ctx *c);

/*
 * Whether an operator's page may be shown: to admins, and to requests that come from this machine
 * itself without having passed a proxy.
 */
bool guard_is_operator(const struct ctx *c);

#define SESSION_COOKIE "session"

#endif
