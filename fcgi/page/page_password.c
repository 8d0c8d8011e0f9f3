/* How a member comes in: another password, another address. Both take more than a session. */
#include "base/limits.h"
#include "fcgi/door.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/proof.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/session.h"
#include "model/user.h"
#include "view/account.h"

static const struct page_said said[] = {
	{ "password", FLASH_OK,
		"Your password is set. All other devices and programs were signed out, and your access tokens were revoked." },
	{ "email", FLASH_OK,
		"Look into the mail of the new address: it holds a link that confirms it." },
};

static int show(
	struct ctx *c, struct password_view *v, const struct proof_fields *proof, struct err *e)
{
	const struct signup_door door = door_open(c);

	if (proof_ask(c, &v->proof, e) != 0)
		return -1;
	if (proof != NULL)
		v->proof = *proof;
	v->nav.place = SETTINGS_PASSWORD;
	v->email = c->user->email;
	v->error = door_closed(&door);
	v->action = v->is_email ? url_path("/settings/email") : url_path("/settings/password");
	v->page = settings_page(
		c, v->is_email ? "Change your address" : "Email and password", said, countof(said));
	return response_html(c->res, page_settings_password_html, v, e);
}

int page_password(struct ctx *c, struct err *e)
{
	struct password_view v = { .is_email = false };

	return show(c, &v, NULL, e);
}

int page_email(struct ctx *c, struct err *e)
{
	struct password_view v = { .is_email = true };

	return show(c, &v, NULL, e);
}

/* The form again, with what was wrong at its place. */
static int again(
	struct ctx *c, struct password_view *v, const struct proof_fields *proof, struct err *e)
{
	response_status(c->res, 422);
	return show(c, v, proof, e);
}

/* What the model refused is shown if it is the member's doing. */
static int refuse(struct ctx *c, struct password_view *v, const struct err *why, struct err *e)
{
	if (why->kind != ERR_INVALID) {
		*e = *why;
		return -1;
	}
	v->field_error = arena_dup(c->mem, span_of(why->text));
	return again(c, v, NULL, e);
}

struct password_form {
	struct span new_password;
};

static const struct field password_fields[] = {
	FIELD_TEXT(struct password_form, new_password, 1, 1024),
};

int page_password_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct password_view v = { .is_email = false };
	struct password_form form = { .new_password = SPAN_NONE };
	struct field_errors errors;
	struct proof_fields proof;
	struct err why = { .kind = ERR_NONE };
	bool right;

	if (form_read(c->req, c->mem, password_fields, countof(password_fields), &form, &errors) !=
		0) {
		v.field_error = "Choose a password.";
		return again(c, &v, NULL, e);
	}
	if (proof_check(c, &proof, &right, e) != 0)
		return -1;
	if (!right)
		return again(c, &v, &proof, e);
	if (signup_change_password(
		    &door, c->user->id, form.new_password, c->session->token, &why) != 0)
		return refuse(c, &v, &why, e);
	return response_redirect(c->res, url_path("/settings/password?done=password"));
}

struct email_form {
	struct span email;
};

static const struct field email_fields[] = {
	FIELD_LINE(struct email_form, email, 1, USER_MAX_EMAIL),
};

int page_email_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct password_view v = { .is_email = true };
	struct email_form form = { .email = SPAN_NONE };
	struct field_errors errors;
	struct proof_fields proof;
	struct err why = { .kind = ERR_NONE };
	bool right;

	if (form_read(c->req, c->mem, email_fields, countof(email_fields), &form, &errors) != 0) {
		v.field_error = "Give an email address.";
		return again(c, &v, NULL, e);
	}
	v.entered = form.email;
	if (proof_check(c, &proof, &right, e) != 0)
		return -1;
	if (!right)
		return again(c, &v, &proof, e);
	if (signup_change_email(&door, c->user->id, form.email, &why) != 0)
		return refuse(c, &v, &why, e);
	return response_redirect(c->res, url_path("/settings/password?done=email"));
}
