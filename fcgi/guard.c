/*
 * Forgery is refused on two grounds. Every browser of today says with a POST where the form came
 * from (Sec-Fetch-Site, Origin): a request that names another origin, or none, is refused. Routes
 * for members need the session's form token besides.
 */
#include "fcgi/guard.h"

#include "base/limits.h"
#include "fcgi/error_reply.h"
#include "fcgi/issuer.h"
#include "fcgi/metrics.h"
#include "fcgi/rate.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "model/bearer.h"
#include "model/session.h"
#include "net/proxy.h"
#include "os/config.h"

int guard_size(struct ctx *c, struct err *e)
{
	int status = c->route->limit == NULL ? rate_check_page(c, e) : 0;

	if (status != 0)
		return status;
	if (c->req->content_length > 0 && (uint64_t)c->req->content_length > c->route->max_body) {
		err_set(e, ERR_LIMIT, "the body is larger than %zu bytes", c->route->max_body);
		return 413;
	}
	return 0;
}

static bool same_origin(const struct ctx *c)
{
	const struct request *r = c->req;

	if (r->fetch_site.p != NULL && !span_is(r->fetch_site, "same-origin"))
		return false;
	if (r->origin.p == NULL)
		return r->fetch_site.p != NULL;
	if (c->conf->base_url[0] != '\0' && span_is(r->origin, c->conf->base_url))
		return true;
	return span_is(r->origin, request_site(r, c->mem));
}

static int check_forgery(const struct ctx *c, struct err *e)
{
	enum csrf_rule rule = c->route->csrf;

	// no browser sends a bearer by itself
	if (rule == CSRF_SAFE || rule == CSRF_NONE || c->bearer != NULL)
		return 0;
	if (!same_origin(c))
		return err_set(e, ERR_FORBIDDEN, "this form was not sent from this site");
	if (rule == CSRF_TOKEN &&
		(c->session == NULL || !session_form_token_ok(c->session, c->req->csrf_token)))
		return err_set(e, ERR_FORBIDDEN,
			"this form is out of date; go back, reload the page and send it again");
	return 0;
}

static void session_arrived(void *to, struct session *s, const struct err *e)
{
	struct ctx *c = to;

	metrics_add(METRIC_SESSIONS_READ, 1);
	c->session_awaited = false;
	if (e->kind != ERR_NONE) {
		struct err *kept = arena_new_one(c->mem, struct err);

		*kept = *e;
		c->session_fault = kept;
	}
	c->session = s;
	c->user = s != NULL ? &s->user : NULL;
}

/* The handler's own read brings the session along; nothing on the route's line asks for it. */
static int await_session(struct ctx *c)
{
	struct span token = request_cookie(c->req, SESSION_COOKIE);

	if (token.p == NULL)
		return 0;
	c->session_awaited = session_expect(c->db, c->mem, token, session_arrived, c);
	return 0;
}

void guard_settle(const struct ctx *c)
{
	if (c->session_awaited)
		session_settle(c->db);
}

static int find_session(struct ctx *c, struct err *e)
{
	struct span token = request_cookie(c->req, SESSION_COOKIE);
	struct session *s;
	struct err why = { .kind = ERR_NONE };

	if (token.p == NULL)
		return 0;
	metrics_add(METRIC_SESSIONS_READ, 1);
	if (session_find(c->db, c->mem, token, &s, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0;
		*e = why;
		return -1;
	}
	c->session = s;
	c->user = &s->user;
	return s->is_stale ? session_seen(c->db, c->mem, s, c->req->client, e) : 0;
}

/* Where a member is asked for, and only in the JSON API. The cookie of such a request counts for
 * nothing. */
static bool has_bearer(const struct ctx *c)
{
	return c->req->bearer.p != NULL && c->route->doc != NULL && c->route->need != ROLE_GUEST;
}

static int find_bearer(struct ctx *c, struct err *e)
{
	const struct bearer_issuer by = issuer_of(c);
	struct bearer *b;

	if (bearer_find(c->db, c->mem, &by, c->req->bearer, &b, e) != 0)
		return -1;
	c->bearer = b;
	c->user = &b->user;
	if (b->token_id == 0 || (b->scopes & c->route->scope) != 0)
		return 0;
	if (c->route->scope == SCOPE_NONE)
		return err_set(e, ERR_FORBIDDEN, "no token made by hand opens this address");
	return err_set(e, ERR_FORBIDDEN, "this token needs the scope %s to do this",
		scope_name(c->route->scope));
}

static int find_user(struct ctx *c, struct err *e)
{
	return has_bearer(c) ? find_bearer(c, e) : find_session(c, e);
}

static int check_role(const struct ctx *c, struct err *e)
{
	if (c->route->need == ROLE_GUEST)
		return 0;
	if (c->user == NULL)
		return err_set(e, ERR_AUTH, "sign in to see this");
	if (!user_has(c->user, c->route->need))
		return err_set(
			e, ERR_FORBIDDEN, "this is for %s accounts", role_name(c->route->need));
	return 0;
}

int guard_upload(struct ctx *c, struct err *e)
{
	if (c->route->max_body <= REQUEST_MAX_BODY)
		return 0;
	if (find_user(c, e) != 0 || check_role(c, e) != 0)
		return error_status(e);
	if (!same_origin(c)) {
		err_set(e, ERR_FORBIDDEN, "this form was not sent from this site");
		return error_status(e);
	}
	return 0;
}

int guard_request(struct ctx *c, struct err *e)
{
	int status = 0;

	if (c->route->late)
		return await_session(c);
	if (find_user(c, e) != 0 || check_role(c, e) != 0 || check_forgery(c, e) != 0)
		return error_status(e);
	if (c->route->limit != NULL)
		status = rate_check(c, c->route->limit, e);
	if (status == 0 && c->route->also != NULL)
		status = rate_check(c, c->route->also, e);
	return status;
}

bool guard_is_operator(const struct ctx *c)
{
	if (user_has(c->user, ROLE_ADMIN))
		return true;
	return proxy_is_loopback(c->req->client) && !c->req->forwarded;
}
