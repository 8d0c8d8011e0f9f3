#include "model/problem_verify.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/job.h"

int problem_solutions(struct db *d, struct arena *m, int64_t version_id, struct jury_solutions *out,
	struct err *e)
{
	struct jury_solution *v;
	struct rows rows;

	if (db_many(d, m, q_problem_solution_list, ARGS(arg_i64(version_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct jury_solution, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct jury_solution){
			.id = row_i64(r, problem_solution_list_id),
			.path = row_text(r, problem_solution_list_path),
			.language = row_text(r, problem_solution_list_language),
			.entry = row_text(r, problem_solution_list_entry),
			.expected = row_text(r, problem_solution_list_expected),
			.sets_time = row_bool(r, problem_solution_list_sets_time),
			.submission_id = row_i64(r, problem_solution_list_submission_id),
			.outcome = row_null(r, problem_solution_list_outcome)
					   ? SOLUTION_OPEN
					   : (enum solution_outcome)row_i64(
						     r, problem_solution_list_outcome),
			.said = row_text(r, problem_solution_list_said),
			.public_id = row_text(r, problem_solution_list_public_id),
			.state = (int)row_i64(r, problem_solution_list_state),
			.verdict = (int)row_i64(r, problem_solution_list_verdict),
			.n_tests = (int)row_i64(r, problem_solution_list_n_tests),
			.n_ended = (int)row_i64(r, problem_solution_list_n_ended),
		};
	}
	*out = (struct jury_solutions){ v, rows.n };
	return 0;
}

static int change_one(struct tx *tx, enum stmt s, const struct arg *args, struct err *e)
{
	int64_t n;

	if (db_exec(tx->db, s, args, &n, e) != 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such version or solution");
	return 0;
}

int problem_verify_ask(struct tx *tx, struct arena *m, int64_t version_id, struct err *e)
{
	struct job_spec spec = { .kind = "problem.verify", .priority = JOB_PRIORITY_NORMAL };
	struct row row;
	int64_t id;

	if (db_one(tx->db, m, q_problem_verify_ask, ARGS(arg_i64(version_id)), &row, e) != 0)
		return -1;
	if (row_i64(&row, problem_verify_ask_n) == 0)
		return err_set(
			e, ERR_INVALID, "there are no solutions of the jury's that could prove it");
	spec.payload = span_of(arena_printf(m, "{\"version\":%lld,\"try\":%lld}",
		(long long)version_id, (long long)row_i64(&row, problem_verify_ask_try)));
	return job_enqueue(tx, m, &spec, &id, e);
}

int problem_solution_tried(struct tx *tx, int64_t solution_id, int64_t submission_id, struct err *e)
{
	return change_one(tx, q_problem_solution_tried,
		ARGS(arg_i64(solution_id), arg_i64(submission_id)), e);
}

static struct span cut(struct span said)
{
	size_t n = said.n > PROBLEM_MAX_SAID ? PROBLEM_MAX_SAID : said.n;

	return n > 0 ? span_sub(said, 0, utf8_cut(said.p, n)) : SPAN("");
}

int problem_solution_settle(struct tx *tx, int64_t solution_id, enum solution_outcome outcome,
	struct span said, struct err *e)
{
	return change_one(tx, q_problem_solution_settle,
		ARGS(arg_i64(solution_id), outcome == SOLUTION_OPEN ? arg_null() : arg_i64(outcome),
			arg_text(cut(said))),
		e);
}

int problem_verify_end(struct tx *tx, const struct verify_try *which, bool is_sound,
	int suggested_ms, struct err *e)
{
	return change_one(tx, q_problem_verify_end,
		ARGS(arg_i64(which->version_id), arg_i64(which->try), arg_bool(is_sound),
			arg_i64(suggested_ms)),
		e);
}

int problem_verify_lapse(
	struct tx *tx, const struct verify_try *which, struct span why, struct err *e)
{
	return db_exec(tx->db, q_problem_verify_lapse,
		ARGS(arg_i64(which->version_id), arg_i64(which->try), arg_text(cut(why))), NULL, e);
}

int problem_sign(struct tx *tx, struct arena *m, int64_t version_id, int64_t user_id,
	struct span why, struct err *e)
{
	const struct audit_entry entry = { .actor_id = user_id,
		.action = "problem.sign",
		.object = audit_object(m, "problem_version", version_id) };

	why = span_trim(why);
	if (why.n == 0 || why.n > PROBLEM_MAX_WHY || !utf8_valid(why.p, why.n))
		return err_field(
			e, "why", "say why it may be used, in at most %d bytes", PROBLEM_MAX_WHY);
	if (change_one(tx, q_problem_sign,
		    ARGS(arg_i64(version_id), arg_i64(user_id), arg_text(why)), e) != 0)
		return -1;
	return audit_add(tx, m, &entry, e);
}
