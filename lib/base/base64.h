#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/* RFC 4648: section 4 with padding, section 5 (- and _) without. The result is NUL-terminated. */
struct span base64_encode(struct arena *m, struct span bytes);
struct span base64url_encode(struct arena *m, struct span bytes);

/*
 * Strict: no white space, no foreign character, padding exactly as the encoder writes it, unused
 * bits zero. So every byte string has one text, and only that one is accepted.
 */
bool base64_decode(struct arena *m, struct span text, struct span *out);
bool base64url_decode(struct arena *m, struct span text, struct span *out);

#endif
