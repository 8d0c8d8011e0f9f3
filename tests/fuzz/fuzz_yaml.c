/* YAML of packages: a tree that is small and whose texts are UTF-8, or a finding. */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "package/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const struct yml *n, int depth)
{
	size_t count = 1;

	assert(depth < 20 && n->line >= 0);
	assert(utf8_valid(n->text.p != NULL ? n->text.p : "", n->text.n));
	for (const struct yml *i = n->first; i != NULL; i = i->next)
		count += walk(i, depth + 1);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 28);
	struct package_report r;
	struct yml_file f = { .r = &r, .path = SPAN("x.yaml") };
	const struct yml *root;

	package_report_init(&r, m);
	root = yml_read(&f, (struct span){ (const char *)data, size });
	assert((root == NULL) == (r.n_errors > 0));
	if (root != NULL)
		assert(walk(root, 0) <= 60000);
	arena_free(m);
	return 0;
}
