#include "fcgi/settings.h"

struct page_view settings_page(
	const struct ctx *c, const char *title, const struct page_said *said, size_t n)
{
	struct page_view page;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	page = page_start(c, &viewer, title, NAV_USER);
	page.no_index = true;
	page_say(c, &page, said, n);
	return page;
}
