/*
 * Going to Google's consent page and coming back. Leaving is a POST: it changes what is stored and
 * sets a cookie, and so no other site can send a member there. The way back is Google's GET, which
 * is believed only with a state that was given out here, once, to this browser.
 *
 * Two-step sign-in holds for Google too: its word replaces the password and nothing else.
 */
#include "base/limits.h"
#include "fcgi/ctx.h"
#include "fcgi/google.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/sign_in.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/google_person.h"
#include "model/user.h"
#include "os/config.h"
#include "os/log.h"

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

static const struct {
	const char *title;
	const char *path;
	const char *label;
} places[] = {
	[OAUTH_SIGN_IN] = { "You are not signed in", "/sign-in", "Back to signing in" },
	[OAUTH_LINK] = { "Google is not connected", "/settings/accounts", "Back to your accounts" },
	[OAUTH_CALENDAR] = { "Your calendar is not connected", "/settings/calendars",
		"Back to your calendars" },
};

static int show_failure(
	struct ctx *c, enum oauth_purpose purpose, int status, const char *reason, struct err *e)
{
	struct google_failed_view v = { .title = places[purpose].title,
		.reason = reason,
		.back = url_local(c->mem, span_of(places[purpose].path)),
		.back_label = places[purpose].label };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, v.title, NAV_NONE);
	v.page.no_index = true;
	response_status(c->res, status);
	return response_html(c->res, page_google_failed_html, &v, e);
}

static int status_of(enum err_kind kind)
{
	return kind == ERR_CONFLICT    ? 409
	       : kind == ERR_FORBIDDEN ? 403
	       : kind == ERR_TEMPORARY ? 503
				       : 400;
}

/* A failure that the member may read about; ours and the database's become the error page. */
static int fail(struct ctx *c, enum oauth_purpose purpose, const struct err *why, struct err *e)
{
	if (why->kind != ERR_AUTH && why->kind != ERR_CONFLICT && why->kind != ERR_FORBIDDEN &&
		why->kind != ERR_TEMPORARY) {
		*e = *why;
		return -1;
	}
	log_event(LOG_INFO, "google.visit", LOG_NUMBER("purpose", (int)purpose),
		LOG_TEXT("kind", err_kind_name(why->kind)), LOG_TEXT("error", why->text),
		LOG_TEXT("detail", why->detail));
	return show_failure(
		c, purpose, status_of(why->kind), arena_dup(c->mem, span_of(why->text)), e);
}

static int refused_there(struct span error, struct err *e)
{
	if (span_is(error, "access_denied"))
		return err_set(e, ERR_FORBIDDEN, "You did not give the permission at Google.");
	err_set(e, ERR_TEMPORARY, "Google did not take the request. Please try again later.");
	return err_detail(e, "error=" SPAN_FMT, SPAN_ARG(span_sub(error, 0, 60)));
}

/* The code for tokens, and who it was. */
static int exchange(struct ctx *c, const struct oauth_secrets *secrets, struct span code,
	struct google_return *r, struct err *e)
{
	struct google_answer a;
	struct google_claim claim = { .nonce = secrets->nonce, .now_s = c->now_us / 1000000 };

	r->google = (struct google){ c->conf, c->http, GOOGLE_WEB_TIMEOUT_MS };
	google_exchange(&r->google, c->mem, code, secrets->verifier, &r->tokens, &a);
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

static int come_back(struct ctx *c, struct google_return *r, struct err *e)
{
	struct span error = request_query(c->req, "error");
	struct span code = request_query(c->req, "code");
	struct oauth_secrets secrets = { .state = request_query(c->req, "state"),
		.cookie = request_cookie(c->req, OAUTH_COOKIE) };

	if (oauth_end(c->db, c->mem, &r->visit, &secrets, e) != 0)
		return -1;
	if (r->visit.purpose != OAUTH_SIGN_IN &&
		(c->user == NULL || c->user->id != r->visit.user_id))
		return err_set(e, ERR_AUTH,
			"You are no longer signed in as the one who began. Sign in and try again.");
	if (error.p != NULL)
		return refused_there(error, e);
	if (code.n == 0 || code.n > GOOGLE_MAX_TOKEN)
		return err_set(
			e, ERR_AUTH, "Google's answer was not complete. Please begin again.");
	return exchange(c, &secrets, code, r, e);
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
	}
	return response_redirect(c->res, url_local(c->mem, r->visit.back));
}

int page_google_callback(struct ctx *c, struct err *e)
{
	struct google_return r = { .visit = { .purpose = OAUTH_SIGN_IN } };
	struct err why = { .kind = ERR_NONE };

	if (!google_configured(c->conf))
		return err_set(e, ERR_NOT_FOUND, "this site is not set up for Google");
	response_cookie(c->res, OAUTH_COOKIE, SPAN(""), 0);
	if (come_back(c, &r, &why) != 0 || finish(c, &r, e, &why) != 0)
		return why.kind != ERR_NONE ? fail(c, r.visit.purpose, &why, e) : -1;
	return 0;
}
