#include "fcgi/google.h"

#include "fcgi/oauth.h"
#include "html/url.h"

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

int google_leave(struct ctx *c, const struct oauth_visit *visit, struct err *e)
{
	const struct google g = { .conf = c->conf };
	struct google_consent consent = { .oauth = { .scope = scope_of(visit) },
		.offline = visit->purpose == OAUTH_CALENDAR,
		.choose = visit->purpose != OAUTH_CALENDAR };

	if (!google_configured(c->conf))
		return err_set(e, ERR_NOT_FOUND, "this site is not set up for Google");
	if (oauth_start(c, visit, &consent.oauth, e) != 0)
		return -1;
	return oauth_leave(c, visit->purpose, google_consent_url(&g, c->mem, &consent), e);
}
