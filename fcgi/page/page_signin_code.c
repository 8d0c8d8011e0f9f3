#include "base/limits.h"
#include "fcgi/ctx.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/sign_in.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/two_step.h"
#include "view/settings.h"

/* The second step of signing in. Without the cookie of the first there is nothing to see here. */

static int show(struct ctx *c, struct span back, const char *error, struct err *e)
{
	struct sign_in_code_view v = { .error = error, .back = url_local(c->mem, back) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Second step", NAV_SIGN_IN);
	v.page.no_index = true;
	return response_html(c->res, page_sign_in_code_html, &v, e);
}

int page_signin_code(struct ctx *c, struct err *e)
{
	struct span back = request_query(c->req, "back");

	if (c->user != NULL)
		return response_redirect(c->res, url_local(c->mem, back));
	if (request_cookie(c->req, STEP_COOKIE).n == 0)
		return response_redirect(
			c->res, url_with(c->mem, url_path("/sign-in"), "back", back));
	return show(c, back, NULL, e);
}

static int begin_again(struct ctx *c, struct span back, struct err *e)
{
	const struct signin_again again = { .back = back,
		.error = "That took too long or too many attempts. Please begin again." };

	response_cookie(c->res, STEP_COOKIE, SPAN(""), 0);
	response_status(c->res, 422);
	return page_signin_show(c, &again, e);
}

int page_signin_code_post(struct ctx *c, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct span back = request_form(c->req, "back");
	struct err why = { .kind = ERR_NONE };
	int64_t user_id;

	if (two_step_answer(&t, request_cookie(c->req, STEP_COOKIE), request_form(c->req, "code"),
		    &user_id, &why) == 0) {
		response_cookie(c->res, STEP_COOKIE, SPAN(""), 0);
		return sign_in_finish(c, user_id, back, e);
	}
	if (why.kind != ERR_AUTH) {
		*e = why;
		return -1;
	}
	if (span_is(span_of(why.field), "token"))
		return begin_again(c, back, e);
	response_status(c->res, 422);
	return show(c, back, "This code is wrong, or it was used already.", e);
}
