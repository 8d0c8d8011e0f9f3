/*
 * Answers instead of a program. What cannot be read, or answers nothing, is refused before it is
 * stored; an answer that is missing is not: it is judged as a wrong one.
 */
#include "model/submission_answer.h"

#include "base/limits.h"
#include "db/db.h"
#include "judge/language.h"

bool submission_is_zip(struct span language, struct span source)
{
	return span_is(language, LANGUAGE_ANSWER) && answers_is_zip(source);
}

int submission_answer_tests(
	struct db *d, struct arena *m, int64_t version_id, struct answer_tests *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_submission_answer_tests, ARGS(arg_i64(version_id)), &rows, e) != 0)
		return -1;
	*out = (struct answer_tests){ arena_new_array(m, struct answers_test, rows.n + 1), rows.n,
		0 };
	for (size_t i = 0; i < rows.n; i++) {
		out->v[i] =
			(struct answers_test){ row_text(&rows.v[i], submission_answer_tests_path),
				row_bool(&rows.v[i], submission_answer_tests_is_sample) };
		out->n_secret += !out->v[i].is_sample;
	}
	return 0;
}

static int check_one(const struct answers_test *t, struct span answer,
	const struct answer_rules *rules, struct err *e)
{
	if (answer.p == NULL || answer.n <= (size_t)rules->output_kib * 1024)
		return 0;
	return err_field(e, "source", "the answer to " SPAN_FMT " has %zu bytes; %lld are allowed",
		SPAN_ARG(answers_name(t)), answer.n, (long long)rules->output_kib * 1024);
}

static int check_files(struct arena *m, const struct package_file *files, size_t n,
	const struct answer_tests *tests, const struct answer_rules *rules, struct err *e)
{
	struct span *found = arena_new_array(m, struct span, tests->n + 1);
	const struct answers_test *first = NULL;
	size_t n_found = 0;

	answers_match(files, n, tests->v, tests->n, found);
	for (size_t i = 0; i < tests->n; i++) {
		n_found += found[i].p != NULL && !tests->v[i].is_sample;
		if (first == NULL && !tests->v[i].is_sample)
			first = &tests->v[i];
		if (check_one(&tests->v[i], found[i], rules, e) != 0)
			return -1;
	}
	if (n_found > 0 || first == NULL)
		return 0;
	return err_field(e, "source",
		"this answers none of the %zu tests; send a zip with a file for each, the first "
		"called " SPAN_FMT ".ans",
		tests->n_secret, SPAN_ARG(answers_name(first)));
}

static int check_zip(struct arena *m, struct span zip, const struct answer_tests *tests,
	const struct answer_rules *rules, struct err *e)
{
	PACKAGE_TREE_AUTO tree = { 0 };
	struct span wrong;

	if (answers_unpack(m, zip, &tree, &wrong, e) != 0)
		return -1;
	if (wrong.p != NULL)
		return err_field(
			e, "source", "the zip cannot be taken: " SPAN_FMT, SPAN_ARG(wrong));
	return check_files(m, tree.files, tree.n, tests, rules, e);
}

int submission_answer_check(struct db *d, struct arena *m, const struct submission_new *s,
	const struct answer_rules *rules, struct err *e)
{
	const struct package_file whole = { s->file_name.p != NULL ? s->file_name : SPAN(""),
		s->source };
	struct answer_tests tests;

	if (!span_is(s->language, LANGUAGE_ANSWER))
		return err_field(e, "language",
			"answers are handed in for this problem, not programs: the language is "
			"\"" LANGUAGE_ANSWER "\"");
	if (s->source.n == 0)
		return err_field(e, "source", "there is no answer in it");
	if (s->source.n > SUBMISSION_MAX_ANSWERS)
		return err_field(e, "source", "this has %zu bytes; %d are allowed", s->source.n,
			SUBMISSION_MAX_ANSWERS);
	if (submission_check_name(s, e) != 0 ||
		submission_answer_tests(d, m, rules->version_id, &tests, e) != 0)
		return -1;
	return answers_is_zip(s->source) ? check_zip(m, s->source, &tests, rules, e)
					 : check_files(m, &whole, 1, &tests, rules, e);
}
