#ifndef NET_HTMLDOC_H
#define NET_HTMLDOC_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Reads pages of strangers and finds things in them by XPath 1.0. The parser forgives what browsers
 * forgive, loads nothing, and is bounded: HTMLDOC_MAX_TEXT bytes, HTMLDOC_MAX_NODES nodes, a
 * nesting of 256, HTMLDOC_MAX_STEPS steps of an XPath. For reading only: what comes out is text,
 * never markup to show.
 */
struct htmldoc;
struct htmldoc_node; // lives until htmldoc_free

/* The text is UTF-8, whatever the page says of itself. Over a bound is ERR_LIMIT; a page without an
 * element ERR_INVALID. */
int htmldoc_parse(struct span text, struct htmldoc **out, struct err *e) ATTR_MUST_USE;
void htmldoc_free(struct htmldoc **d); // for CLEANUP
#define HTMLDOC_AUTO struct htmldoc *CLEANUP(htmldoc_free)

struct htmldoc_nodes {
	const struct htmldoc_node *const *v;
	size_t n;
};

/*
 * The elements that match, in the order of the page. `from` is where a relative path starts; NULL:
 * the page. Attributes and texts that match are left out: ask the element for them. A malformed
 * path is ERR_INTERNAL, one that takes too many steps ERR_LIMIT.
 */
int htmldoc_find(struct htmldoc *d, struct arena *m, const struct htmldoc_node *from,
	const char *xpath, struct htmldoc_nodes *out, struct err *e) ATTR_MUST_USE;

/* The first match; *out is NULL, and the answer 0, when there is none. */
int htmldoc_first(struct htmldoc *d, struct arena *m, const struct htmldoc_node *from,
	const char *xpath, const struct htmldoc_node **out, struct err *e) ATTR_MUST_USE;

/* The text inside, entities decoded, runs of white space made one blank, none at the ends. NULL
 * gives SPAN_NONE. */
struct span htmldoc_text(struct arena *m, const struct htmldoc_node *node);

/* SPAN_NONE when the element does not have the attribute, or node is NULL. */
struct span htmldoc_attr(struct arena *m, const struct htmldoc_node *node, const char *name);

#endif
