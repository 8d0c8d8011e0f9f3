/*
 * Sealed texts, key lists and signed tokens from outside: whatever comes is refused with a reason,
 * and only what was made with the key is taken.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "auth/envelope.h"
#include "auth/token.h"

#define KEY "k1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const char secret[] = "0123456789abcdef0123456789abcdef";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_keys(struct arena *m, struct span text)
{
	struct envelope *v = NULL;
	struct err e = { 0 };
	struct span sealed;
	struct span plain;

	if (envelope_new(arena_dup(m, text), &v, &e) != 0) {
		assert(v == NULL && e.kind == ERR_INVALID);
		return;
	}
	assert(envelope_seal(v, m, text, SPAN("fuzz"), &sealed, &e) == 0);
	assert(envelope_is_current(v, sealed));
	assert(envelope_open(v, m, sealed, SPAN("fuzz"), &plain, &e) == 0 && span_eq(plain, text));
	envelope_free(v);
}

static void check_sealed(struct arena *m, struct span text)
{
	struct envelope *v = NULL;
	struct err e = { 0 };
	struct span sealed;
	struct span plain;

	assert(envelope_new(KEY, &v, &e) == 0);
	if (envelope_open(v, m, text, SPAN("user.totp:7"), &plain, &e) == 0)
		assert(span_is(plain, "JBSWY3DPEHPK3PXP")); // the one seed of this key
	else
		assert(e.kind == ERR_INTERNAL);
	e = (struct err){ 0 };
	assert(envelope_seal(v, m, text, SPAN("fuzz"), &sealed, &e) == 0);
	assert(envelope_open(v, m, sealed, SPAN("fuzz"), &plain, &e) == 0 && span_eq(plain, text));
	envelope_free(v);
}

static void check_token(struct arena *m, struct span text)
{
	struct token_claim claim = { .purpose = "fuzz" };
	struct token_claim mine = { "fuzz", text, 1000 };
	struct err e = { 0 };
	struct span token;

	assert(token_verify(secret, 0, text, m, &claim, &e) != 0 && e.kind == ERR_AUTH);
	e = (struct err){ 0 };
	if (text.n > TOKEN_MAX_PAYLOAD)
		return;
	assert(token_sign(secret, &mine, m, &token, &e) == 0);
	assert(token_verify(secret, 999, token, m, &claim, &e) == 0);
	assert(span_eq(claim.payload, text) && claim.expires_s == 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 28);
	struct span text = { (const char *)data, size };

	check_keys(m, text);
	check_sealed(m, text);
	check_token(m, text);
	arena_free(m);
	return 0;
}
