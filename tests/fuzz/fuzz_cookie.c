/* The Cookie header: pairs are pieces of the header in their order, without what could end a value.
 */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "fcgi/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	const char *begin = (const char *)data;
	const char *at = begin;
	struct request_params params;
	struct err e = { .kind = ERR_NONE };

	if (m == NULL)
		m = arena_new(REQUEST_ARENA);
	arena_reset(m);
	if (parse_cookies(m, (struct span){ begin, size }, &params, &e) != 0)
		return 0;
	assert(params.n <= REQUEST_MAX_PARAMS);
	for (size_t i = 0; i < params.n; i++) {
		const struct request_param *p = &params.v[i];

		assert(p->name.n > 0 && p->name.p >= at);
		at = p->name.p + p->name.n;
		if (p->value.n > 0) {
			assert(p->value.p > at && p->value.p + p->value.n <= begin + size);
			at = p->value.p + p->value.n;
		}
		assert(!span_has(p->value, ';') && !span_has(p->value, '\n') &&
			!span_has(p->value, '\0'));
	}
	return 0;
}
