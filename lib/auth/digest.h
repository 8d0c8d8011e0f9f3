#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

#include <stdbool.h>

#include "base/span.h"

#define DIGEST_SIZE 32

/* What the handshake of a WebSocket wants (RFC 6455, 1.3); good for nothing else. */
#define DIGEST_SHA1_SIZE 20
void digest_sha1(struct span text, unsigned char out[DIGEST_SHA1_SIZE]);

/* SHA-256, and HMAC with it (RFC 2104). They do not fail: without them the process cannot go on.
 * For one thread. */
void digest_sha256(struct span text, unsigned char out[DIGEST_SIZE]);
void digest_hmac(struct span key, struct span text, unsigned char out[DIGEST_SIZE]);

/* Compares in a time that depends on the lengths only. */
bool digest_equal(struct span a, struct span b);

#endif
