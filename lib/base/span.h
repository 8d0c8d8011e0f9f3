#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that belong to somebody else; not NUL-terminated. An absent value has p == NULL. */
struct span {
	const char *p;
	size_t n;
};

#define SPAN(literal) ((struct span){ "" literal, sizeof(literal) - 1 })
#define SPAN_NONE     ((struct span){ NULL, 0 })
#define SPAN_FMT      "%.*s"
#define SPAN_ARG(s)   (int)(s).n, (s).p != NULL ? (s).p : ""

struct span span_of(const char *text); // NULL gives SPAN_NONE
bool span_eq(struct span a, struct span b);
int span_cmp(struct span a, struct span b); // by bytes, the shorter one first; as memcmp
bool span_is(struct span a, const char *text);
bool span_ieq(struct span a, struct span b); // ASCII case is ignored
bool span_starts(struct span a, const char *prefix);
bool span_ends(struct span a, const char *suffix);
bool span_iends(struct span a, const char *suffix); // of ASCII letters the case does not matter
bool span_has(struct span a, char c);
/* The one of n words that a is, or NULL. */
const char *span_pick(struct span a, const char *const *words, size_t n);
struct span span_trim(struct span a); // without ASCII white space at both ends
struct span span_sub(struct span a, size_t from, size_t n); // clamped to a

/* Takes the piece before the next separator off the front of *rest; false when nothing is left. */
bool span_split(struct span *rest, char separator, struct span *piece);

#endif
