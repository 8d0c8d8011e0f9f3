#ifndef VIEW_SETTINGS_H
#define VIEW_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/page.h"

/*
 * The pages under /settings. Each has the list of all of them at its side, with itself marked:
 *
 *     <div class="wrap settings">
 *             {{ part settings_nav(v->nav) }}
 *             <div class="settings-body"> ... </div>
 *     </div>
 */
enum settings_place {
	SETTINGS_PROFILE,
	SETTINGS_PASSWORD,
	SETTINGS_TWO_STEP,
	SETTINGS_DEVICES,
	SETTINGS_ACCOUNTS,
	SETTINGS_TOKENS,
	SETTINGS_CALENDARS,
	SETTINGS_CODEFORCES,
	SETTINGS_DATA
};

struct settings_nav {
	enum settings_place place;
};

/* A browser or a program that is signed in. Moments are in the reader's zone. */
struct device_item {
	struct span id;
	struct span agent;   // empty: not known
	struct span address; // empty: not known
	const char *created;
	const char *created_iso;
	const char *seen;
	const char *seen_iso;
	bool is_this;
};

struct device_items {
	const struct device_item *v;
	size_t n;
};

struct devices_view {
	struct page_view page;
	struct settings_nav nav;
	struct device_items devices;
	struct device_items programs;
};

/* What the member has to show before something that a mere session must not do. */
struct proof_fields {
	struct span email; // of the account, for password managers
	bool password;
	bool code;          // of the app, or a recovery code
	bool sign_in_again; // neither is there, and the sign-in is old
	const char *password_error;
	const char *code_error;
};

struct two_step_code {
	const char *text;
};

struct two_step_code_list {
	const struct two_step_code *v;
	size_t n;
};

struct two_step_codes_view {
	struct page_view page;
	struct settings_nav nav;
	struct two_step_code_list codes;
};

struct two_step_view {
	struct page_view page;
	struct settings_nav nav;
	struct proof_fields proof;
	bool is_on;
	const char *since; // when it is on
	const char *since_iso;
	int codes_left;
	const char *error;  // of the code that confirms
	const char *secret; // "ABCD EFGH …" while it is being set up; NULL: it is not
	int qr_size;
	const char *qr_path;
};

/* The second page of signing in. */
struct sign_in_code_view {
	struct page_view page;
	const char *error;
	struct url back;
};

struct data_view {
	struct page_view page;
	struct settings_nav nav;
	struct proof_fields proof;
	bool has_calendars; // then it is asked what becomes of their events
	bool keeps_events;  // the choice that is marked
	const char *error;  // why the account cannot be deleted, or NULL
};

struct goodbye_view {
	struct page_view page;
};

#endif
