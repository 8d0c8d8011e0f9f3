#ifndef VIEW_PROFILE_H
#define VIEW_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/calendar.h"
#include "view/settings.h"

/* A choice of minutes before a contest. */
struct notice_choice {
	int64_t minutes;
	const char *text;
	bool is_chosen;
};

struct notice_choices {
	const struct notice_choice *v;
	size_t n;
};

/* What was wrong with a field, or NULL. */
struct profile_errors {
	const char *name;
	const char *handle;
	const char *bio;
	const char *zone;
	const char *notice;
};

struct profile_view {
	struct page_view page;
	struct settings_nav nav;
	struct span email;
	bool is_verified;
	struct span name;
	struct span handle;
	struct span bio;
	struct span zone;
	enum page_theme theme;
	struct zone_options zones;
	struct calendar_choices platforms;
	struct notice_choices notices;
	struct profile_errors errors;
};

#endif
