#ifndef VIEW_API_H
#define VIEW_API_H

#include <stdbool.h>
#include <stddef.h>

#include "view/page.h"

/* A field of a body, a parameter of the query, or a member of an answer. */
struct api_item {
	const char *name;
	const char *type;
	bool is_required;
	const char *text; // NULL: nothing to add
};

struct api_items {
	const struct api_item *v;
	size_t n;
};

struct api_result {
	const char *status;
	const char *text;
	struct api_items items;
};

struct api_results {
	const struct api_result *v;
	size_t n;
};

struct api_entry {
	const char *id;
	const char *method;
	const char *path;
	const char *summary;
	const char *text; // NULL: nothing to add
	const char *who;
	const char *limit; // NULL: none
	struct api_items params;
	struct api_items body;
	struct api_results answers;
};

struct api_entries {
	const struct api_entry *v;
	size_t n;
};

struct api_view {
	struct page_view page;
	struct api_entries entries;
	struct api_items scopes;
};

#endif
