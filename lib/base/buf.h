#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * A growing buffer with a limit that cannot be left out. Failure is sticky: writers return nothing,
 * the buffer remembers that it failed, and buf_finish, the only way to the content, reports it. So
 * calling code stays linear and no write goes unchecked. Members are private.
 */
struct buf {
	char *p;
	size_t n;
	size_t size;
	size_t max;
	bool failed;
};

void buf_init(struct buf *b, size_t max); // max in bytes, without the closing NUL
void buf_free(struct buf *b);
void buf_reset(struct buf *b); // empties it and forgets a failure; keeps the memory
void buf_add(struct buf *b, const void *p, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *text);
void buf_add_span(struct buf *b, struct span s);
void buf_addf(struct buf *b, const char *fmt, ...) ATTR_PRINTF(2, 3);
void buf_fail(struct buf *b); // for writers that met something they cannot write

/*
 * Gives the content, NUL-terminated, which stays the buffer's and lives until the next call on it.
 * ERR_LIMIT if the limit was passed or memory ran out.
 */
int buf_finish(struct buf *b, struct span *out, struct err *e) ATTR_MUST_USE;

/* Bytes written so far; what a failed buffer holds is of no use. */
size_t buf_size(const struct buf *b);

#define BUF_AUTO struct buf CLEANUP(buf_free)

#endif
