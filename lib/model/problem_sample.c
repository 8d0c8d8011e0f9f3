#include "model/problem_sample.h"

#include <string.h>

#include "model/problem.h"
#include "model/problem_file.h"
#include "model/problem_right.h"
#include "model/testcase.h"

static const char talk_ending[] = ".interaction";

/* The file of that name beside the test. */
static struct sample_bytes beside(
	const struct problem_files *files, struct span test, const char *ending)
{
	for (size_t i = 0; i < files->n; i++) {
		struct span path = files->v[i].path;

		if (path.n == test.n + strlen(ending) && span_eq(span_sub(path, 0, test.n), test) &&
			span_ends(path, ending))
			return (struct sample_bytes){ files->v[i].blob_id, files->v[i].size };
	}
	return (struct sample_bytes){ 0 };
}

static struct sample_bytes first_of(struct sample_bytes a, struct sample_bytes b)
{
	return a.id != 0 ? a : b;
}

static struct sample of_test(
	const struct problem_files *files, const struct testcase *t, bool is_hidden)
{
	struct sample s = { .path = t->path,
		.note = t->description.n > 0 ? t->description : SPAN_NONE,
		.talk = beside(files, t->path, talk_ending),
		.is_hidden = is_hidden };

	if (s.talk.id != 0)
		return s;
	s.input = beside(files, t->path, ".in.statement");
	s.answer =
		first_of(beside(files, t->path, ".ans.statement"), beside(files, t->path, ".out"));
	if (is_hidden)
		return s;
	s.input = first_of(s.input, (struct sample_bytes){ t->input_id, t->input_size });
	s.answer = first_of(s.answer, (struct sample_bytes){ t->answer_id, t->answer_size });
	return s;
}

static bool is_known(const struct sample *v, size_t n, struct span path)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(v[i].path, path))
			return true;
	}
	return false;
}

int problem_samples(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_about *about, struct sample_list *out, struct err *e)
{
	const struct problem_ref ref = { .id = about->id, .version_id = about->version_id };
	const struct problem_folder in = { ref.version_id, PROBLEM_TEST_FILE, SPAN("sample/") };
	bool is_hidden = about->rules.is_interactive && (span_starts(about->format, "legacy") ||
								span_is(about->format, "polygon"));
	struct testcase_list all;
	struct problem_files files;
	struct sample *v;
	size_t n = 0;

	if (testcase_list(d, cache, m, &ref, &all, e) != 0 ||
		problem_files(d, m, &in, &files, e) != 0)
		return -1;
	all = testcase_samples(m, &all);
	v = arena_new_array(m, struct sample, all.n + files.n + 1);
	for (size_t i = 0; i < all.n; i++) {
		v[n] = of_test(&files, &all.v[i], is_hidden);
		n += v[n].talk.id != 0 || v[n].input.id != 0;
	}
	for (size_t i = 0; i < files.n; i++) {
		struct span path = files.v[i].path;
		struct span stem = path;

		if (!span_ends(path, talk_ending))
			continue;
		stem.n -= strlen(talk_ending);
		if (!is_known(v, n, stem))
			v[n++] = (struct sample){ .path = stem,
				.note = SPAN_NONE,
				.talk = { files.v[i].blob_id, files.v[i].size } };
	}
	*out = (struct sample_list){ v, n };
	return 0;
}
