#ifndef HTML_CLEAN_LIST_H
#define HTML_CLEAN_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* What html/clean.c lets through. Private to it. */
enum clean_sort {
	CLEAN_KEEP,
	CLEAN_EMPTY, // never closed
	CLEAN_DROP   // with all that is in it
};

struct clean_element {
	const char *name;
	enum clean_sort sort;
	const char *as; // another name for it; NULL: its own
};

const struct clean_element *clean_element(struct span name); // NULL: not on the list

/* The name as we write it of an attribute whose value is a short word or number; NULL: none. */
const char *clean_attribute(const char *element, struct span name);

const char *clean_class(struct span word); // NULL: none of ours

uint32_t clean_entity(struct span name); // 0: not known

#endif
