/*
 * Links from mails. Opening one changes nothing, since programs that look for viruses open them
 * too: it takes the button of the page. What was used or is out of date is 404.
 */
#include "base/limits.h"
#include "fcgi/door.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/sign_in.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/session.h"
#include "view/account.h"

struct sort {
	enum signup_purpose purpose;
	const char *pattern;
	const char *title;
	const char *text;
	const char *button;
	bool password; // asks for it
};

static const struct sort verify = {
	SIGNUP_VERIFY,
	"/verify/{}",
	"Confirm your address",
	"Is this your address, and have you made the account? Then say the password that you have chosen.",
	"Confirm the address",
	true,
};

static const struct sort change = {
	SIGNUP_CHANGE,
	"/email/{}",
	"Confirm your new address",
	"This becomes the address of your account: mails go there, and you sign in with it. All other "
	"devices will be signed out.",
	"Use this address",
	false,
};

static const struct sort unlock = {
	SIGNUP_UNLOCK,
	"/unlock/{}",
	"Unlock your account",
	"After wrong passwords your account takes no further ones for a while. Unlock it to try again at "
	"once.",
	"Unlock the account",
	false,
};

static int show(struct ctx *c, const struct sort *s, const char *error, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct span token = route_param(c, "token");
	struct confirm_view v = { .title = s->title,
		.text = s->text,
		.button = s->button,
		.password = s->password,
		.error = error };
	struct signup_link link;
	struct viewer viewer;

	if (signup_peek(&door, s->purpose, token, &link, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, s->title, NAV_SIGN_IN);
	v.page.no_index = true;
	v.page.canonical.text = NULL; // the link is nobody else's
	v.email = link.new_email;
	v.action = url_to(c->mem, s->pattern, arena_dup(c->mem, token), NULL);
	return response_html(c->res, page_confirm_html, &v, e);
}

static int to_sign_in(struct ctx *c, const char *done)
{
	return response_redirect(
		c->res, url_with(c->mem, url_path("/sign-in"), "done", span_of(done)));
}

int page_verify_link(struct ctx *c, struct err *e)
{
	return show(c, &verify, NULL, e);
}

/* Link and password together are a sign-in. */
int page_verify_link_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct span password = request_form(c->req, "password");
	struct err why = { .kind = ERR_NONE };
	int64_t user_id;

	if (signup_verify(&door, route_param(c, "token"), password.p != NULL ? password : SPAN(""),
		    &user_id, &why) == 0)
		return sign_in(c, user_id, SPAN("/dashboard?done=verified"), e);
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show(c, &verify, password.n > 0 ? why.text : "Say the password.", e);
}

int page_unlock(struct ctx *c, struct err *e)
{
	return show(c, &unlock, NULL, e);
}

int page_unlock_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);

	if (signup_unlock(&door, route_param(c, "token"), e) != 0)
		return -1;
	return to_sign_in(c, "unlocked");
}

int page_email_link(struct ctx *c, struct err *e)
{
	return show(c, &change, NULL, e);
}

/* The browser in which the link was opened stays signed in, if it is. */
int page_email_link_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct span token = route_param(c, "token");
	struct signup_link link;
	bool is_mine;

	if (signup_peek(&door, SIGNUP_CHANGE, token, &link, e) != 0)
		return -1;
	is_mine = c->user != NULL && c->user->id == link.user_id;
	if (signup_confirm_email(&door, token, is_mine ? c->session->token : SPAN_NONE, e) != 0)
		return -1;
	return is_mine ? response_redirect(c->res, url_path("/settings/profile"))
		       : to_sign_in(c, "email");
}

/* ---- a new password ---- */

struct reset_form {
	struct span password;
};

static const struct field reset_fields[] = {
	FIELD_TEXT(struct reset_form, password, 1, 1024),
};

static int show_reset(struct ctx *c, const char *error, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct span token = route_param(c, "token");
	struct reset_view v = { .error = error };
	struct signup_link link;
	struct viewer viewer;

	if (signup_peek(&door, SIGNUP_RESET, token, &link, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Choose a new password", NAV_SIGN_IN);
	v.page.no_index = true;
	v.page.canonical.text = NULL; // the link is nobody else's
	v.email = link.email;
	v.action = url_to(c->mem, "/reset/{}", arena_dup(c->mem, token), NULL);
	return response_html(c->res, page_reset_html, &v, e);
}

int page_reset(struct ctx *c, struct err *e)
{
	return show_reset(c, NULL, e);
}

int page_reset_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct reset_form form = { .password = SPAN_NONE };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };

	if (form_read(c->req, c->mem, reset_fields, countof(reset_fields), &form, &errors) != 0) {
		response_status(c->res, 422);
		return show_reset(c, "Choose a password.", e);
	}
	if (signup_reset(&door, route_param(c, "token"), form.password, &why) == 0)
		return to_sign_in(c, "reset");
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show_reset(c, why.text, e);
}
