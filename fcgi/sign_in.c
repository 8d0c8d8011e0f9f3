#include "fcgi/sign_in.h"

#include "base/limits.h"
#include "fcgi/guard.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "html/url.h"
#include "model/profile.h"
#include "model/session.h"

/* What the member has chosen holds in this browser from now on; what he has not stays as it is. */
static int take_choices(struct ctx *c, int64_t user_id, struct err *e)
{
	struct profile *p;

	if (profile_get(c->db, c->mem, user_id, &p, e) != 0)
		return -1;
	if (p->zone.n > 0)
		response_cookie(c->res, VIEWER_ZONE_COOKIE, p->zone, PREFERENCE_KEEP_S);
	if (p->theme.n > 0)
		response_cookie(c->res, VIEWER_THEME_COOKIE, p->theme, PREFERENCE_KEEP_S);
	return 0;
}

/* Who came from nowhere in particular goes to his own page. */
static struct url way_on(struct arena *m, struct span back)
{
	struct url to = url_local(m, back);

	return span_is(span_of(to.text), "/") ? url_path("/dashboard") : to;
}

int sign_in_finish(struct ctx *c, int64_t user_id, struct span back, struct err *e)
{
	const struct session_new n = { .user_id = user_id,
		.old_token = request_cookie(c->req, SESSION_COOKIE),
		.agent = c->req->user_agent,
		.address = c->req->client };
	struct span token;

	if (session_start(c->db, c->mem, &n, &token, e) != 0 || take_choices(c, user_id, e) != 0)
		return -1;
	response_cookie(c->res, SESSION_COOKIE, token, SESSION_KEEP_S);
	return response_redirect(c->res, way_on(c->mem, back));
}

struct two_step sign_in_two_step(const struct ctx *c)
{
	return (struct two_step){
		.db = c->db, .mem = c->mem, .seal = c->seal, .address = c->req->client
	};
}

int sign_in(struct ctx *c, int64_t user_id, struct span back, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct two_step_status status;
	struct span token;

	if (two_step_status(&t, user_id, &status, e) != 0)
		return -1;
	if (!status.is_on)
		return sign_in_finish(c, user_id, back, e);
	if (two_step_ask(&t, user_id, &token, e) != 0)
		return -1;
	response_cookie(c->res, STEP_COOKIE, token, TWO_STEP_KEEP_S);
	return response_redirect(c->res, url_with(c->mem, url_path("/sign-in/code"), "back", back));
}
