#include "model/submission_form.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/problem_right.h"
#include "model/submission_answer.h"
#include "model/user.h"

static bool has_word(struct span words, struct span word)
{
	struct span piece;

	while (span_split(&words, ' ', &piece))
		if (span_eq(piece, word))
			return true;
	return false;
}

/* Those that are there and allowed, in their order. */
static void keep_open(struct submission_languages *l, bool all, struct span allowed)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].is_there && (all || has_word(allowed, l->v[i].id)))
			l->v[n++] = l->v[i];
	l->n = n;
}

/* What is handed in instead of a program. */
static int fill_answers(struct db *d, struct arena *m, int64_t version_id,
	struct submission_form *out, struct err *e)
{
	struct answer_tests tests;

	if (submission_answer_tests(d, m, version_id, &tests, e) != 0)
		return -1;
	out->wants_answers = true;
	out->max_source = SUBMISSION_MAX_ANSWERS;
	out->answers = arena_new_array(m, struct span, tests.n + 1);
	for (size_t i = 0; i < tests.n; i++) {
		if (!tests.v[i].is_sample)
			out->answers[out->n_answers++] = answers_name(&tests.v[i]);
	}
	return 0;
}

int submission_form(struct db *d, struct arena *m, const struct user *user, struct span slug,
	struct submission_form *out, struct err *e)
{
	const struct problem_ask ask = { .name = slug, .user = user, .need = PROBLEM_MAY_SUBMIT };
	struct problem_ref ref;
	struct row row;
	int64_t most;

	if (problem_find(d, m, &ask, &ref, e) != 0)
		return -1;
	if (ref.version_id == 0)
		return err_set(e, ERR_NOT_FOUND, "this problem has nothing to judge by yet");
	if (db_one(d, m, q_submission_form, ARGS(arg_i64(ref.version_id), arg_i64(user->id)), &row,
		    e) != 0 ||
		submission_languages(d, m, &out->languages, e) != 0)
		return -1;
	out->slug = ref.slug;
	out->name = row_text(&row, submission_form_name);
	out->time_ms = (int)row_i64(&row, submission_form_time_ms);
	out->time_is_open = row_bool(&row, submission_form_time_is_open);
	out->memory_mib = (int)row_i64(&row, submission_form_memory_mib);
	most = row_i64(&row, submission_form_code_kib) * 1024;
	out->max_source = most < SUBMISSION_MAX_SOURCE ? most : SUBMISSION_MAX_SOURCE;
	out->last_language = row_text(&row, submission_form_last_language);
	keep_open(&out->languages, row_bool(&row, submission_form_all_languages),
		row_text(&row, submission_form_languages));
	out->wants_answers = false;
	out->n_answers = 0;
	if (row_bool(&row, submission_form_answers))
		return fill_answers(d, m, ref.version_id, out, e);
	return 0;
}
