#include "package/answers.h"

#include "base/limits.h"
#include "package/reader.h"

bool answers_is_zip(struct span bytes)
{
	return span_starts(bytes, "PK\3\4") || span_starts(bytes, "PK\5\6"); // one without files
}

int answers_unpack(struct arena *m, struct span zip, struct package_tree *out, struct span *wrong,
	struct err *e)
{
	struct package_report r;

	*wrong = SPAN_NONE;
	package_report_init(&r, m);
	if (package_tree_zip_of(&r, zip, SUBMISSION_MAX_OPENED, out, e) != 0)
		return -1;
	for (const struct package_finding *f = r.first; f != NULL; f = f->next) {
		if (f->level != PACKAGE_ERROR)
			continue;
		*wrong = span_of(arena_printf(m, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(f->file),
			f->file.n > 0 ? ": " : "", SPAN_ARG(f->text)));
		break;
	}
	return 0;
}

struct span answers_name(const struct answers_test *t)
{
	struct span rest = below(t->path, "secret");

	return rest.p != NULL ? rest : t->path;
}

/* The file's name without what says that it is an answer. */
static struct span stem_of(struct span path)
{
	return path_has_ext(path, ".ans.out") ? path_stem(path) : path;
}

static bool is_only_one(const struct answers_test *tests, size_t n, struct span base)
{
	size_t same = 0;

	for (size_t i = 0; i < n; i++)
		same += span_eq(path_base(tests[i].path), base);
	return same == 1;
}

static struct span find(const struct package_file *files, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(stem_of(files[i].path), name))
			return files[i].bytes;
	}
	return SPAN_NONE;
}

static struct span only_answer(const struct package_file *files, size_t n_files,
	const struct answers_test *tests, size_t n_tests)
{
	size_t n_secret = 0;

	for (size_t i = 0; i < n_tests; i++)
		n_secret += !tests[i].is_sample;
	return n_files == 1 && n_secret == 1 ? files[0].bytes : SPAN_NONE;
}

void answers_match(const struct package_file *files, size_t n_files,
	const struct answers_test *tests, size_t n_tests, struct span *out)
{
	struct span only = only_answer(files, n_files, tests, n_tests);

	for (size_t i = 0; i < n_tests; i++) {
		const struct answers_test *t = &tests[i];
		struct span base = path_base(t->path);

		out[i] = find(files, n_files, t->path);
		if (out[i].p == NULL)
			out[i] = find(files, n_files, answers_name(t));
		if (out[i].p == NULL && is_only_one(tests, n_tests, base))
			out[i] = find(files, n_files, base);
		if (out[i].p == NULL && !t->is_sample)
			out[i] = only;
	}
}
