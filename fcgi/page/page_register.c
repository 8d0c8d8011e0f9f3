/*
 * Making an account. The answer is the same for an address that has one: the mail that goes there
 * tells which it was.
 */
#include "base/limits.h"
#include "fcgi/door.h"
#include "fcgi/form.h"
#include "fcgi/google.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "view/account.h"

struct register_form {
	struct span email;
	struct span name;
	struct span password;
};

static const struct field fields[] = {
	FIELD_LINE(struct register_form, email, 1, USER_MAX_EMAIL),
	FIELD_LINE(struct register_form, name, 1, USER_MAX_NAME),
	FIELD_TEXT(struct register_form, password, 1, 1024),
};

static int show(struct ctx *c, struct register_view *v, struct err *e)
{
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v->page = page_start(c, &viewer, "Make an account", NAV_SIGN_IN);
	v->page.no_index = true;
	v->google = google_button(c, "Continue with Google", SPAN("/"));
	return response_html(c->res, page_register_html, v, e);
}

int page_register(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct register_view v = { .error = door_closed(&door) };

	if (c->user != NULL)
		return response_redirect(c->res, url_path("/settings/profile"));
	return show(c, &v, e);
}

/* Each refusal stands at its field. */
static void tell(struct arena *m, struct register_view *v, const char *field, const char *why)
{
	const char *text = arena_dup(m, span_of(why));

	if (span_is(span_of(field), "name"))
		v->name_error = text;
	else if (span_is(span_of(field), "email"))
		v->email_error = text;
	else if (span_is(span_of(field), "password"))
		v->password_error = text;
	else
		v->error = text;
}

int page_register_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct register_form form = { .name = SPAN_NONE };
	struct register_view v = { .error = door_closed(&door) };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };

	if (form_read(c->req, c->mem, fields, countof(fields), &form, &errors) != 0) {
		for (size_t i = 0; i < errors.n; i++)
			tell(c->mem, &v, errors.v[i].field, errors.v[i].text);
	} else if (v.error == NULL) {
		const struct signup_new n = { .email = form.email,
			.name = form.name,
			.password = form.password,
			.zone = request_cookie(c->req, VIEWER_ZONE_COOKIE) };

		if (signup_register(&door, &n, &why) == 0)
			return response_redirect(c->res, url_path("/verify?sent=1"));
		if (why.kind != ERR_INVALID) {
			*e = why;
			return -1;
		}
		tell(c->mem, &v, why.field, why.text);
	}
	v.name = form.name;
	v.email = form.email;
	response_status(c->res, door_closed(&door) != NULL ? 503 : 422);
	return show(c, &v, e);
}
