#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 256U

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

void buf_fail(struct buf *b)
{
	b->failed = true;
}

/* Makes room for n more bytes and a NUL. */
static bool grow(struct buf *b, size_t n)
{
	size_t size = b->size > 0 ? b->size : FIRST_SIZE;
	char *p;

	if (b->failed || n > b->max - b->n) {
		b->failed = true;
		return false;
	}
	if (b->n + n < b->size)
		return true;
	while (size <= b->n + n)
		size *= 2;
	if (size > b->max)
		size = b->max + 1; // so that what has room is inside the limit
	p = realloc(b->p, size);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->size = size;
	return true;
}

/* Nearly every piece has room, and a page is made of hundreds. */
void buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || ((b->failed || n >= b->size - b->n) && !grow(b, n)))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

/* Formats into a small buffer first: few texts are longer, and formatting twice is what costs. */
void buf_addf(struct buf *b, const char *fmt, ...)
{
	ATTR_UNFILLED char small[256];
	va_list ap;
	va_list again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		b->failed = true;
	else if ((size_t)n < sizeof(small))
		buf_add(b, small, (size_t)n);
	else if (grow(b, (size_t)n))
		b->n += (size_t)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
	va_end(again);
}

int buf_finish(struct buf *b, struct span *out, struct err *e)
{
	if (!grow(b, 0))
		return err_set(e, ERR_LIMIT, "the text is longer than %zu bytes", b->max);
	b->p[b->n] = '\0';
	*out = (struct span){ b->p, b->n };
	return 0;
}

size_t buf_size(const struct buf *b)
{
	return b->n;
}
