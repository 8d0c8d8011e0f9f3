#include "base/attr.h"
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

/* What brought the reader here from a link in a mail. */
static const struct page_said said[] = {
	{ "reset", FLASH_OK, "Your password is set. Sign in with it." },
	{ "everywhere", FLASH_OK, "You are signed out everywhere." },
	{ "unlocked", FLASH_OK, "Your account is unlocked. Try again." },
	{ "email", FLASH_OK, "The address of your account was changed. Sign in with it." },
};

int page_signin_show(struct ctx *c, const struct signin_again *again, struct err *e)
{
	struct signin_view v = { .email = again->email,
		.error = again->error,
		.offers_link = again->offers_link,
		.back = url_local(c->mem, again->back) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Sign in", NAV_SIGN_IN);
	v.page.no_index = true;
	v.google = google_button(c, "Continue with Google", again->back);
	if (v.error == NULL)
		page_say(c, &v.page, said, countof(said));
	return response_html(c->res, page_signin_html, &v, e);
}

int page_signin(struct ctx *c, struct err *e)
{
	struct span back = request_query(c->req, "back");
	const struct signin_again fresh = { .back = back };

	if (c->user != NULL)
		return response_redirect(c->res, url_local(c->mem, back));
	return page_signin_show(c, &fresh, e);
}
