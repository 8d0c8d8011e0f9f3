#include "fcgi/google.h"

#include "base/limits.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "os/config.h"

struct google_button google_button(struct ctx *c, const char *label, struct span back)
{
	return (struct google_button){ google_configured(c->conf), label, url_local(c->mem, back) };
}

static const char *scope_of(const struct oauth_visit *v)
{
	if (v->purpose != OAUTH_CALENDAR)
		return GOOGLE_SCOPE_SIGN_IN;
	return v->wants_primary ? "openid email " GOOGLE_SCOPE_EVENTS
				: "openid email " GOOGLE_SCOPE_MADE;
}

/*
 * Not by a redirect: browsers hold the addresses that a sent form is redirected to against the
 * page's form-action, which knows only this site.
 */
static int show_leaving(struct ctx *c, const char *to, struct err *e)
{
	struct google_leave_view v = { .to = url_external(c->mem, span_of(to)) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "To Google", NAV_NONE);
	v.page.no_index = true;
	response_header(c->res, "Refresh", span_of(arena_printf(c->mem, "0; url=%s", to)));
	return response_html(c->res, page_google_leave_html, &v, e);
}

int google_leave(struct ctx *c, const struct oauth_visit *visit, struct err *e)
{
	const struct google g = { .conf = c->conf };
	struct google_consent consent = { .scope = scope_of(visit),
		.offline = visit->purpose == OAUTH_CALENDAR,
		.choose = visit->purpose != OAUTH_CALENDAR };
	struct oauth_secrets secrets;

	if (!google_configured(c->conf))
		return err_set(e, ERR_NOT_FOUND, "this site is not set up for Google");
	if (oauth_begin(c->db, c->mem, visit, &secrets, e) != 0)
		return -1;
	consent.state = secrets.state;
	consent.nonce = secrets.nonce;
	consent.challenge = secrets.challenge;
	response_cookie(c->res, OAUTH_COOKIE, secrets.cookie, GOOGLE_STATE_S);
	return show_leaving(c, google_consent_url(&g, c->mem, &consent), e);
}
