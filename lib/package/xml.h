#ifndef PACKAGE_XML_H
#define PACKAGE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * The XML of problem.xml: elements, attributes and text. No declarations of entities, so nothing
 * grows; at most XML_MAX_NODES elements, XML_MAX_DEPTH deep.
 */
struct xml {
	struct span name;
	int line;
	struct span text; // the first text in it, trimmed
	const struct xml_attribute *attributes;
	const struct xml *first;
	const struct xml *next;
};

struct xml_attribute {
	struct span name;
	struct span value;
	const struct xml_attribute *next;
};

/* The root; NULL with the line where it cannot be read. */
const struct xml *xml_read(struct arena *m, struct span text, int *line);

/* The first, or next, element of that name in it; NULL. xml may be NULL. */
const struct xml *xml_child(const struct xml *x, const char *name);
const struct xml *xml_next(const struct xml *x); // of the same name

struct span xml_attr(const struct xml *x, const char *name); // SPAN_NONE if it has none

#endif
