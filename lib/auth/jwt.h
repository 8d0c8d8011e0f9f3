#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct json;
struct json_out;

/*
 * JSON Web Tokens in the compact form (RFC 7515, 7519), signed with RS256, or with HS256 where a
 * provider has nothing else: the caller chooses, and a token's own head never does. Keys are RSA of
 * 2048 to 8192 bits. Texts longer than JWT_MAX_TEXT are refused before anything is decoded.
 */

/* ---- public keys: a JSON Web Key Set (RFC 7517) ---- */

struct jwk_set;

/*
 * Takes the RSA keys for signatures and passes over all others, as RFC 7517 wants it. ERR_INVALID
 * if the text is no key set or holds no such key; at most JWK_MAX_KEYS are taken.
 */
int jwk_set_parse(struct span text, struct jwk_set **out, struct err *e) ATTR_MUST_USE;
void jwk_set_free(struct jwk_set **s); // for CLEANUP
#define JWK_SET_AUTO struct jwk_set *CLEANUP(jwk_set_free)

/* How many keys it has, and whether one has that kid. */
size_t jwk_set_size(const struct jwk_set *s);
bool jwk_set_has(const struct jwk_set *s, struct span kid);

/* {"keys":[...]}: only what is public is ever in a set. */
void jwk_set_print(const struct jwk_set *s, struct json_out *j);

/* ---- reading ---- */

/*
 * Checks the signature and gives the claims as they stand in the token. The key is the one that the
 * token's kid names; a token without one is checked with the set's only key. ERR_AUTH for whatever
 * is not a token of these keys; the detail tells the log why. The claims are believed only after
 * jwt_check_claims.
 */
int jwt_verify_rs256(struct span jws, const struct jwk_set *keys, struct arena *m,
	struct span *claims, struct err *e) ATTR_MUST_USE;

/* The same of a token under a secret that only its issuer and we know; never an empty one. */
int jwt_verify_hs256(struct span jws, struct span secret, struct arena *m, struct span *claims,
	struct err *e) ATTR_MUST_USE;

/* The kid of a token that nobody has checked yet, to find its key with; false if it has none. */
bool jwt_kid(struct span jws, struct arena *m, struct span *kid);

struct jwt_expect {
	const char *issuer;
	const char *other_issuer; // a second spelling, or NULL
	struct span audience;     // must be aud, or one of it
	int64_t now_s;
	int skew_s; // how far the clocks may be apart
};

/*
 * iss, aud, exp and iat must be there and right, nbf may be. ERR_AUTH otherwise. On success *out
 * holds all claims, to be freed by json_free.
 */
int jwt_check_claims(struct span claims, const struct jwt_expect *x, struct json **out,
	struct err *e) ATTR_MUST_USE;

/* ---- signing ---- */

struct jwt_key;

/* A new key as DER: a secret, to be sealed. */
int jwt_key_make(struct arena *m, struct span *der, struct err *e) ATTR_MUST_USE;
/* Its kid is the key's thumbprint (RFC 7638). ERR_INTERNAL if it is no RSA key of enough bits. */
int jwt_key_open(struct span der, struct jwt_key **out, struct err *e) ATTR_MUST_USE;
void jwt_key_free(struct jwt_key **k); // for CLEANUP
const char *jwt_key_kid(const struct jwt_key *k);
/* The public half as one JSON Web Key. */
int jwt_key_public(
	const struct jwt_key *k, struct arena *m, struct span *jwk, struct err *e) ATTR_MUST_USE;

/* typ is the head's: "JWT", "at+jwt" for access tokens (RFC 9068). */
int jwt_sign_rs256(const struct jwt_key *k, const char *typ, struct span claims, struct arena *m,
	struct span *out, struct err *e) ATTR_MUST_USE;

#endif
