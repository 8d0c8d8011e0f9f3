#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"
#include "base/span.h"

/*
 * One arena per request and per job, reset after it. Nothing taken from an arena is freed singly.
 * Passing the limit or running out of memory aborts the process with a line on stderr: sizes of
 * input are capped before they get here, so it is a bug and not something a user can bring about.
 */
struct arena;

struct arena *arena_new(size_t limit); // limit in bytes, for the sum of all blocks
void arena_reset(struct arena *a);     // keeps the first block
void arena_free(struct arena *a);      // NULL is allowed
size_t arena_used(const struct arena *a);

/* Zeroed, aligned for any type, never NULL. */
void *arena_alloc(struct arena *a, size_t n)
	__attribute__((malloc, returns_nonnull, alloc_size(2)));
void *arena_array(struct arena *a, size_t size, size_t n)
	__attribute__((malloc, returns_nonnull, alloc_size(2, 3)));
char *arena_dup(struct arena *a, struct span s); // adds a NUL
char *arena_printf(struct arena *a, const char *fmt, ...) ATTR_PRINTF(2, 3);
struct span arena_span(struct arena *a, struct span s); // a copy; SPAN_NONE stays SPAN_NONE

#define arena_new_one(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_array(a, type, n) ((type *)arena_array((a), sizeof(type), (n)))

#endif
