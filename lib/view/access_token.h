#ifndef VIEW_ACCESS_TOKEN_H
#define VIEW_ACCESS_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "view/settings.h"

/* A token that the member made. Moments are in the reader's zone. */
struct access_token_item {
	struct url revoke;
	struct span name;
	const char *scopes;
	const char *created;
	const char *created_iso;
	const char *expires; // NULL: never
	const char *expires_iso;
	const char *used; // NULL: not yet
	const char *used_iso;
	bool is_over;
};

struct access_token_items {
	const struct access_token_item *v;
	size_t n;
};

struct scope_choice {
	const char *name;
	const char *text;
	bool is_checked;
};

struct scope_choices {
	const struct scope_choice *v;
	size_t n;
};

struct access_tokens_view {
	struct page_view page;
	struct settings_nav nav;
	struct span made; // the new token, shown once; SPAN_NONE otherwise
	struct access_token_items tokens;
	struct scope_choices scopes;
	struct span name; // as entered
	const char *name_error;
	const char *scopes_error;
	const char *error; // of the whole form
	struct proof_fields proof;
};

#endif
