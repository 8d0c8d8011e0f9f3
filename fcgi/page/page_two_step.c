#include "auth/totp.h"
#include "base/attr.h"
#include "base/base32.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/proof.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "fcgi/sign_in.h"
#include "gen/tmpl.h"
#include "html/qr.h"
#include "html/url.h"
#include "model/session.h"
#include "model/two_step.h"
#include "model/user.h"

/*
 * Two-step sign-in, switched on and off. Its three states are one page: off, a secret that waits
 * for its first code, on. Recovery codes stand in the answer to the form that made them and nowhere
 * else.
 */

#define ISSUER SPAN("Podium")
#define HERE   url_path("/settings/two-step")

static const struct page_said said[] = {
	{ "off", FLASH_OK, "Two-step sign-in is off." },
};

/* The secret as people type it: groups of four. */
static const char *grouped(struct arena *m, struct span text)
{
	char *to = arena_alloc(m, text.n + text.n / 4 + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (i > 0 && i % 4 == 0)
			to[n++] = ' ';
		to[n++] = text.p[i];
	}
	return to;
}

static int fill_setup(
	const struct ctx *c, struct span secret, struct two_step_view *v, struct err *e)
{
	struct qr qr;

	if (qr_make(c->mem, totp_uri(c->mem, secret, ISSUER, c->user->email), &qr, e) != 0)
		return -1;
	v->secret = grouped(c->mem, base32_encode(c->mem, secret));
	v->qr_size = qr.size;
	v->qr_path = qr.path;
	return 0;
}

/* proof: what was wrong with the one that was given, or NULL. */
static int show(struct ctx *c, const struct proof_fields *proof, const char *error, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct two_step_view v = { .nav = { SETTINGS_TWO_STEP }, .error = error };
	struct two_step_status status;
	struct err why = { .kind = ERR_NONE };
	struct viewer viewer;
	struct span secret;

	if (two_step_status(&t, c->user->id, &status, e) != 0 || proof_ask(c, &v.proof, e) != 0)
		return -1;
	if (proof != NULL)
		v.proof = *proof;
	viewer_read(c->req, &viewer);
	v.is_on = status.is_on;
	v.codes_left = status.codes_left;
	if (status.is_on) {
		v.since = when_stamp(c->mem, viewer.zone, status.since_us / 1000000);
		v.since_iso = when_iso(c->mem, status.since_us / 1000000);
	} else if (two_step_waiting(&t, c->user->id, &secret, &why) == 0) {
		if (fill_setup(c, secret, &v, e) != 0)
			return -1;
	} else if (why.kind != ERR_NOT_FOUND && why.kind != ERR_TEMPORARY) {
		*e = why;
		return -1;
	}
	v.page = settings_page(c, "Two-step sign-in", said, countof(said));
	return response_html(c->res, page_settings_two_step_html, &v, e);
}

int page_two_step(struct ctx *c, struct err *e)
{
	return show(c, NULL, NULL, e);
}

static int again(struct ctx *c, const struct proof_fields *wrong, struct err *e)
{
	return show(c, wrong, NULL, e);
}

int page_two_step_begin(struct ctx *c, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct span secret;
	int answer;

	if (!proof_given(c, PROOF_ALWAYS, again, &answer, e))
		return answer;
	if (two_step_begin(&t, c->user->id, &secret, e) != 0)
		return -1;
	return response_redirect(c->res, HERE);
}

static int show_codes(struct ctx *c, const struct two_step_codes *codes, struct err *e)
{
	struct two_step_code list[TWO_STEP_CODES];
	const struct two_step_codes_view v = { .page = settings_page(c, "Recovery codes", NULL, 0),
		.nav = { SETTINGS_TWO_STEP },
		.codes = { list, TWO_STEP_CODES } };

	for (size_t i = 0; i < TWO_STEP_CODES; i++)
		list[i].text = codes->text[i];
	return response_html(c->res, page_settings_two_step_codes_html, &v, e);
}

/* What was signed in with one step elsewhere signs in anew, with two. */
int page_two_step_confirm(struct ctx *c, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct err why = { .kind = ERR_NONE };
	struct two_step_codes codes;

	if (two_step_confirm(&t, c->user->id, request_form(c->req, "code"), &codes, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND || why.kind == ERR_CONFLICT)
			return response_redirect(c->res, HERE);
		if (why.kind != ERR_INVALID) {
			*e = why;
			return -1;
		}
		response_status(c->res, 422);
		return show(c, NULL, "This is not the code that the app should show now.", e);
	}
	if (session_end_others(c->db, c->session, e) != 0)
		return -1;
	return show_codes(c, &codes, e);
}

int page_two_step_codes(struct ctx *c, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct two_step_codes codes;
	int answer;

	if (!proof_given(c, PROOF_ALWAYS, again, &answer, e))
		return answer;
	if (two_step_renew_codes(&t, c->user->id, &codes, e) != 0)
		return -1;
	return show_codes(c, &codes, e);
}

int page_two_step_off(struct ctx *c, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	int answer;

	if (!proof_given(c, PROOF_ALWAYS, again, &answer, e))
		return answer;
	if (two_step_end(&t, c->user->id, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/two-step?done=off"));
}
