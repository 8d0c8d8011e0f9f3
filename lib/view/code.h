#ifndef VIEW_CODE_H
#define VIEW_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Source text in colours, line by line (templates/part/code.html). The names of kinds stand in
 * public/css/code.css.
 */
struct code_item {
	const char *kind; // "k", "s", "c", "n"; NULL: plain
	struct span text; // of one line, without its end
};

struct code_items {
	const struct code_item *v;
	size_t n;
};

struct code_line {
	struct code_items items;
	bool is_marked; // something is said about this line
};

struct code_lines {
	const struct code_line *v;
	size_t n;
};

#endif
