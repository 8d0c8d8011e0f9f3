/* Paths: what is taken begins with a slash and cannot name a file outside a folder. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fcgi/parse.h"
#include "fcgi/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	struct err e = { .kind = ERR_NONE };
	struct route_match match;
	struct span path;

	if (m == NULL)
		m = arena_new(REQUEST_ARENA);
	arena_reset(m);
	if (size > REQUEST_MAX_PATH ||
		parse_path(m, (struct span){ (const char *)data, size }, &path, &e) != 0)
		return 0;
	assert(path.n > 0 && path.n <= size && path.p[0] == '/');
	assert(utf8_valid(path.p, path.n) && memchr(path.p, '\0', path.n) == NULL);
	assert(memmem(path.p, path.n, "/../", 4) == NULL && !span_ends(path, "/.."));
	for (enum method method = METHOD_GET; method <= METHOD_OTHER; method++) {
		route_find(routes, n_routes, method, path, &match);
		assert(match.route == NULL || match.allowed[0] == '\0' || method != METHOD_OTHER);
	}
	return 0;
}
