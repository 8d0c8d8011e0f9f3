/*
 * Public keys come from outside, so everything about them is bounded before OpenSSL sees it: the
 * text, the number of keys, the size of the modulus (its square is the cost of a check) and of the
 * exponent.
 */
#include "auth/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "base/base64.h"
#include "base/limits.h"
#include "net/json.h"

#define LEAST_BITS    2048
#define MOST_BITS     8192
#define MOST_EXPONENT 4 // bytes
#define MOST_KID      200

struct jwk {
	char kid[MOST_KID + 1]; // "": none was given
	EVP_PKEY *key;
};

struct jwk_set {
	struct jwk keys[JWK_MAX_KEYS];
	size_t n;
};

static void bn_free(BIGNUM **n)
{
	BN_free(*n);
}

static void build_free(OSSL_PARAM_BLD **b)
{
	OSSL_PARAM_BLD_free(*b);
}

static void params_free(OSSL_PARAM **p)
{
	OSSL_PARAM_free(*p);
}

static void context_free(EVP_PKEY_CTX **c)
{
	EVP_PKEY_CTX_free(*c);
}

static EVP_PKEY *key_of(const BIGNUM *n, const BIGNUM *e)
{
	OSSL_PARAM_BLD *build CLEANUP(build_free) = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c CLEANUP(context_free) = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params CLEANUP(params_free) = NULL;
	EVP_PKEY *key = NULL;

	if (build == NULL || c == NULL ||
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	params = OSSL_PARAM_BLD_to_param(build);
	if (params == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
		EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

static bool number_of(
	const struct json *jwk, const char *name, size_t most, struct arena *m, BIGNUM **out)
{
	struct span text;
	struct span bytes;

	if (!json_text(json_get(jwk, name), &text) || text.n > most * 4 / 3 + 4 ||
		!base64url_decode(m, text, &bytes) || bytes.n == 0 || bytes.n > most)
		return false;
	*out = BN_bin2bn((const unsigned char *)bytes.p, (int)bytes.n, NULL);
	return *out != NULL;
}

static bool is_or_absent(const struct json *jwk, const char *name, const char *value)
{
	const struct json *v = json_get(jwk, name);
	struct span text;

	return json_is_null(v) || (json_text(v, &text) && span_is(text, value));
}

static bool kid_of(const struct json *jwk, char out[MOST_KID + 1])
{
	const struct json *v = json_get(jwk, "kid");
	struct span kid;

	out[0] = '\0';
	if (json_is_null(v))
		return true;
	if (!json_text(v, &kid) || kid.n == 0 || kid.n > MOST_KID)
		return false;
	memcpy(out, kid.p, kid.n);
	out[kid.n] = '\0';
	return true;
}

bool jwk_fits(EVP_PKEY *key)
{
	BIGNUM *e CLEANUP(bn_free) = NULL;
	int bits = EVP_PKEY_is_a(key, "RSA") == 1 ? EVP_PKEY_get_bits(key) : 0;

	return bits >= LEAST_BITS && bits <= MOST_BITS &&
	       EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_is_odd(e) &&
	       !BN_is_one(e) && BN_num_bytes(e) <= MOST_EXPONENT;
}

/* A key that is not for RS256 signatures, or is malformed, is none of ours. */
static void add(struct jwk_set *s, const struct json *jwk, struct arena *m)
{
	BIGNUM *n CLEANUP(bn_free) = NULL;
	BIGNUM *e CLEANUP(bn_free) = NULL;
	struct jwk *k = &s->keys[s->n];
	struct span kty;

	if (s->n == JWK_MAX_KEYS || !json_text(json_get(jwk, "kty"), &kty) ||
		!span_is(kty, "RSA") || !is_or_absent(jwk, "use", "sig") ||
		!is_or_absent(jwk, "alg", "RS256") || !kid_of(jwk, k->kid) ||
		!number_of(jwk, "n", MOST_BITS / 8, m, &n) ||
		!number_of(jwk, "e", MOST_EXPONENT, m, &e) || !BN_is_odd(n))
		return;
	k->key = key_of(n, e);
	if (k->key == NULL)
		return;
	if (jwk_fits(k->key)) {
		s->n++;
	} else {
		EVP_PKEY_free(k->key);
		k->key = NULL;
	}
}

int jwk_set_parse(struct span text, struct jwk_set **out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *keys;
	struct jwk_set *s;
	struct arena *m;

	if (text.n > JWK_MAX_TEXT)
		return err_set(e, ERR_INVALID, "the key set is longer than %d bytes", JWK_MAX_TEXT);
	if (json_parse(text, &root, e) != 0)
		return -1;
	keys = json_get(root, "keys");
	if (!json_is_array(keys))
		return err_set(e, ERR_INVALID, "this is no key set");
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	m = arena_new(2 * JWK_MAX_TEXT);
	for (size_t i = 0; i < json_length(keys); i++)
		add(s, json_at(keys, i), m);
	arena_free(m);
	ERR_clear_error();
	if (s->n == 0) {
		jwk_set_free(&s);
		return err_set(e, ERR_INVALID, "the key set has no RSA key for signatures");
	}
	*out = s;
	return 0;
}

void jwk_set_free(struct jwk_set **s)
{
	if (*s == NULL)
		return;
	for (size_t i = 0; i < (*s)->n; i++)
		EVP_PKEY_free((*s)->keys[i].key);
	free(*s);
	*s = NULL;
}

size_t jwk_set_size(const struct jwk_set *s)
{
	return s->n;
}

EVP_PKEY *jwk_set_find(const struct jwk_set *s, struct span kid)
{
	if (kid.p == NULL)
		return s->n == 1 ? s->keys[0].key : NULL;
	for (size_t i = 0; i < s->n; i++) {
		if (s->keys[i].kid[0] != '\0' && span_is(kid, s->keys[i].kid))
			return s->keys[i].key;
	}
	return NULL;
}

bool jwk_set_has(const struct jwk_set *s, struct span kid)
{
	return kid.p != NULL && jwk_set_find(s, kid) != NULL;
}

static struct span number_text(EVP_PKEY *key, const char *name, struct arena *m)
{
	BIGNUM *number CLEANUP(bn_free) = NULL;
	unsigned char *bytes;
	int size;

	if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
		abort();
	size = BN_num_bytes(number);
	bytes = arena_alloc(m, (size_t)size);
	BN_bn2bin(number, bytes);
	return base64url_encode(m, (struct span){ (char *)bytes, (size_t)size });
}

void jwk_print(struct json_out *j, struct arena *m, struct span kid, EVP_PKEY *key)
{
	const struct {
		const char *name;
		struct span value;
	} parts[] = {
		{ "kty", SPAN("RSA") },
		{ "use", SPAN("sig") },
		{ "alg", SPAN("RS256") },
		{ "kid", kid },
		{ "n", number_text(key, OSSL_PKEY_PARAM_RSA_N, m) },
		{ "e", number_text(key, OSSL_PKEY_PARAM_RSA_E, m) },
	};

	json_object(j);
	for (size_t i = 0; i < countof(parts); i++) {
		if (parts[i].value.n == 0)
			continue;
		json_key(j, parts[i].name);
		json_put_text(j, parts[i].value);
	}
	json_object_end(j);
}

void jwk_set_print(const struct jwk_set *s, struct json_out *j)
{
	struct arena *m = arena_new(2 * JWK_MAX_TEXT);

	json_object(j);
	json_key(j, "keys");
	json_array(j);
	for (size_t i = 0; i < s->n; i++)
		jwk_print(j, m, span_of(s->keys[i].kid), s->keys[i].key);
	json_array_end(j);
	json_object_end(j);
	arena_free(m);
}

void jwk_thumbprint(EVP_PKEY *key, struct arena *m, char out[JWK_KID_SIZE])
{
	struct span n = number_text(key, OSSL_PKEY_PARAM_RSA_N, m);
	struct span e = number_text(key, OSSL_PKEY_PARAM_RSA_E, m);
	const char *text =
		arena_printf(m, "{\"e\":\"" SPAN_FMT "\",\"kty\":\"RSA\",\"n\":\"" SPAN_FMT "\"}",
			SPAN_ARG(e), SPAN_ARG(n));
	unsigned char hash[DIGEST_SIZE];

	digest_sha256(span_of(text), hash);
	memcpy(out, base64url_encode(m, (struct span){ (char *)hash, sizeof(hash) }).p,
		JWK_KID_SIZE);
}
