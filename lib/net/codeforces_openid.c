#include "net/codeforces_openid.h"

#include <string.h>

#include "base/limits.h"
#include "net/codeforces.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

bool codeforces_openid_configured(const struct config *conf)
{
	return conf->codeforces_client_id[0] != '\0' && conf->codeforces_client_secret[0] != '\0' &&
	       conf->codeforces_redirect_url[0] != '\0';
}

static struct oauth_client client_of(const struct config *conf)
{
	return (struct oauth_client){ conf->codeforces_client_id, conf->codeforces_client_secret,
		conf->codeforces_redirect_url };
}

/* ---- the provider ---- */

int codeforces_provider_fetch(
	struct codeforces *cf, struct arena *m, struct span *out, struct err *e)
{
	const struct http_request r = { .base = cf->conf->codeforces_url,
		.path = "/.well-known/openid-configuration",
		.timeout_ms = CODEFORCES_WEB_TIMEOUT_MS,
		.max_body = CODEFORCES_MAX_OPENID };
	struct http_reply reply;

	if (codeforces_send(cf, m, &r, &reply, e) != 0)
		return -1;
	if (reply.status != 200)
		return err_set(e, ERR_TEMPORARY, "Codeforces does not say how to sign in (HTTP %d)",
			reply.status);
	*out = reply.body;
	return 0;
}

static bool has_word(const struct json *list, const char *word)
{
	struct span text;

	for (size_t i = 0; i < json_length(list); i++) {
		if (json_text(json_at(list, i), &text) && span_is(text, word))
			return true;
	}
	return false;
}

/* Secrets are sent to no other site than the configured one. */
static const char *path_of(
	const struct json *root, const char *key, const char *base, struct arena *m)
{
	struct span url = SPAN_NONE;

	json_text(json_get(root, key), &url);
	if (!span_starts(url, base) || !span_starts(span_sub(url, strlen(base), url.n), "/"))
		return NULL;
	return arena_dup(m, span_sub(url, strlen(base), url.n));
}

int codeforces_provider_read(struct span text, const char *base, struct arena *m,
	struct codeforces_provider *out, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span issuer = SPAN_NONE;

	if (json_parse(text, &root, e) != 0) {
		e->kind = ERR_TEMPORARY;
		return -1;
	}
	json_text(json_get(root, "issuer"), &issuer);
	*out = (struct codeforces_provider){ path_of(root, "authorization_endpoint", base, m),
		path_of(root, "token_endpoint", base, m) };
	if (!span_is(issuer, base) || out->consent_path == NULL || out->token_path == NULL ||
		!has_word(json_get(root, "id_token_signing_alg_values_supported"), "HS256"))
		return err_set(
			e, ERR_TEMPORARY, "Codeforces says of its sign-in what is not understood");
	return 0;
}

/* ---- the consent page, and codes ---- */

const char *codeforces_consent_url(const struct config *conf, struct arena *m,
	const struct codeforces_provider *p, const struct oauth_consent *c)
{
	const struct oauth_client client = client_of(conf);
	const char *page = arena_printf(m, "%s%s", conf->codeforces_url, p->consent_path);
	struct err why = { 0 };
	struct span query;
	BUF_AUTO b;

	buf_init(&b, CODEFORCES_MAX_OPENID);
	oauth_put_consent(&b, m, &client, c);
	if (buf_finish(&b, &query, &why) != 0)
		return page; // all parts are short: not reached
	return arena_printf(m, "%s?" SPAN_FMT, page, SPAN_ARG(query));
}

static int read_token(
	const struct http_reply *reply, struct arena *m, struct span *id_token, struct err *e)
{
	JSON_AUTO root = NULL;
	struct err why = { 0 };
	struct span text = SPAN_NONE;

	(void)!json_parse(reply->body, &root, &why);
	if (reply->status == 200 && json_text(json_get(root, "id_token"), &text) && text.n > 0 &&
		text.n <= JWT_MAX_TEXT) {
		*id_token = arena_span(m, text);
		return 0;
	}
	if (reply->status == 400 && json_text(json_get(root, "error"), &text) &&
		span_is(text, "invalid_grant"))
		return err_set(e, ERR_AUTH,
			"Codeforces' answer was used or is too old. Please begin again.");
	err_set(e, ERR_TEMPORARY,
		"Codeforces does not answer as it should. Please try again in a moment.");
	return err_detail(e, "HTTP %d at the token endpoint", reply->status);
}

int codeforces_exchange(struct codeforces *cf, struct arena *m, const struct codeforces_provider *p,
	const struct oauth_code *code, struct span *id_token, struct err *e)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json", NULL };
	const struct oauth_client client = client_of(cf->conf);
	struct http_request r = { .method = "POST",
		.stay = true,
		.base = cf->conf->codeforces_url,
		.path = p->token_path,
		.headers = headers,
		.timeout_ms = CODEFORCES_WEB_TIMEOUT_MS,
		.max_body = CODEFORCES_MAX_OPENID };
	struct http_reply reply;
	BUF_AUTO form;

	buf_init(&form, CODEFORCES_MAX_OPENID);
	oauth_put_exchange(&form, m, &client, code);
	if (buf_finish(&form, &r.body, e) != 0 || codeforces_send(cf, m, &r, &reply, e) != 0)
		return -1;
	return read_token(&reply, m, id_token, e);
}
