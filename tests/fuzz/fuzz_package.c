/* A zip of anything, read as a package: whatever comes of it, reading what is written of it gives
 * no errors. */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char conf[] =
	"[cpp17]\nname = C++17\nextensions = cpp\nbuild = /usr/bin/g++ {sources}\nrun = /program/a\n"
	"version = g++ --version\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 30);
	PACKAGE_TREE_AUTO tree = { .n = 0 };
	struct languages languages = { 0 };
	struct package_report r;
	struct package p;
	struct package_file *files;
	struct err e = { 0 };
	size_t n;

	package_report_init(&r, m);
	assert(languages_parse(span_of(conf), m, &languages, &e) == 0);
	e = (struct err){ 0 };
	if (package_tree_zip(
		    &r, (struct span){ (const char *)data, size }, SPAN("x.zip"), &tree, &e) == 0 &&
		r.n_errors == 0) {
		package_read(&tree, &languages, &r, &p);
		if (r.n_errors == 0)
			assert(package_write(&p, m, &files, &n, &e) == 0);
	}
	package_tree_free(&tree);
	arena_free(m);
	return 0;
}
