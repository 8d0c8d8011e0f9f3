#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/digest.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Random tokens: 256 bits as 43 characters that may stand in an address. Whoever has one is let in,
 * so the database keeps only token_hash of it; a plain hash is enough, as nobody can guess 256
 * bits.
 */
#define TOKEN_SIZE 44 // with the NUL

void token_new(char out[TOKEN_SIZE]);
bool token_valid(struct span s); // has the form of a token
void token_hash(struct span token, unsigned char out[DIGEST_SIZE]);

/*
 * Signed tokens: a short text that its bearer carries and that comes back unchanged or not at all,
 * such as the address in a confirmation link. Signed with HMAC-SHA-256 under SESSION_SECRET, bound
 * to a purpose ("confirm.email") and good until expires_s (unix seconds). The text is readable for
 * its bearer. At most TOKEN_MAX_PAYLOAD bytes, else ERR_LIMIT; ERR_INTERNAL if the secret has less
 * than TOKEN_LEAST_SECRET bytes.
 */
#define TOKEN_MAX_PAYLOAD  1024
#define TOKEN_LEAST_SECRET 32

/* What a signed token says; the purpose is not written into it. */
struct token_claim {
	const char *purpose;
	struct span payload;
	int64_t expires_s;
};
int token_sign(const char *secret, const struct token_claim *claim, struct arena *m,
	struct span *out, struct err *e) ATTR_MUST_USE;

/*
 * claim->purpose is given, the payload and the end are filled. ERR_AUTH for a token that was not
 * signed here for this purpose or that has expired; the text tells the two apart, the first is said
 * whatever is wrong.
 */
int token_verify(const char *secret, int64_t now_s, struct span token, struct arena *m,
	struct token_claim *claim, struct err *e) ATTR_MUST_USE;

#endif
