#ifndef VIEW_ACCOUNT_H
#define VIEW_ACCOUNT_H

#include <stdbool.h>

#include "view/google.h"
#include "view/page.h"
#include "view/settings.h"

/* The pages of guests on their way to an account and back into it. */

struct register_view {
	struct page_view page;
	struct span name; // what was entered
	struct span email;
	const char *error; // what is said above the form, or NULL
	const char *name_error;
	const char *email_error;
	const char *password_error;
	struct google_button google;
};

/* One address to be entered: a new password, another mail. */
struct address_view {
	struct page_view page;
	const char *title;
	const char *text;
	const char *more; // a second paragraph, or NULL
	struct url action;
	const char *button;
	const char *error; // of the address, or NULL
	struct span email;
	bool is_sent; // the mail is on its way; the form is for another one
};

/* A link from a mail, before it is used: nothing happens by looking at it. */
struct confirm_view {
	struct page_view page;
	const char *title;
	const char *text;
	struct span email; // the address in question, or SPAN_NONE
	struct url action;
	const char *button;
	bool password;     // it takes the password
	const char *error; // of the password, or NULL
};

/* A new password, behind a link from a mail. */
struct reset_view {
	struct page_view page;
	struct span email;
	struct url action;
	const char *error;
};

/* /settings/password and /settings/email */
struct password_view {
	struct page_view page;
	struct settings_nav nav;
	struct proof_fields proof;
	bool is_email; // the address shall change, else the password
	struct span email;
	struct span entered; // the new address
	struct url action;
	const char *error;
	const char *field_error; // of what is to be new
};

#endif
