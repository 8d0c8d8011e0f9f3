/* application/x-www-form-urlencoded: whatever is taken is text, in order, and inside its caps. */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fcgi/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	struct request_params params;
	struct err e = { .kind = ERR_NONE };
	size_t total = 0;

	if (m == NULL)
		m = arena_new(REQUEST_ARENA);
	if (size > REQUEST_MAX_BODY)
		return 0;
	arena_reset(m);
	if (parse_urlencoded(m, (struct span){ (const char *)data, size }, &params, &e) != 0) {
		assert(e.kind == ERR_INVALID && params.n == 0);
		return 0;
	}
	assert(params.n <= REQUEST_MAX_PARAMS);
	for (size_t i = 0; i < params.n; i++) {
		assert(parse_is_text(params.v[i].name) && parse_is_text(params.v[i].value));
		assert(params.v[i].filename.p == NULL);
		total += params.v[i].name.n + params.v[i].value.n;
	}
	assert(total <= size);
	return 0;
}
