/*
 * Tokens and key sets from outside: the bytes are tried as a token against one known key, as a key
 * set, and as claims. No token fits, as nobody has signed one with that key here.
 */
#include <assert.h>
#include <stdint.h>

#include "auth/jwt.h"
#include "base/buf.h"
#include "net/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct jwk_set *known_keys(struct arena *m)
{
	static struct jwk_set *keys;
	struct jwt_key *k = NULL;
	struct err e = { .kind = ERR_NONE };
	struct span der;
	struct span jwk;

	if (keys != NULL)
		return keys;
	assert(jwt_key_make(m, &der, &e) == 0 && jwt_key_open(der, &k, &e) == 0);
	assert(jwt_key_public(k, m, &jwk, &e) == 0);
	jwk = span_of(arena_printf(m, "{\"keys\":[%s]}", jwk.p));
	assert(jwk_set_parse(jwk, &keys, &e) == 0);
	jwt_key_free(&k);
	return keys;
}

static void check_set(struct span text)
{
	JWK_SET_AUTO set = NULL;
	JWK_SET_AUTO again = NULL;
	BUF_AUTO b = { 0 };
	struct json_out j;
	struct err e = { .kind = ERR_NONE };
	struct span printed;

	if (jwk_set_parse(text, &set, &e) != 0) {
		assert(set == NULL && e.kind == ERR_INVALID);
		return;
	}
	buf_init(&b, 1U << 20);
	json_begin(&j, &b);
	jwk_set_print(set, &j);
	assert(buf_finish(&b, &printed, &e) == 0);
	assert(jwk_set_parse(printed, &again, &e) == 0);
	assert(jwk_set_size(again) == jwk_set_size(set));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 24);
	struct span text = { (const char *)data, size };
	const struct jwt_expect x = {
		.issuer = "joe", .audience = SPAN("me"), .now_s = 1300000000
	};
	JSON_AUTO claims = NULL;
	struct err e = { .kind = ERR_NONE };
	struct span out;

	assert(jwt_verify_rs256(text, known_keys(m), m, &out, &e) == -1 && e.kind == ERR_AUTH);
	(void)jwt_kid(text, m, &out);
	check_set(text);
	e = (struct err){ .kind = ERR_NONE };
	if (jwt_check_claims(text, &x, &claims, &e) != 0)
		assert(e.kind == ERR_AUTH && claims == NULL);
	arena_free(m);
	return 0;
}
