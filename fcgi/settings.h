#ifndef FCGI_SETTINGS_H
#define FCGI_SETTINGS_H

#include <stddef.h>

#include "fcgi/ctx.h"
#include "view/settings.h"

/* What a form under /settings says after it was taken: it redirects to PAGE?done=NAME. */
struct settings_done {
	const char *name;
	const char *text;
};

/* The frame of a page under /settings, with the text of ?done= if the table has it. */
struct page_view settings_page(
	const struct ctx *c, const char *title, const struct settings_done *done, size_t n_done);

#endif
