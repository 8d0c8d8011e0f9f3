/* multipart/form-data. The first line of the input is the content type, the rest the body. */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "fcgi/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	struct span rest = { (const char *)data, size };
	struct span type;
	struct span boundary;
	struct request_params params;
	struct err e = { .kind = ERR_NONE };

	if (m == NULL)
		m = arena_new(REQUEST_ARENA);
	arena_reset(m);
	if (size > REQUEST_MAX_BODY || !span_split(&rest, '\n', &type))
		return 0;
	if (multipart_boundary(type, &boundary, &e) != 0)
		return 0;
	assert(boundary.n >= 1 && boundary.n <= 70);
	if (parse_multipart(m, rest, boundary, &params, &e) != 0) {
		assert(e.kind == ERR_INVALID && params.n == 0);
		return 0;
	}
	assert(params.n <= REQUEST_MAX_PARAMS);
	for (size_t i = 0; i < params.n; i++) {
		const struct request_param *p = &params.v[i];

		assert(parse_is_text(p->name));
		assert(p->filename.p != NULL || parse_is_text(p->value));
		assert(p->value.p >= rest.p && p->value.p + p->value.n <= rest.p + rest.n);
	}
	return 0;
}
