#ifndef AUTH_DATA_KEY_H
#define AUTH_DATA_KEY_H

#include "auth/digest.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct envelope;

/*
 * A key of its own for one thing's data, such as a problem's tests: 32 random bytes that are kept
 * sealed under ENCRYPTION_KEY. What it seals and what it makes macs with are two keys derived from
 * these bytes, so neither use tells anything about the other. Changing ENCRYPTION_KEY seals the 32
 * bytes anew and touches no data.
 *
 * Sealed texts are those of auth/envelope.h, with its limits: at most ENVELOPE_MAX_PLAIN bytes,
 * bound to their purpose.
 */
struct data_key;

/* A new key; *sealed is what is stored, bound to purpose. ERR_TEMPORARY if v is NULL. */
int data_key_make(const struct envelope *v, struct arena *m, struct span purpose,
	struct span *sealed, struct data_key **out, struct err *e) ATTR_MUST_USE;

/* ERR_TEMPORARY if v is NULL; otherwise as envelope_open. */
int data_key_open(const struct envelope *v, struct arena *m, struct span sealed,
	struct span purpose, struct data_key **out, struct err *e) ATTR_MUST_USE;

void data_key_free(struct data_key **k); // wipes it and sets it to NULL; NULL inside is allowed
#define DATA_KEY_AUTO struct data_key *CLEANUP(data_key_free)

/* As envelope_seal and envelope_open. */
int data_key_seal(const struct data_key *k, struct arena *m, struct span plain, struct span purpose,
	struct span *out, struct err *e) ATTR_MUST_USE;
int data_key_unseal(const struct data_key *k, struct arena *m, struct span sealed,
	struct span purpose, struct span *out, struct err *e) ATTR_MUST_USE;

/* HMAC-SHA-256: equal texts have equal macs, and only who has the key can tell of which text. */
void data_key_mac(const struct data_key *k, struct span text, unsigned char out[DIGEST_SIZE]);

#endif
