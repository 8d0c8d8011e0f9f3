/*
 * Signing in and out. A session's token is new at each sign-in, so one that was planted or seen
 * before is worth nothing; a wrong password and an unknown address give the same words after the
 * same time; and the limit "sign-in" counts by address, so that guessing is slow.
 */
#include "base/limits.h"
#include "fcgi/form.h"
#include "fcgi/guard.h"
#include "fcgi/page/page.h"
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

int page_signin_post(struct ctx *c, struct err *e)
{
	struct signin_form form = { .back = SPAN("/") };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };
	struct user *user;

	if (form_read(c->req, c->mem, signin_fields, countof(signin_fields), &form, &errors) != 0) {
		response_status(c->res, 422);
		return page_signin_show(
			c, form.back, form.email, "Enter both the address and the password.", e);
	}
	if (user_sign_in(c->db, c->mem, form.email, form.password, &user, &why) != 0) {
		if (why.kind != ERR_AUTH) {
			*e = why;
			return -1;
		}
		response_status(c->res, 422);
		return page_signin_show(
			c, form.back, form.email, "The address or the password is wrong.", e);
	}
	return sign_in(c, user->id, form.back, e);
}

int page_signout_post(struct ctx *c, struct err *e)
{
	if (session_end(c->db, c->session->token, e) != 0)
		return -1;
	response_cookie(c->res, SESSION_COOKIE, SPAN(""), 0);
	return response_redirect(c->res, url_path("/"));
}
