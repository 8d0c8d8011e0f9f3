/*
 * Signing in and out. A session's token is new at each sign-in, so one that was planted or seen
 * before is worth nothing; a wrong password and an unknown address give the same words after the
 * same time; and guessing is slow: by the address that is guessed for, and by where it comes from.
 */
#include "base/limits.h"
#include "fcgi/error_reply.h"
#include "fcgi/form.h"
#include "fcgi/guard.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/sign_in.h"
#include "html/url.h"
#include "model/session.h"
#include "model/user.h"

struct signin_form {
	struct span email;
	struct span password;
	struct span back;
};

static const struct field signin_fields[] = {
	FIELD_LINE(struct signin_form, email, 1, USER_MAX_EMAIL),
	FIELD_TEXT(struct signin_form, password, 1, 1024),
	FIELD_LINE(struct signin_form, back, 0, REQUEST_MAX_PATH),
};

/* The form again, with the reason at its head. */
static int refuse(
	struct ctx *c, const struct signin_form *form, const struct err *why, struct err *e)
{
	struct signin_again again = { .back = form->back, .email = form->email };

	switch (why->kind) {
	case ERR_AUTH:
		again.error =
			"The address or the password is wrong, or the address is not confirmed yet.";
		again.offers_link = true;
		response_status(c->res, 422);
		break;
	case ERR_LIMIT:
		again.error = arena_printf(c->mem,
			"%s. If it is yours, a mail with a link that unlocks it is on its way.",
			page_sentence(c->mem, why->text));
		response_status(c->res, 429);
		error_retry_after(c, why);
		break;
	case ERR_NONE:
	case ERR_FORBIDDEN:
	case ERR_INVALID:
	case ERR_NOT_FOUND:
	case ERR_CONFLICT:
	case ERR_TEMPORARY:
	case ERR_INTERNAL:
		*e = *why;
		return -1;
	}
	return page_signin_show(c, &again, e);
}

int page_signin_post(struct ctx *c, struct err *e)
{
	struct signin_form form = { .back = SPAN("/") };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };
	struct user *user;

	if (form_read(c->req, c->mem, signin_fields, countof(signin_fields), &form, &errors) != 0) {
		const struct signin_again again = { .back = form.back,
			.email = form.email,
			.error = "Enter both the address and the password." };

		response_status(c->res, 422);
		return page_signin_show(c, &again, e);
	}
	if (user_sign_in(c->db, c->mem, form.email, form.password, &user, &why) != 0)
		return refuse(c, &form, &why, e);
	return sign_in(c, user->id, form.back, e);
}

int page_signout_post(struct ctx *c, struct err *e)
{
	if (session_end(c->db, c->session->token, e) != 0)
		return -1;
	response_cookie(c->res, SESSION_COOKIE, SPAN(""), 0);
	return response_redirect(c->res, url_path("/"));
}
