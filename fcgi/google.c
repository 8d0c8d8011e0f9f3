#include "fcgi/google.h"

#include <string.h>

#include "base/limits.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "html/url.h"
#include "os/config.h"

/* "https://accounts.google.com" of "https://accounts.google.com/o/oauth2/v2/auth". */
static const char *origin_of(struct arena *m, const char *url)
{
	const char *host = strstr(url, "://");
	const char *end = host != NULL ? strchr(host + 3, '/') : NULL;

	return end != NULL ? arena_dup(m, (struct span){ url, (size_t)(end - url) }) : url;
}

bool google_offered(struct ctx *c)
{
	if (!google_configured(c->conf))
		return false;
	response_form_to(c->res, origin_of(c->mem, c->conf->google_auth_url));
	return true;
}

struct google_button google_button(struct ctx *c, const char *label, struct span back)
{
	return (struct google_button){ google_offered(c), label, url_local(c->mem, back) };
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
	response_header(c->res, "Location", span_of(google_consent_url(&g, c->mem, &consent)));
	response_status(c->res, 303);
	return 0;
}
