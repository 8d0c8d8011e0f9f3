/*
 * Signing in with Google, connecting an account with it, and granting its calendar (fcgi/oauth.h).
 *
 * Two-step sign-in holds for Google too: its word replaces the password and nothing else.
 */
#include "base/limits.h"
#include "fcgi/ctx.h"
#include "fcgi/google.h"
#include "fcgi/oauth.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/sign_in.h"
#include "html/url.h"
#include "model/google_person.h"
#include "model/user.h"

/* ---- leaving ---- */

int page_google_start(struct ctx *c, struct err *e)
{
	const struct oauth_visit visit = { .purpose = OAUTH_SIGN_IN,
		.back = span_of(url_local(c->mem, request_form(c->req, "back")).text) };

	return google_leave(c, &visit, e);
}

int page_google_calendar(struct ctx *c, struct err *e)
{
	const struct oauth_visit visit = { .purpose = OAUTH_CALENDAR,
		.user_id = c->user->id,
		.wants_primary = span_is(request_form(c->req, "calendar"), "primary"),
		.back = SPAN("/settings/calendars?done=google") };

	return google_leave(c, &visit, e);
}

/* ---- coming back ---- */

/* The code for tokens, and who it was. */
static int exchange(
	struct ctx *c, const struct oauth_return *back, struct google_return *r, struct err *e)
{
	struct google_answer a;
	struct google_claim claim = { .nonce = back->secrets.nonce, .now_s = c->now_us / 1000000 };

	r->google = (struct google){ c->conf, c->http, GOOGLE_WEB_TIMEOUT_MS };
	google_exchange(&r->google, c->mem, back->code, back->secrets.verifier, &r->tokens, &a);
	if (a.what != GOOGLE_OK) {
		if (a.what == GOOGLE_RECONNECT)
			err_set(e, ERR_AUTH,
				"Google's answer was used or is too old. Please begin again.");
		else
			err_set(e, ERR_TEMPORARY,
				"Google does not answer as it should. Please try again in a moment.");
		return err_detail(
			e, "%s %d %s %s", google_what_name(a.what), a.status, a.reason, a.detail);
	}
	if (r->tokens.id_token.n == 0)
		return err_set(e, ERR_AUTH, "Google did not say who you are. Please begin again.");
	claim.id_token = r->tokens.id_token;
	return google_person(c->cache, &r->google, c->mem, &claim, &r->person, e);
}

static int finish(struct ctx *c, const struct google_return *r, struct err *e, struct err *why)
{
	const struct identity_desk desk = { c->db, c->mem, c->req->client, c->seal };
	enum identity_result result;
	int64_t user_id;

	switch (r->visit.purpose) {
	case OAUTH_SIGN_IN:
		if (identity_enter(&desk, &r->person, &user_id, &result, why) != 0)
			return -1;
		return sign_in(c, user_id, r->visit.back, e);
	case OAUTH_LINK:
		if (identity_link(&desk, r->visit.user_id, &r->person, why) != 0)
			return -1;
		break;
	case OAUTH_CALENDAR:
		if (google_connect_calendar(c, r, why) != 0)
			return -1;
		break;
	case OAUTH_HANDLE: // not Google's
		break;
	}
	return response_redirect(c->res, url_local(c->mem, r->visit.back));
}

int page_google_callback(struct ctx *c, struct err *e)
{
	struct oauth_return back = { .visit = { .purpose = OAUTH_SIGN_IN } };
	struct google_return r = { .tokens = { .expires_in_s = 0 } };
	struct err why = { .kind = ERR_NONE };
	int rc;

	if (!google_configured(c->conf))
		return err_set(e, ERR_NOT_FOUND, "this site is not set up for Google");
	rc = oauth_finish(c, "Google", &back, &why);
	r.visit = back.visit;
	if (rc != 0 || exchange(c, &back, &r, &why) != 0 || finish(c, &r, e, &why) != 0)
		return why.kind != ERR_NONE ? oauth_fail(c, r.visit.purpose, &why, e) : -1;
	return 0;
}
