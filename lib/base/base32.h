#ifndef BASE_BASE32_H
#define BASE_BASE32_H

#include "base/arena.h"
#include "base/span.h"

/* RFC 4648, section 6, without padding: A-Z and 2-7. The result is NUL-terminated. */
struct span base32_encode(struct arena *m, struct span bytes);

#endif
