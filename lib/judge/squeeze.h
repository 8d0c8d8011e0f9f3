#ifndef JUDGE_SQUEEZE_H
#define JUDGE_SQUEEZE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* Programs in less space (Zstandard, RFC 8878), and back. What comes out belongs to the arena. */
int squeeze(struct arena *m, struct span bytes, struct span *out, struct err *e) ATTR_MUST_USE;

/* ERR_INVALID if it is not what squeeze made, or of more than `most` bytes. */
int unsqueeze(struct arena *m, struct span squeezed, size_t most, struct span *out,
	struct err *e) ATTR_MUST_USE;

#endif
