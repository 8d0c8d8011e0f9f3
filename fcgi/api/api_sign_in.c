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
#include "model/grant.h"
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
	struct grant g;

	if (grant_start(c->db, c->mem, &by, user_id, &g, e) != 0)
		return -1;
	put_tokens(c, &g);
	return 0;
}

/* ---- the password ---- */

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
	.body = API_TABLE(login_fields),
	.answers = { { 200, &tokens_shape, "signed in" } },
};

int api_login(struct ctx *c, struct err *e)
{
	struct login_form form;
	struct user *user;

	if (api_read_body(c, &form, e) != 0)
		return -1;
	if (user_sign_in(c->db, c->mem, form.email, form.password, &user, e) != 0)
		return -1;
	return start(c, user->id, e);
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
