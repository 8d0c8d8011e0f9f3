/* Answers of WebDAV servers: whatever comes is refused or read, and what is read came from the
 * text. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "net/dav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct dav_responses all = { NULL, 0 };
	struct arena *m = arena_new(64 * 1024 * 1024);
	struct err e = { 0 };

	if (dav_parse(text, m, &all, &e) != 0) {
		assert((e.kind == ERR_INVALID || e.kind == ERR_LIMIT) && e.text[0] != '\0');
	} else {
		assert(memmem(data, size, "multistatus", 11) != NULL);
		for (size_t i = 0; i < all.n; i++)
			assert(all.v[i].href.n <= size && all.v[i].etag.n <= size);
	}
	(void)dav_says(text, "no-uid-conflict");
	arena_free(m);
	return 0;
}
