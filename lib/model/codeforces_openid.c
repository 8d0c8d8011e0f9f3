#include "model/codeforces_openid.h"

#include "auth/digest.h"
#include "auth/jwt.h"
#include "base/limits.h"
#include "model/cache.h"
#include "model/codeforces_desk.h"
#include "net/codeforces_record.h"
#include "net/json.h"
#include "os/config.h"

#define PROVIDER_KEY SPAN("cf:openid")

int codeforces_provider(
	struct codeforces_desk *d, struct arena *m, struct codeforces_provider *out, struct err *e)
{
	const char *base = d->gateway.conf->codeforces_url;
	struct err ignored = { .kind = ERR_NONE };
	struct span text;

	if (cache_get(d->cache, m, PROVIDER_KEY, &text, &ignored) == 0 &&
		codeforces_provider_read(text, base, m, out, &ignored) == 0)
		return 0;
	if (codeforces_provider_fetch(&d->gateway, m, &text, e) != 0 ||
		codeforces_provider_read(text, base, m, out, e) != 0)
		return -1;
	(void)!cache_set(d->cache, PROVIDER_KEY, text, CODEFORCES_PROVIDER_S, &ignored);
	return 0;
}

static int refuse(struct err *e, const char *why)
{
	err_set(e, ERR_AUTH, "Codeforces' word about who you are cannot be believed");
	return err_detail(e, "%s", why);
}

static int read_handle(const struct json *root, struct arena *m, struct span nonce,
	struct span *out, struct err *e)
{
	const struct json *said = json_get(root, "nonce");
	struct span text;

	if (!json_is_null(said) && !(json_text(said, &text) && digest_equal(text, nonce)))
		return refuse(e, "nonce");
	if (!json_text(json_get(root, "handle"), &text) || !codeforces_is_handle(text))
		return refuse(e, "handle");
	*out = arena_span(m, text);
	return 0;
}

int codeforces_openid_handle(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_visit *v, struct span *handle, struct err *e)
{
	const struct config *conf = d->gateway.conf;
	const struct jwt_expect expect = { .issuer = conf->codeforces_url,
		.audience = span_of(conf->codeforces_client_id),
		.now_s = v->now_s,
		.skew_s = CODEFORCES_SKEW_S };
	struct codeforces_provider provider;
	struct err why = { .kind = ERR_NONE };
	JSON_AUTO root = NULL;
	struct span token;
	struct span claims;

	if (codeforces_provider(d, m, &provider, e) != 0 ||
		codeforces_exchange(&d->gateway, m, &provider, &v->code, &token, e) != 0)
		return -1;
	if (jwt_verify_hs256(token, span_of(conf->codeforces_client_secret), m, &claims, &why) !=
			0 ||
		jwt_check_claims(claims, &expect, &root, &why) != 0)
		return refuse(e, why.detail);
	return read_handle(root, m, v->nonce, handle, e);
}
