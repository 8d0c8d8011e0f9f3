/* Tokens that members make for their scripts, for programs that manage them. */
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/proof.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/api_token.h"
#include "model/scope.h"
#include "model/user.h"

struct token_json {
	int64_t id;
	struct span name;
	struct shape_list scopes;
	int64_t created;
	int64_t expires;
	int64_t last_used;
};

static const struct shape_field token_shape_fields[] = {
	SHAPE_I64(struct token_json, id, "names it in addresses"),
	SHAPE_TEXT(struct token_json, name, "what it is for"),
	SHAPE_TEXTS(struct token_json, scopes, "what it may do"),
	SHAPE_TIME(struct token_json, created, "when it was made"),
	SHAPE_TIME_OR_NULL(struct token_json, expires, "null: good until it is revoked"),
	SHAPE_TIME_OR_NULL(struct token_json, last_used, "to the minute; null: not yet"),
};
static const struct shape token_shape = SHAPE("Token", struct token_json, token_shape_fields);

struct tokens_json {
	struct shape_list tokens;
};

static const struct shape_field tokens_fields[] = {
	SHAPE_LIST(struct tokens_json, tokens, &token_shape, "the newest first"),
};
static const struct shape tokens_shape = SHAPE("TokenList", struct tokens_json, tokens_fields);

struct made_json {
	int64_t id;
	struct span token;
};

static const struct shape_field made_fields[] = {
	SHAPE_I64(struct made_json, id, "names it in addresses"),
	SHAPE_TEXT(struct made_json, token, "shown once, and kept nowhere"),
};
static const struct shape made_shape = SHAPE("NewToken", struct made_json, made_fields);

struct token_form {
	struct span name;
	unsigned scopes;
	int64_t days;
};

static const struct field token_fields[] = {
	FIELD_LINE(struct token_form, name, 1, API_TOKEN_MAX_NAME),
	FIELD_SET(struct token_form, scopes, 1, scope_name_at),
	FIELD_INT(struct token_form, days, 0, API_TOKEN_MAX_DAYS),
};

const struct api_doc api_tokens_doc = {
	.summary = "Your tokens",
	.answers = { { 200, &tokens_shape, "those that you made" } },
};

const struct api_doc api_tokens_make_doc = {
	.summary = "Make a token",
	.text = "days 0: it is good until it is revoked. A token made by hand cannot make others, and neither can a "
		"sign-in older than ten minutes: sign in again first. The owner gets a mail. A new password "
		"revokes all tokens.",
	.body = API_TABLE(token_fields),
	.answers = { { 201, &made_shape, "the new token" } },
};

const struct api_doc api_tokens_revoke_doc = {
	.summary = "Revoke a token",
	.answers = { { 200, &tokens_shape, "those that are left" } },
};

static struct shape_list scopes_of(struct arena *m, unsigned set)
{
	struct span *v = arena_new_array(m, struct span, n_scopes);
	size_t n = 0;

	for (size_t i = 0; i < n_scopes; i++) {
		if ((set & scopes[i].scope) != 0)
			v[n++] = span_of(scopes[i].name);
	}
	return (struct shape_list){ v, n };
}

int api_tokens(struct ctx *c, struct err *e)
{
	struct api_token_list list;
	struct tokens_json answer;
	struct token_json *v;

	if (api_token_list(c->db, c->mem, c->user->id, &list, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct token_json, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		v[i] = (struct token_json){ .id = list.v[i].id,
			.name = list.v[i].name,
			.scopes = scopes_of(c->mem, list.v[i].scopes),
			.created = list.v[i].created_at,
			.expires = list.v[i].expires_at,
			.last_used = list.v[i].last_used_at };
	answer.tokens = (struct shape_list){ v, list.n };
	api_put(c, &tokens_shape, &answer);
	return 0;
}

int api_tokens_make(struct ctx *c, struct err *e)
{
	struct made_json answer;
	struct token_form form;

	if (api_read_body(c, &form, e) != 0 || proof_fresh(c, e) != 0)
		return -1;
	const struct api_token_new t = { .user_id = c->user->id,
		.name = form.name,
		.scopes = form.scopes,
		.days = (int)form.days,
		.address = c->req->client,
		.seal = c->seal };

	if (api_token_make(c->db, c->mem, &t, &answer.id, &answer.token, e) != 0)
		return -1;
	response_status(c->res, 201);
	api_put(c, &made_shape, &answer);
	return 0;
}

int api_tokens_revoke(struct ctx *c, struct err *e)
{
	int64_t id;

	if (!span_i64(route_param(c, "id"), &id))
		return err_set(e, ERR_NOT_FOUND, "there is no such token");
	if (api_token_revoke(c->db, c->mem, c->user->id, id, c->req->client, e) != 0)
		return -1;
	return api_tokens(c, e);
}
