#include "fcgi/oauth.h"

#include <string.h>

#include "base/limits.h"
#include "fcgi/error_reply.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/user.h"
#include "os/log.h"
#include "view/oauth.h"

static const struct {
	const char *whom;
	const char *title; // of a failure
	const char *path;  // where to begin again
	const char *label;
} places[] = {
	[OAUTH_SIGN_IN] = { "Google", "You are not signed in", "/sign-in", "Back to signing in" },
	[OAUTH_LINK] = { "Google", "Google is not connected", "/settings/accounts",
		"Back to your accounts" },
	[OAUTH_CALENDAR] = { "Google", "Your calendar is not connected", "/settings/calendars",
		"Back to your calendars" },
	[OAUTH_HANDLE] = { "Codeforces", "Your handle is not proved", "/settings/codeforces",
		"Back to your handle" },
};

/* ---- leaving ---- */

int oauth_start(struct ctx *c, const struct oauth_visit *visit, struct oauth_consent *consent,
	struct err *e)
{
	struct oauth_secrets secrets;

	if (oauth_begin(c->db, c->mem, visit, &secrets, e) != 0)
		return -1;
	consent->state = secrets.state;
	consent->nonce = secrets.nonce;
	consent->challenge = secrets.challenge;
	response_cookie(c->res, OAUTH_COOKIE, secrets.cookie, OAUTH_STATE_S);
	return 0;
}

/*
 * Not by a redirect: browsers hold the addresses that a sent form is redirected to against the
 * page's form-action, which knows only this site.
 */
int oauth_leave(struct ctx *c, enum oauth_purpose purpose, const char *to, struct err *e)
{
	const char *whom = places[purpose].whom;
	struct oauth_leave_view v = { .whom = whom, .to = url_external(c->mem, span_of(to)) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, arena_printf(c->mem, "To %s", whom), NAV_NONE);
	v.page.no_index = true;
	response_header(c->res, "Refresh", span_of(arena_printf(c->mem, "0; url=%s", to)));
	return response_html(c->res, page_oauth_leave_html, &v, e);
}

/* ---- coming back ---- */

static int refused_there(const char *whom, struct span error, struct err *e)
{
	if (span_is(error, "access_denied"))
		return err_set(e, ERR_FORBIDDEN, "You did not give the permission at %s.", whom);
	err_set(e, ERR_TEMPORARY, "%s did not take the request. Please try again later.", whom);
	return err_detail(e, "error=" SPAN_FMT, SPAN_ARG(span_sub(error, 0, 60)));
}

int oauth_finish(struct ctx *c, const char *whom, struct oauth_return *back, struct err *e)
{
	struct span error = request_query(c->req, "error");

	back->code = request_query(c->req, "code");
	back->secrets = (struct oauth_secrets){ .state = request_query(c->req, "state"),
		.cookie = request_cookie(c->req, OAUTH_COOKIE) };
	response_cookie(c->res, OAUTH_COOKIE, SPAN(""), 0);
	if (oauth_end(c->db, c->mem, &back->visit, &back->secrets, e) != 0)
		return -1;
	if (strcmp(places[back->visit.purpose].whom, whom) != 0)
		return err_set(e, ERR_AUTH, "this visit was to somebody else; please begin again");
	if (back->visit.purpose != OAUTH_SIGN_IN &&
		(c->user == NULL || c->user->id != back->visit.user_id))
		return err_set(e, ERR_AUTH,
			"You are no longer signed in as the one who began. Sign in and try again.");
	if (error.p != NULL)
		return refused_there(whom, error, e);
	if (back->code.n == 0 || back->code.n > OAUTH_MAX_CODE)
		return err_set(e, ERR_AUTH,
			"The answer of %s was not complete. Please begin again.", whom);
	return 0;
}

static int status_of(enum err_kind kind)
{
	return kind == ERR_CONFLICT    ? 409
	       : kind == ERR_FORBIDDEN ? 403
	       : kind == ERR_TEMPORARY ? 503
				       : 400;
}

int oauth_fail(struct ctx *c, enum oauth_purpose purpose, const struct err *why, struct err *e)
{
	const char *end = span_ends(span_of(why->text), ".") ? "" : ".";
	struct oauth_failed_view v = { .title = places[purpose].title,
		.reason = arena_printf(c->mem, "%s%s", why->text, end),
		.back = url_local(c->mem, span_of(places[purpose].path)),
		.back_label = places[purpose].label };
	struct viewer viewer;

	if (why->kind != ERR_AUTH && why->kind != ERR_CONFLICT && why->kind != ERR_FORBIDDEN &&
		why->kind != ERR_TEMPORARY) {
		*e = *why;
		return -1;
	}
	log_event(LOG_INFO, "oauth.visit", LOG_NUMBER("purpose", (int)purpose),
		LOG_TEXT("kind", err_kind_name(why->kind)), LOG_TEXT("error", why->text),
		LOG_TEXT("detail", why->detail));
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, v.title, NAV_NONE);
	v.page.no_index = true;
	response_status(c->res, status_of(why->kind));
	if (why->kind == ERR_TEMPORARY)
		error_retry_after(c, why);
	return response_html(c->res, page_oauth_failed_html, &v, e);
}
