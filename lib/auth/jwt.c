/*
 * A token is three parts in base64 with points between: head, claims, signature. Nothing of it is
 * believed before the signature is known to be right; the head is read first only to find the key
 * and to refuse what is of another algorithm or asks for extensions ("crit").
 *
 * OpenSSL's queue of errors is emptied after each failure: libpq and libcurl look at it too.
 */
#include "auth/jwt.h"

#include <assert.h>
#include <math.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "auth/jwk.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/scan.h"
#include "net/json.h"

struct jwt_key {
	EVP_PKEY *key;
	char kid[JWK_KID_SIZE];
};

struct parts {
	struct span head;
	struct span claims;
	struct span signature; // all three decoded
	struct span input;     // what is signed
};

static int refuse(struct err *e, const char *why)
{
	err_set(e, ERR_AUTH, "the token is not valid");
	return err_detail(e, "%s", why);
}

static bool split(struct span jws, struct arena *m, struct parts *p)
{
	struct span rest = jws;
	struct span head;
	struct span claims;

	if (jws.n > JWT_MAX_TEXT || !scan_until(&rest, '.', rest.n, &head) ||
		!scan_until(&rest, '.', rest.n, &claims))
		return false;
	p->input = span_sub(jws, 0, head.n + 1 + claims.n);
	return base64url_decode(m, head, &p->head) && base64url_decode(m, claims, &p->claims) &&
	       base64url_decode(m, rest, &p->signature);
}

/* Why the head is not acceptable, or NULL. */
static const char *read_head(
	struct span head, const char *algorithm, struct arena *m, struct span *kid)
{
	JSON_AUTO root = NULL;
	struct err ignored = { .kind = ERR_NONE };
	const struct json *v;
	struct span text;

	*kid = SPAN_NONE;
	if (json_parse(head, &root, &ignored) != 0 || !json_is_object(root))
		return "the head is no JSON object";
	if (!json_text(json_get(root, "alg"), &text) || !span_is(text, algorithm))
		return "the algorithm is another";
	if (!json_is_null(json_get(root, "crit")))
		return "the head asks for an extension";
	v = json_get(root, "kid");
	if (json_is_null(v))
		return NULL;
	if (!json_text(v, &text))
		return "the kid is no text";
	*kid = arena_span(m, text);
	return NULL;
}

static void digest_free(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

static bool signature_ok(EVP_PKEY *key, const struct parts *p)
{
	EVP_MD_CTX *c CLEANUP(digest_free) = EVP_MD_CTX_new();
	bool ok = c != NULL && EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(c, (const unsigned char *)p->signature.p, p->signature.n,
			  (const unsigned char *)p->input.p, p->input.n) == 1;

	if (!ok)
		ERR_clear_error();
	return ok;
}

int jwt_verify_rs256(struct span jws, const struct jwk_set *keys, struct arena *m,
	struct span *claims, struct err *e)
{
	struct parts p;
	struct span kid;
	const char *why;
	EVP_PKEY *key;

	if (!split(jws, m, &p))
		return refuse(e, "not three parts in base64");
	why = read_head(p.head, "RS256", m, &kid);
	if (why != NULL)
		return refuse(e, why);
	key = jwk_set_find(keys, kid);
	if (key == NULL)
		return refuse(e, "no key of this kid");
	if (!signature_ok(key, &p))
		return refuse(e, "the signature does not fit");
	*claims = p.claims;
	return 0;
}

int jwt_verify_hs256(
	struct span jws, struct span secret, struct arena *m, struct span *claims, struct err *e)
{
	unsigned char mac[DIGEST_SIZE];
	struct parts p;
	struct span kid;
	const char *why;

	if (!split(jws, m, &p))
		return refuse(e, "not three parts in base64");
	why = read_head(p.head, "HS256", m, &kid);
	if (why != NULL)
		return refuse(e, why);
	digest_hmac(secret, p.input, mac);
	if (secret.n == 0 ||
		!digest_equal((struct span){ (const char *)mac, sizeof(mac) }, p.signature))
		return refuse(e, "the signature does not fit");
	*claims = p.claims;
	return 0;
}

bool jwt_kid(struct span jws, struct arena *m, struct span *kid)
{
	struct parts p;

	return split(jws, m, &p) && read_head(p.head, "RS256", m, kid) == NULL && kid->p != NULL;
}

static bool is_one(const struct json *v, struct span wanted)
{
	struct span text;

	return json_text(v, &text) && span_eq(text, wanted);
}

static bool has_audience(const struct json *aud, struct span wanted)
{
	for (size_t i = 0; i < json_length(aud); i++) {
		if (is_one(json_at(aud, i), wanted))
			return true;
	}
	return is_one(aud, wanted);
}

/* Why the claims are not acceptable, or NULL. Times may have a fraction (RFC 7519, 2). */
static const char *check(const struct json *c, const struct jwt_expect *x)
{
	double now = (double)x->now_s;
	double at;

	if (!json_is_object(c))
		return "the claims are no JSON object";
	if (!is_one(json_get(c, "iss"), span_of(x->issuer)) &&
		(x->other_issuer == NULL || !is_one(json_get(c, "iss"), span_of(x->other_issuer))))
		return "another issuer";
	if (!has_audience(json_get(c, "aud"), x->audience))
		return "for another audience";
	if (!json_number(json_get(c, "exp"), &at))
		return "without an end";
	if (now - x->skew_s >= at)
		return "expired";
	if (!json_number(json_get(c, "iat"), &at))
		return "without a beginning";
	if (now + x->skew_s < at)
		return "issued in the future";
	if (json_is_null(json_get(c, "nbf")))
		return NULL;
	if (!json_number(json_get(c, "nbf"), &at))
		return "nbf is no time";
	return now + x->skew_s < at ? "not yet valid" : NULL;
}

int jwt_check_claims(
	struct span claims, const struct jwt_expect *x, struct json **out, struct err *e)
{
	JSON_AUTO root = NULL;
	struct err bad = { .kind = ERR_NONE };
	const char *why;

	if (json_parse(claims, &root, &bad) != 0)
		return refuse(e, "the claims are no JSON");
	why = check(root, x);
	if (why != NULL)
		return refuse(e, why);
	*out = root;
	root = NULL;
	return 0;
}

int jwt_key_make(struct arena *m, struct span *der, struct err *e)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	unsigned char *bytes = NULL;
	int size = key != NULL ? i2d_PrivateKey(key, &bytes) : -1;

	EVP_PKEY_free(key);
	if (size <= 0) {
		ERR_clear_error();
		return err_set(e, ERR_INTERNAL, "could not make a key");
	}
	*der = arena_span(m, (struct span){ (char *)bytes, (size_t)size });
	OPENSSL_clear_free(bytes, (size_t)size);
	return 0;
}

int jwt_key_open(struct span der, struct jwt_key **out, struct err *e)
{
	const unsigned char *p = (const unsigned char *)der.p;
	EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	struct jwt_key *k = calloc(1, sizeof(*k));
	struct arena *m;

	if (key == NULL || k == NULL || !jwk_fits(key)) {
		EVP_PKEY_free(key);
		free(k);
		ERR_clear_error();
		return err_set(e, ERR_INTERNAL, "could not read the signing key");
	}
	m = arena_new(0);
	k->key = key;
	jwk_thumbprint(key, m, k->kid);
	arena_free(m);
	*out = k;
	return 0;
}

void jwt_key_free(struct jwt_key **k)
{
	if (*k == NULL)
		return;
	EVP_PKEY_free((*k)->key);
	free(*k);
	*k = NULL;
}

const char *jwt_key_kid(const struct jwt_key *k)
{
	return k->kid;
}

int jwt_key_public(const struct jwt_key *k, struct arena *m, struct span *jwk, struct err *e)
{
	BUF_AUTO b;
	struct json_out j;
	struct span text;

	buf_init(&b, JWK_MAX_TEXT);
	json_begin(&j, &b);
	jwk_print(&j, m, span_of(k->kid), k->key);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	*jwk = arena_span(m, text);
	return 0;
}

static bool sign(EVP_PKEY *key, struct span input, struct arena *m, struct span *out)
{
	EVP_MD_CTX *c CLEANUP(digest_free) = EVP_MD_CTX_new();
	size_t size = (size_t)EVP_PKEY_get_size(key);
	unsigned char *bytes = arena_alloc(m, size);

	if (c == NULL || EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) != 1 ||
		EVP_DigestSign(c, bytes, &size, (const unsigned char *)input.p, input.n) != 1) {
		ERR_clear_error();
		return false;
	}
	*out = (struct span){ (char *)bytes, size };
	return true;
}

int jwt_sign_rs256(const struct jwt_key *k, const char *typ, struct span claims, struct arena *m,
	struct span *out, struct err *e)
{
	const char *head =
		arena_printf(m, "{\"alg\":\"RS256\",\"typ\":\"%s\",\"kid\":\"%s\"}", typ, k->kid);
	struct span input = span_of(arena_printf(
		m, "%s.%s", base64url_encode(m, span_of(head)).p, base64url_encode(m, claims).p));
	struct span signature;

	if (!sign(k->key, input, m, &signature))
		return err_set(e, ERR_INTERNAL, "could not sign");
	*out = span_of(
		arena_printf(m, SPAN_FMT ".%s", SPAN_ARG(input), base64url_encode(m, signature).p));
	return out->n <= JWT_MAX_TEXT ? 0 : err_set(e, ERR_LIMIT, "the token is too long");
}
