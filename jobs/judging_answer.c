/*
 * Answers that were handed in for a problem of type submit-answer. Nothing is built; a zip is read
 * anew by whoever judges, so that another version of the problem finds its own tests in it.
 */
#include "jobs/judging.h"

#include "base/limits.h"
#include "judge/group.h"
#include "model/problem_file.h"
#include "package/answers.h"

/* The files by name; of a zip, those in it, as far as it can be read. */
static int open_files(struct job_ctx *c, const struct judge_source *sent,
	struct judging_answers *out, struct err *e)
{
	struct span wrong; // then there are fewer files

	if (sent->n_files == 1 && answers_is_zip(sent->files[0].text))
		return answers_unpack(c->mem, sent->files[0].text, &out->tree, &wrong, e);
	out->tree.files = arena_new_array(c->mem, struct package_file, sent->n_files + 1);
	for (size_t i = 0; i < sent->n_files; i++)
		out->tree.files[out->tree.n++] =
			(struct package_file){ sent->files[i].path, sent->files[i].text };
	return 0;
}

/* A right output of the sample: its .out, where the package has one, else its .ans. */
static int64_t known_answer(
	struct job_ctx *c, const struct problem_judged *p, const struct problem_test *t)
{
	struct span out = span_of(arena_printf(c->mem, SPAN_FMT ".out", SPAN_ARG(t->path)));

	for (size_t i = 0; i < p->n_files; i++) {
		if (p->files[i].role == PROBLEM_TEST_FILE && span_eq(p->files[i].path, out))
			return p->files[i].blob_id;
	}
	return t->answer_id;
}

/* Everybody knows the answer to a sample; the format has the validator accept it. */
static int fill_samples(struct job_ctx *c, const struct problem_judged *p,
	struct judging_answers *out, struct err *e)
{
	struct problem_store store = { c->db, p->key };

	for (size_t i = 0; i < p->n_tests; i++) {
		const struct problem_test *t = &p->tests[i];

		if (t->is_sample && out->v[i].p == NULL &&
			problem_blob_open(&store, c->mem, known_answer(c, p, t),
				JUDGING_MAX_PROGRAM, &out->v[i], e) != 0)
			return -1;
	}
	return 0;
}

int judging_answers(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct judging_answers *out, struct err *e)
{
	struct answers_test *tests = arena_new_array(c->mem, struct answers_test, p->n_tests + 1);
	struct judge_source sent;

	*out = (struct judging_answers){ .v = arena_new_array(
						 c->mem, struct span, p->n_tests + 1) };
	for (size_t i = 0; i < p->n_tests; i++)
		tests[i] = (struct answers_test){ p->tests[i].path, p->tests[i].is_sample };
	if (judging_files(c, j, p, &sent, e) != 0 || open_files(c, &sent, out, e) != 0)
		return -1;
	answers_match(out->tree.files, out->tree.n, tests, p->n_tests, out->v);
	return fill_samples(c, p, out, e);
}

void judging_answers_free(struct judging_answers *a)
{
	package_tree_free(&a->tree);
}
