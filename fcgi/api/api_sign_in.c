/*
 * Signing in for programs: no cookie, no session, but an access token for an hour and a refresh
 * token for a day (model/grant.h). Everything here counts as a guest's request and is safe from
 * forgery by what it takes: a password or a token in a body that no form can send.
 */
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/issuer.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "model/grant.h"
#include "model/two_step.h"
#include "model/user.h"
#include "os/config.h"

struct tokens_json {
	struct span access_token;
	struct span token_type;
	int64_t expires_in;
	struct span refresh_token;
	int64_t refresh_expires_in;
};

static const struct shape_field tokens_fields[] = {
	SHAPE_TEXT(struct tokens_json, access_token, "a JWT for the header Authorization: Bearer"),
	SHAPE_TEXT(struct tokens_json, token_type, "Bearer"),
	SHAPE_I64(struct tokens_json, expires_in, "seconds for which the access token is good"),
	SHAPE_TEXT(struct tokens_json, refresh_token, "good once, for the next pair"),
	SHAPE_I64(struct tokens_json, refresh_expires_in,
		"seconds for which the refresh token is good, and no longer than 30 days after the sign-in"),
};
static const struct shape tokens_shape = SHAPE("Tokens", struct tokens_json, tokens_fields);

static void put_tokens(struct ctx *c, const struct grant *g)
{
	const struct tokens_json answer = { .access_token = g->access_token,
		.token_type = SPAN("Bearer"),
		.expires_in = ACCESS_TOKEN_S,
		.refresh_token = g->refresh_token,
		.refresh_expires_in = REFRESH_TOKEN_S };

	api_put(c, &tokens_shape, &answer);
}

static int start(struct ctx *c, int64_t user_id, struct err *e)
{
	const struct bearer_issuer by = issuer_of(c);
	const struct grant_new n = {
		.user_id = user_id, .agent = c->req->user_agent, .address = c->req->client
	};
	struct grant g;

	if (grant_start(c->db, c->mem, &by, &n, &g, e) != 0)
		return -1;
	put_tokens(c, &g);
	return 0;
}

/* ---- the password, and the second step ---- */

struct second_json {
	struct span token;
	int64_t expires_in;
};

static const struct shape_field second_fields[] = {
	SHAPE_TEXT(struct second_json, token, "opens nothing but the second step"),
	SHAPE_I64(struct second_json, expires_in, "seconds for which it is good"),
};
static const struct shape second_shape = SHAPE("SecondStep", struct second_json, second_fields);

static struct two_step two_step_of(struct ctx *c)
{
	return (struct two_step){
		.db = c->db, .mem = c->mem, .seal = c->seal, .address = c->req->client
	};
}

static int ask_second(struct ctx *c, const struct two_step *t, int64_t user_id, struct err *e)
{
	struct second_json answer = { .expires_in = TWO_STEP_KEEP_S };

	if (two_step_ask(t, user_id, &answer.token, e) != 0)
		return -1;
	response_status(c->res, 202);
	api_put(c, &second_shape, &answer);
	return 0;
}

struct login_form {
	struct span email;
	struct span password;
};

static const struct field login_fields[] = {
	FIELD_LINE(struct login_form, email, 1, USER_MAX_EMAIL),
	FIELD_TEXT(struct login_form, password, 1, 1024),
};

const struct api_doc api_login_doc = {
	.summary = "Sign in with a password",
	.text = "Refused in the same way whether there is no such account, its address is not confirmed yet or "
		"the password is wrong.",
	.body = API_TABLE(login_fields),
	.answers = { { 200, &tokens_shape, "signed in" },
		{ 202, &second_shape,
			"the password is right; /api/v1/auth/two-step wants a code" } },
};

int api_login(struct ctx *c, struct err *e)
{
	const struct two_step t = two_step_of(c);
	struct two_step_status status;
	struct login_form form;
	struct user *user;

	if (api_read_body(c, &form, e) != 0)
		return -1;
	if (user_sign_in(c->db, c->mem, form.email, form.password, &user, e) != 0)
		return -1;
	if (two_step_status(&t, user->id, &status, e) != 0)
		return -1;
	return status.is_on ? ask_second(c, &t, user->id, e) : start(c, user->id, e);
}

struct second_form {
	struct span token;
	struct span code;
};

static const struct field second_form_fields[] = {
	FIELD_LINE(struct second_form, token, 1, 200),
	FIELD_LINE(struct second_form, code, 1, 64),
};

const struct api_doc api_two_step_doc = {
	.summary = "Bring the second step's code",
	.text = "token is what signing in with the password gave; code is from the app, or a recovery code.",
	.body = API_TABLE(second_form_fields),
	.answers = { { 200, &tokens_shape, "signed in" } },
};

int api_two_step(struct ctx *c, struct err *e)
{
	const struct two_step t = two_step_of(c);
	struct second_form form;
	int64_t user_id;

	if (api_read_body(c, &form, e) != 0 ||
		two_step_answer(&t, form.token, form.code, &user_id, e) != 0)
		return -1;
	return start(c, user_id, e);
}

/* ---- refreshing and signing out ---- */

struct refresh_form {
	struct span refresh_token;
};

static const struct field refresh_fields[] = {
	FIELD_LINE(struct refresh_form, refresh_token, 1, 200),
};

const struct api_doc api_refresh_doc = {
	.summary = "Exchange a refresh token for the next pair",
	.text = "A refresh token is good once. Where the answer got lost, the same request by the same "
		"program (User-Agent) within 10 seconds is answered with the same refresh token again, "
		"as long as that one is unused. Any other second use counts as a theft: all tokens of "
		"this sign-in end, and the owner gets a mail. At most 10 an hour for each sign-in.",
	.body = API_TABLE(refresh_fields),
	.answers = { { 200, &tokens_shape, "the next pair" } },
};

int api_refresh(struct ctx *c, struct err *e)
{
	const struct bearer_issuer by = issuer_of(c);
	struct refresh_form form;
	struct grant g;

	if (api_read_body(c, &form, e) != 0)
		return -1;
	const struct grant_use use = { .token = form.refresh_token,
		.secret = c->conf->session_secret,
		.agent = c->req->user_agent,
		.address = c->req->client,
		.seal = c->seal,
		.cache = c->cache };

	if (grant_refresh(c->db, c->mem, &by, &use, &g, e) != 0)
		return -1;
	put_tokens(c, &g);
	return 0;
}

struct done_json {
	bool done;
};

static const struct shape_field done_fields[] = {
	SHAPE_BOOL(struct done_json, done, "true"),
};
static const struct shape done_shape = SHAPE("Done", struct done_json, done_fields);

const struct api_doc api_logout_doc = {
	.summary = "Sign out",
	.text = "Ends the refresh token's sign-in with all its tokens. An unknown token is as good as "
		"signed out.",
	.body = API_TABLE(refresh_fields),
	.answers = { { 200, &done_shape, "signed out" } },
};

int api_logout(struct ctx *c, struct err *e)
{
	const struct done_json answer = { true };
	struct refresh_form form;

	if (api_read_body(c, &form, e) != 0 || grant_end(c->db, form.refresh_token, e) != 0)
		return -1;
	api_put(c, &done_shape, &answer);
	return 0;
}
