/*
 * Coming to an account and getting back into it. The answers are the same, after the same time,
 * whether an address has an account or not; what follows comes by mail.
 */
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/door.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/signup.h"

struct accepted_json {
	bool accepted;
};

static const struct shape_field accepted_fields[] = {
	SHAPE_BOOL(struct accepted_json, accepted, "true: what follows comes by mail"),
};
static const struct shape accepted_shape = SHAPE("Accepted", struct accepted_json, accepted_fields);

static int accept(struct ctx *c)
{
	const struct accepted_json answer = { true };

	response_status(c->res, 202);
	api_put(c, &accepted_shape, &answer);
	return 0;
}

static int done(struct ctx *c)
{
	const struct accepted_json answer = { true };

	api_put(c, &accepted_shape, &answer);
	return 0;
}

struct register_form {
	struct span email;
	struct span name;
	struct span password;
};

static const struct field register_fields[] = {
	FIELD_LINE(struct register_form, email, 1, USER_MAX_EMAIL),
	FIELD_LINE(struct register_form, name, 1, USER_MAX_NAME),
	FIELD_TEXT(struct register_form, password, 1, 1024),
};

const struct api_doc api_register_doc = {
	.summary = "Make an account",
	.text = "The address is confirmed by a link in a mail. The answer does not tell whether it has an "
		"account already.",
	.body = API_TABLE(register_fields),
	.answers = { { 202, &accepted_shape, "a mail is on its way" } },
};

int api_register(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct register_form form;

	if (api_read_body(c, &form, e) != 0)
		return -1;
	const struct signup_new n = {
		.email = form.email, .name = form.name, .password = form.password
	};

	return signup_register(&door, &n, e) != 0 ? -1 : accept(c);
}

struct forgot_form {
	struct span email;
};

static const struct field forgot_fields[] = {
	FIELD_LINE(struct forgot_form, email, 1, USER_MAX_EMAIL),
};

const struct api_doc api_forgot_doc = {
	.summary = "Ask for a link to choose a new password",
	.body = API_TABLE(forgot_fields),
	.answers = { { 202, &accepted_shape,
		"a mail is on its way if the address has an account" } },
};

int api_forgot(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct forgot_form form;

	if (api_read_body(c, &form, e) != 0 || signup_forgot(&door, form.email, e) != 0)
		return -1;
	return accept(c);
}

struct reset_form {
	struct span token;
	struct span password;
};

static const struct field reset_fields[] = {
	FIELD_LINE(struct reset_form, token, 1, 200),
	FIELD_TEXT(struct reset_form, password, 1, 1024),
};

const struct api_doc api_reset_doc = {
	.summary = "Choose a new password",
	.text = "token is the last part of the link in the mail and is good once. All sessions and programs of "
		"the account are signed out, and its personal tokens are revoked.",
	.body = API_TABLE(reset_fields),
	.answers = { { 200, &accepted_shape, "the new password holds" } },
};

int api_reset(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct reset_form form;

	if (api_read_body(c, &form, e) != 0 ||
		signup_reset(&door, form.token, form.password, e) != 0)
		return -1;
	return done(c);
}

const struct api_doc api_verify_doc = {
	.summary = "Confirm an address",
	.text = "token is the last part of the link in the mail and is good once. If several have registered with "
		"the address the answer is 409: send the password of yours with POST.",
	.answers = { { 200, &accepted_shape, "the address is confirmed" } },
};

int api_verify(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	int64_t user_id;

	if (signup_verify(&door, route_param(c, "token"), SPAN_NONE, &user_id, e) != 0)
		return -1;
	return done(c);
}

struct verify_form {
	struct span password;
};

static const struct field verify_fields[] = {
	FIELD_TEXT(struct verify_form, password, 1, 1024),
};

const struct api_doc api_verify_post_doc = {
	.summary = "Confirm an address with the password of its registration",
	.text = "Anybody may register with an address that is not his; only the registration whose password is "
		"said becomes the account. A wrong one leaves the link usable.",
	.body = API_TABLE(verify_fields),
	.answers = { { 200, &accepted_shape, "the address is confirmed" } },
};

int api_verify_post(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct verify_form form;
	struct signup_link link;
	int64_t user_id;

	if (signup_peek(&door, SIGNUP_VERIFY, route_param(c, "token"), &link, e) != 0 ||
		api_read_body(c, &form, e) != 0 ||
		signup_verify(&door, route_param(c, "token"), form.password, &user_id, e) != 0)
		return -1;
	return done(c);
}
