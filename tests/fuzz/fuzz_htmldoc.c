/* Pages: nothing crashes, what is found has text inside the page's bounds, limits are errors. */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/htmldoc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = { "//*", "//div[starts-with(@id,'contest-table-')]",
	"//div[@id='contest-table-upcoming']//tbody/tr", "//td[2]//a", "//a[@href]" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HTMLDOC_AUTO page = NULL;
	struct arena *m = arena_new(1U << 28);
	struct htmldoc_nodes found;
	const struct htmldoc_node *cell;
	struct err e = { 0 };

	if (htmldoc_parse((struct span){ (const char *)data, size }, &page, &e) != 0) {
		assert(page == NULL && e.kind != ERR_NONE && e.kind != ERR_INTERNAL);
		arena_free(m);
		return 0;
	}
	for (size_t i = 0; i < countof(paths); i++) {
		if (htmldoc_find(page, m, NULL, paths[i], &found, &e) != 0)
			break;
		for (size_t k = 0; k < found.n && k < 100; k++) {
			struct span text = htmldoc_text(m, found.v[k]);

			assert(text.p != NULL && (text.n == 0 || text.p[0] != ' '));
			htmldoc_attr(m, found.v[k], "href");
			assert(htmldoc_first(page, m, found.v[k], "td[1]//time", &cell, &e) == 0 ||
				e.kind == ERR_LIMIT);
		}
	}
	arena_free(m);
	return 0;
}
