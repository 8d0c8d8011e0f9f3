/*
 * Mails that bring one in: to confirm an address, and to choose a new password. What is said here
 * does not depend on whether the address has an account.
 */
#include "base/limits.h"
#include "fcgi/door.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "view/account.h"

struct recover {
	struct url path;
	int (*order)(const struct signup_door *d, struct span email, struct err *e);
	const char *title;
	const char *text;
	const char *button;
	const char *sent_title;
	const char *sent_text;
	const char *sent_button;
};

static const struct recover verify = {
	.path = { "/verify" },
	.order = signup_resend,
	.title = "Confirm your address",
	.text = "A link that confirms an address is good for 15 minutes. Give the address of your account "
		"and you get another one.",
	.button = "Send the mail",
	.sent_title = "Look into your mail",
	.sent_text =
		"You get a mail with a link. Open it within 15 minutes to confirm your address, then "
		"sign in.",
	.sent_button = "Send it again",
};

static const struct recover forgot = {
	.path = { "/forgot" },
	.order = signup_forgot,
	.title = "Forgot the password?",
	.text = "Give the address of your account. You get a mail with a link to choose a new password.",
	.button = "Send the mail",
	.sent_title = "Look into your mail",
	.sent_text =
		"If there is an account with this address, a mail with a link is on its way to it. The "
		"link is good for 15 minutes.",
	.sent_button = "Send it again",
};

struct recover_form {
	struct span email;
};

static const struct field fields[] = {
	FIELD_LINE(struct recover_form, email, 1, USER_MAX_EMAIL),
};

static int show(struct ctx *c, const struct recover *r, struct address_view *v, struct err *e)
{
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v->title = v->is_sent ? r->sent_title : r->title;
	v->text = v->is_sent ? r->sent_text : r->text;
	v->more =
		v->is_sent
			? "Nothing there? It may lie among what was taken for spam. An address gets "
			  "at most five mails in an hour."
			: NULL;
	v->button = v->is_sent ? r->sent_button : r->button;
	v->action = r->path;
	v->page = page_start(c, &viewer, v->title, NAV_SIGN_IN);
	v->page.no_index = true;
	return response_html(c->res, page_address_html, v, e);
}

static int get(struct ctx *c, const struct recover *r, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct address_view v = { .is_sent = request_query(c->req, "sent").n > 0,
		.error = door_closed(&door) };

	return show(c, r, &v, e);
}

static int post(struct ctx *c, const struct recover *r, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct recover_form form = { .email = SPAN_NONE };
	struct address_view v = { .error = door_closed(&door) };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };

	if (form_read(c->req, c->mem, fields, countof(fields), &form, &errors) != 0) {
		v.error = "Give an email address.";
	} else if (v.error == NULL) {
		if (r->order(&door, form.email, &why) == 0)
			return response_redirect(
				c->res, url_with(c->mem, r->path, "sent", SPAN("1")));
		if (why.kind != ERR_INVALID) {
			*e = why;
			return -1;
		}
		v.error = why.text;
	}
	v.email = form.email;
	response_status(c->res, door_closed(&door) != NULL ? 503 : 422);
	return show(c, r, &v, e);
}

int page_verify(struct ctx *c, struct err *e)
{
	return get(c, &verify, e);
}

int page_verify_post(struct ctx *c, struct err *e)
{
	return post(c, &verify, e);
}

int page_forgot(struct ctx *c, struct err *e)
{
	return get(c, &forgot, e);
}

int page_forgot_post(struct ctx *c, struct err *e)
{
	return post(c, &forgot, e);
}
