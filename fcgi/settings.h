#ifndef FCGI_SETTINGS_H
#define FCGI_SETTINGS_H

#include <stddef.h>

#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "view/settings.h"

/* The frame of a page under /settings, with the sentence of ?done= if the table has it. */
struct page_view settings_page(
	const struct ctx *c, const char *title, const struct page_said *said, size_t n);

#endif
