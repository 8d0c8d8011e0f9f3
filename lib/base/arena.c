/*
 * A chain of blocks, newest first. Small requests are cut from the newest block; a request that is
 * large beside the block size gets a block of its own behind it, so that the room left in the
 * newest one is not lost. Under AddressSanitizer the unused part of every block is poisoned, so
 * that reading past an allocation or after a reset is caught as it would be with malloc.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP                               0
#endif

#define BLOCK_SIZE 32768U
#define ALIGNMENT  _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks;
	size_t limit;
	size_t total;
};

static void ATTR_NORETURN arena_die(const char *what, size_t n)
{
	fprintf(stderr, "level=error event=arena.abort reason=\"%s\" bytes=%zu\n", what, n);
	abort();
}

static struct block *block_new(struct arena *a, size_t size)
{
	struct block *b;

	if (size > a->limit || a->total > a->limit - size)
		arena_die("limit reached", a->limit);
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		arena_die("out of memory", size);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	a->total += size;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	return b;
}

static void block_free(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	free(b);
}

struct arena *arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		arena_die("out of memory", sizeof(*a));
	a->limit = limit < BLOCK_SIZE ? BLOCK_SIZE : limit;
	a->blocks = block_new(a, BLOCK_SIZE);
	return a;
}

void arena_reset(struct arena *a)
{
	struct block *b = a->blocks;

	while (b->next != NULL) {
		struct block *next = b->next;

		block_free(b);
		b = next;
	}
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
	a->blocks = b;
	a->total = b->size;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct block *b = a->blocks; b != NULL;) {
		struct block *next = b->next;

		block_free(b);
		b = next;
	}
	free(a);
}

size_t arena_used(const struct arena *a)
{
	return a->total;
}

static struct block *block_with_room(struct arena *a, size_t n)
{
	struct block *b = a->blocks;

	if (b->size - b->used >= n)
		return b;
	if (n > BLOCK_SIZE / 4) {
		b = block_new(a, n);
		b->next = a->blocks->next;
		a->blocks->next = b;
		return b;
	}
	b = block_new(a, BLOCK_SIZE);
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t padded = (n + GAP + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	struct block *b;
	void *p;

	if (padded < n)
		arena_die("size overflow", n);
	b = block_with_room(a, padded);
	p = b->data + b->used;
	b->used += padded;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	memset(p, 0, n);
	return p;
}

void *arena_array(struct arena *a, size_t size, size_t n)
{
	if (size != 0 && n > SIZE_MAX / size)
		arena_die("size overflow", n);
	return arena_alloc(a, size * n);
}

char *arena_dup(struct arena *a, struct span s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct span arena_span(struct arena *a, struct span s)
{
	return s.p == NULL ? SPAN_NONE : (struct span){ arena_dup(a, s), s.n };
}

/* Formats into a small buffer first: few texts are longer, and formatting twice is what costs. */
char *arena_printf(struct arena *a, const char *fmt, ...)
{
	ATTR_UNFILLED char small[256];
	va_list ap;
	va_list again;
	char *text;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		arena_die("format failed", 0);
	text = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(text, small, (size_t)n + 1);
	else
		vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}
