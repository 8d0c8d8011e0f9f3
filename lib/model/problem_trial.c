#include "model/problem_trial.h"

#include "db/db.h"
#include "model/judging.h"

int problem_trial_list(struct db *d, struct arena *m, int64_t version_id,
	struct trial_solutions *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_problem_trial_list, ARGS(arg_i64(version_id)), &rows, e) != 0)
		return -1;
	out->v = arena_new_array(m, struct trial_solution, rows.n + 1);
	out->n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct trial_solution){ .id = row_i64(r, problem_trial_list_id),
			.path = row_text(r, problem_trial_list_path),
			.language = row_text(r, problem_trial_list_language),
			.expected = row_text(r, problem_trial_list_expected),
			.sets_time = row_bool(r, problem_trial_list_sets_time),
			.runs_all = row_bool(r, problem_trial_list_runs_all),
			.tried = row_text(r, problem_trial_list_tried),
			.settled = !row_null(r, problem_trial_list_outcome),
			.public_id = row_text(r, problem_trial_list_public_id),
			.ended = !row_null(r, problem_trial_list_state) &&
				 row_i64(r, problem_trial_list_state) == JUDGING_ENDED };
	}
	return 0;
}

int problem_trial_whole(struct tx *tx, int64_t solution_id, bool runs_all, struct err *e)
{
	return db_exec(tx->db, q_problem_trial_whole,
		ARGS(arg_i64(solution_id), arg_bool(runs_all)), NULL, e);
}

int problem_trial_time(struct tx *tx, int64_t version_id, int time_ms, struct err *e)
{
	return db_exec(
		tx->db, q_problem_trial_time, ARGS(arg_i64(version_id), arg_i64(time_ms)), NULL, e);
}

int problem_trial_version(
	struct db *d, struct arena *m, int64_t version_id, struct trial_version *out, struct err *e)
{
	struct row r;

	if (db_one(d, m, q_problem_trial_version, ARGS(arg_i64(version_id)), &r, e) != 0)
		return -1;
	*out = (struct trial_version){ .problem_id = row_i64(&r, problem_trial_version_problem_id),
		.state = (int)row_i64(&r, problem_trial_version_state),
		.format = row_text(&r, problem_trial_version_format),
		.try = (int)row_i64(&r, problem_trial_version_try),
		.is_current = row_bool(&r, problem_trial_version_is_current) };
	return 0;
}

int problem_trial_current(struct db *d, struct arena *m, struct span slug, int64_t *problem_id,
	int64_t *version_id, struct err *e)
{
	struct row r;

	if (db_one(d, m, q_problem_trial_current, ARGS(arg_text(slug)), &r, e) != 0)
		return err_absent(e, "there is no problem \"" SPAN_FMT "\"", SPAN_ARG(slug));
	*problem_id = row_i64(&r, problem_trial_current_id);
	*version_id = row_i64(&r, problem_trial_current_version_id);
	return 0;
}

int problem_trial_problems(
	struct db *d, struct arena *m, struct trial_problem **out, size_t *n, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_problem_trial_problems, NULL, &rows, e) != 0)
		return -1;
	*out = arena_new_array(m, struct trial_problem, rows.n + 1);
	*n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		(*out)[i] =
			(struct trial_problem){ .slug = row_text(r, problem_trial_problems_slug),
				.name = row_text(r, problem_trial_problems_name),
				.format = row_text(r, problem_trial_problems_format),
				.number = (int)row_i64(r, problem_trial_problems_number),
				.state = (int)row_i64(r, problem_trial_problems_state),
				.time_ms = (int)row_i64(r, problem_trial_problems_time_ms),
				.n_tests = row_i64(r, problem_trial_problems_n_tests),
				.is_signed = row_bool(r, problem_trial_problems_is_signed) };
	}
	return 0;
}
