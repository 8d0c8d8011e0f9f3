#ifndef MODEL_KEYRING_H
#define MODEL_KEYRING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/*
 * The keys that sign access tokens, as one process knows them. One key signs; it is made at first
 * use. After a rotation each process goes on with what it has read for up to KEYRING_BELIEVE_S, so
 * the public half of a key that retired is kept for that time and a token's life.
 */
struct keyring;

/* seal may be NULL: then nothing can be signed. Both must outlive the keyring. */
struct keyring *keyring_new(struct db *d, const struct envelope *seal);
void keyring_free(struct keyring *k); // NULL is allowed

/*
 * Makes sure that there is a key to sign with. ERR_TEMPORARY if ENCRYPTION_KEY is not set. Not to
 * be called in a transaction, as it has one of its own; before keyring_sign.
 */
int keyring_ready(struct keyring *k, struct arena *m, int64_t now_us, struct err *e) ATTR_MUST_USE;

/* An access token with these claims. */
int keyring_sign(const struct keyring *k, struct arena *m, struct span claims, struct span *token,
	struct err *e) ATTR_MUST_USE;

/* The claims of a token that was signed here, unchecked but for the signature. ERR_AUTH. */
int keyring_verify(struct keyring *k, struct arena *m, struct span token, int64_t now_us,
	struct span *claims, struct err *e) ATTR_MUST_USE;

/* The public halves as a JSON Web Key Set; empty while nothing was ever signed. */
int keyring_public(struct db *d, struct arena *m, struct span *json, struct err *e) ATTR_MUST_USE;

/* A new key signs from now on. */
int keyring_rotate(struct db *d, struct arena *m, const struct envelope *seal, const char **kid,
	struct err *e) ATTR_MUST_USE;

#endif
