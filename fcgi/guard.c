/*
 * Forgery is refused on two grounds. Every browser of today says with a POST where the form came
 * from (Sec-Fetch-Site, Origin): a request that names another origin, or none, is refused. Routes
 * for members need the session's form token besides.
 */
#include "fcgi/guard.h"

#include "fcgi/error_reply.h"
#include "fcgi/metrics.h"
#include "fcgi/proxy.h"
#include "fcgi/rate.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "model/session.h"
#include "os/config.h"

int guard_size(const struct ctx *c, struct err *e)
{
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

	if (rule == CSRF_SAFE || rule == CSRF_NONE)
		return 0;
	if (!same_origin(c))
		return err_set(e, ERR_FORBIDDEN, "this form was not sent from this site");
	if (rule == CSRF_TOKEN &&
		(c->session == NULL || !session_form_token_ok(c->session, c->req->csrf_token)))
		return err_set(e, ERR_FORBIDDEN,
			"this form is out of date; go back, reload the page and send it again");
	return 0;
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

int guard_request(struct ctx *c, struct err *e)
{
	if (find_session(c, e) != 0 || check_role(c, e) != 0 || check_forgery(c, e) != 0)
		return error_status(e);
	return c->route->limit != NULL ? rate_check(c, c->route->limit, e) : 0;
}

bool guard_is_operator(const struct ctx *c)
{
	if (user_has(c->user, ROLE_ADMIN))
		return true;
	return proxy_is_loopback(c->req->client) && !c->req->forwarded;
}
