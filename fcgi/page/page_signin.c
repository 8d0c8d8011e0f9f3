#include "fcgi/ctx.h"
#include "fcgi/google.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "view/calendar.h"

/* The sign-in form; page_session.c takes what it sends. */

int page_signin_show(
	struct ctx *c, struct span back, struct span email, const char *error, struct err *e)
{
	struct signin_view v = { .email = email, .error = error, .back = url_local(c->mem, back) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Sign in", NAV_SIGN_IN);
	v.page.no_index = true;
	v.google = google_button(c, "Continue with Google", back);
	return response_html(c->res, page_signin_html, &v, e);
}

int page_signin(struct ctx *c, struct err *e)
{
	struct span back = request_query(c->req, "back");

	if (c->user != NULL)
		return response_redirect(c->res, url_local(c->mem, back));
	return page_signin_show(c, back, SPAN_NONE, NULL, e);
}
