#ifndef TESTS_GEN_VIEW_GOLDEN_H
#define TESTS_GEN_VIEW_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "html/html.h"

/* What the templates under tests/gen/tmpl print. */
struct frame_view {
	const char *title;
	bool dark;
};

enum colour {
	COLOUR_RED = 1,
	COLOUR_BLUE
};

struct item {
	struct span name;
	struct url url;
	enum colour colour;
};

struct items {
	const struct item *v;
	size_t n;
};

struct spans {
	const struct span *v;
	size_t n;
};

struct names {
	const char *const *v;
	size_t n;
};

struct golden_view {
	struct frame_view page;
	char code[16];
	struct items items;
	struct spans spans;
	struct names names;
	const struct item *first; // or NULL
	struct html_safe safe;
	int64_t count;
	unsigned small;
	bool on;
};

#endif
