/*
 * Tests and their groups. A test is an .in with its .ans; the order is that of names, folder by
 * folder, where a folder stands among the tests by its own name.
 */
#include "package/reader_tests.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"

/* Byte-wise by parts: "a/b" comes before "a-c" though '-' is less than '/'. */
static int by_parts(const void *a, const void *b)
{
	struct span x = ((const struct package_test *)a)->path;
	struct span y = ((const struct package_test *)b)->path;
	struct span s;
	struct span t;

	while (x.p != NULL && y.p != NULL && span_split(&x, '/', &s) && span_split(&y, '/', &t)) {
		size_t n = s.n < t.n ? s.n : t.n;
		int order = memcmp(s.p, t.p, n);

		if (order == 0)
			order = (s.n > t.n) - (s.n < t.n);
		if (order != 0)
			return order;
	}
	return (x.p != NULL) - (y.p != NULL); // "a" before what lies in a folder called a
}

/* A file beside a test: "sample/1" of "sample/1.ans", "sample/1.files/x", "sample/1.in.statement".
 */
static const struct package_file *beside(
	const struct reader *r, struct span test, const char *extension)
{
	return package_tree_find(
		r->tree, arena_printf(r->r->m, "data/" SPAN_FMT "%s", SPAN_ARG(test), extension));
}

static bool is_in_files_folder(struct span path)
{
	const char *at = memmem(path.p, path.n, ".files/", 7);

	return at != NULL;
}

static void add_test(struct reader *r, const struct package_file *file, struct span path)
{
	struct package *p = r->out;
	struct package_test *t = &p->tests[p->n_tests];
	const struct package_file *answer = beside(r, path, ".ans");
	const struct package_file *more;

	*t = (struct package_test){
		.path = path, .is_sample = below(path, "sample").p != NULL, .input = file->bytes
	};
	if (answer != NULL)
		t->answer = answer->bytes;
	else if (r->out->rules.is_interactive)
		t->answer = SPAN("");
	else
		package_say(r->r, PACKAGE_ERROR, file->path, 0, "the test has no .ans");
	more = beside(r, path, ".hint");
	if (more != NULL)
		t->hint = span_trim(span_sub(more->bytes, 0, 2000));
	more = beside(r, path, ".desc");
	if (more != NULL)
		t->description = span_trim(span_sub(more->bytes, 0, 2000));
	p->n_tests++;
}

/* The test that a file lies beside; SPAN_NONE. */
static struct span owner(const struct reader *r, struct span path)
{
	struct span base = path_base(path);
	size_t head = path.n - base.n;

	for (size_t i = 0; i < base.n; i++) {
		struct span test;

		if (base.p[i] != '.')
			continue;
		test = span_sub(path, 0, head + i);
		if (beside(r, test, ".in") != NULL)
			return test;
	}
	return SPAN_NONE;
}

/* What lies beside tests and is none of what they are made of. */
static void add_beside(struct reader *r, const struct package_file *file, struct span path)
{
	struct span rest = path;
	const char *files = memmem(path.p, path.n, ".files/", 7);

	if (files != NULL)
		rest = span_sub(path, 0, (size_t)(files - path.p) + 6);
	if (path_has_ext(path, ".in.ans.hint.desc") && files == NULL) {
		if (path_has_ext(path, ".ans") && beside(r, path_stem(path), ".in") == NULL)
			package_say(r->r, PACKAGE_WARNING, file->path, 0,
				"the answer belongs to no test");
		return;
	}
	if (span_is(path_base(path), "testdata.yaml") ||
		span_is(path_base(path), "test_group.yaml") ||
		(path_has_ext(path, ".yaml") && owner(r, rest).p != NULL && files == NULL))
		return;
	/* A dialogue of a sample may stand there without a test. */
	if (owner(r, rest).p != NULL ||
		(below(path, "sample").p != NULL && path_has_ext(path, ".interaction")))
		reader_file(r, PACKAGE_TEST_FILE, path, file->bytes);
	else
		reader_file(r, PACKAGE_OTHER, file->path, file->bytes);
}

static void sort_tests(struct package *p)
{
	qsort(p->tests, p->n_tests, sizeof(*p->tests), by_parts);
}

void read_tests(struct reader *r)
{
	struct package *p = r->out;

	p->tests = arena_new_array(r->r->m, struct package_test, r->tree->n + 1);
	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];
		struct span path = below(file->path, "data");

		if (below(path, "sample").p == NULL && below(path, "secret").p == NULL)
			continue;
		if (path_has_ext(path, ".in") && !is_in_files_folder(path))
			add_test(r, file, path_stem(path));
		else
			add_beside(r, file, path);
	}
	sort_tests(p);
	if (!r->is_2025) {
		read_testdata(r);
		return;
	}
	read_test_groups(r);
	sort_tests(p); // with those that read the source
}
