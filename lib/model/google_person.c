#include "model/google_person.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/jwt.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/cache.h"
#include "net/google.h"
#include "net/json.h"
#include "os/config.h"

#define CERTS_KEY SPAN("google:certs")
#define ASKED_KEY SPAN("google:certs:asked")

/* ---- keys ---- */

static int fetch_keys(struct cache *c, const struct google *g, struct arena *m,
	struct jwk_set **keys, struct err *e)
{
	struct google_answer a;
	struct err why = { .kind = ERR_NONE };
	struct span text;

	google_certs(g, m, &text, &a);
	if (a.what != GOOGLE_OK || jwk_set_parse(text, keys, &why) != 0) {
		err_set(e, ERR_TEMPORARY, "Google's keys cannot be had just now");
		return err_detail(e, "%s %s", a.detail, why.text);
	}
	if (cache_set(c, CERTS_KEY, text, GOOGLE_CERTS_S, &why) != 0 ||
		cache_set(c, ASKED_KEY, SPAN("1"), GOOGLE_CERTS_AGAIN_S, &why) != 0)
		return 0; // they are fetched again next time
	return 0;
}

static int find_keys(struct cache *c, const struct google *g, struct arena *m, struct span kid,
	struct jwk_set **keys, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct span text;
	struct span asked;

	*keys = NULL;
	if (cache_get(c, m, CERTS_KEY, &text, &why) != 0 || jwk_set_parse(text, keys, &why) != 0)
		return fetch_keys(c, g, m, keys, e);
	if (kid.n == 0 || jwk_set_has(*keys, kid))
		return 0;
	why = (struct err){ .kind = ERR_NONE };
	if (cache_get(c, m, ASKED_KEY, &asked, &why) == 0)
		return 0; // fetched a moment ago: the token's key is none of Google's
	jwk_set_free(keys);
	*keys = NULL;
	return fetch_keys(c, g, m, keys, e);
}

/* ---- claims ---- */

static int refuse(struct err *e, const char *why)
{
	err_set(e, ERR_AUTH, "Google's word about who you are cannot be believed");
	return err_detail(e, "%s", why);
}

static bool is_line(struct span s, size_t most)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return s.n <= most && utf8_valid(s.p, s.n);
}

/* aud may name several; then azp says for whom it was made. */
static bool is_for_us(const struct json *root, const char *client)
{
	const struct json *party = json_get(root, "azp");
	struct span azp;

	return json_is_null(party) || (json_text(party, &azp) && span_is(azp, client));
}

static int read_person(const struct json *root, const struct google *g, struct arena *m,
	struct span nonce, struct person *out, struct err *e)
{
	struct span said = SPAN_NONE;
	struct person p = { .provider = "google" };

	if (!json_text(json_get(root, "nonce"), &said) || !digest_equal(said, nonce))
		return refuse(e, "nonce");
	if (!is_for_us(root, g->conf->google_client_id))
		return refuse(e, "azp");
	if (!json_text(json_get(root, "sub"), &p.subject) || p.subject.n == 0 ||
		!is_line(p.subject, 255))
		return refuse(e, "sub");
	json_text(json_get(root, "email"), &p.email);
	json_text(json_get(root, "name"), &p.name);
	json_bool(json_get(root, "email_verified"), &p.is_verified);
	if (!is_line(p.email, USER_MAX_EMAIL))
		return refuse(e, "email");
	*out = (struct person){ p.provider, arena_span(m, p.subject), arena_span(m, p.email),
		p.is_verified, arena_span(m, p.name) };
	return 0;
}

int google_person(struct cache *c, const struct google *g, struct arena *m,
	const struct google_claim *claim, struct person *out, struct err *e)
{
	JWK_SET_AUTO keys = NULL;
	JSON_AUTO root = NULL;
	const struct jwt_expect expect = { .issuer = g->conf->google_issuer,
		.other_issuer = "accounts.google.com", // as Google wrote it in older tokens
		.audience = span_of(g->conf->google_client_id),
		.now_s = claim->now_s,
		.skew_s = GOOGLE_SKEW_S };
	struct err why = { .kind = ERR_NONE };
	struct span claims;
	struct span kid = SPAN_NONE;

	(void)jwt_kid(claim->id_token, m, &kid);
	if (find_keys(c, g, m, kid, &keys, e) != 0)
		return -1;
	if (jwt_verify_rs256(claim->id_token, keys, m, &claims, &why) != 0 ||
		jwt_check_claims(claims, &expect, &root, &why) != 0) {
		if (why.kind == ERR_AUTH)
			return refuse(e, why.detail);
		*e = why;
		return -1;
	}
	return read_person(root, g, m, claim->nonce, out, e);
}
