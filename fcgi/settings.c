#include "fcgi/settings.h"

#include "fcgi/page_start.h"
#include "fcgi/request.h"

struct page_view settings_page(
	const struct ctx *c, const char *title, const struct settings_done *done, size_t n_done)
{
	struct span name = request_query(c->req, "done");
	struct page_view page;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	page = page_start(c, &viewer, title, NAV_USER);
	page.no_index = true;
	for (size_t i = 0; i < n_done; i++) {
		if (span_is(name, done[i].name)) {
			page.flash = done[i].text;
			page.flash_kind = FLASH_OK;
		}
	}
	return page;
}
