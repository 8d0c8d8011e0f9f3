/*
 * How a judging begins, and what its jobs know of it. The job's payload names the judging and
 * nothing else: whatever a job needs it reads when it begins, so that a job that is repeated goes
 * on from where the judging stands.
 */
#include "model/judging.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/event.h"
#include "model/job.h"

const char *judging_state_name(enum judging_state s)
{
	static const char *const names[] = { "waiting", "building", "running", "finished" };

	return names[s];
}

static struct span payload_of(struct arena *m, int64_t id)
{
	return span_of(arena_printf(m, "{\"judging\":%lld}", (long long)id));
}

int judging_start(
	struct tx *tx, struct arena *m, const struct judging_new *j, int64_t *id, struct err *e)
{
	struct job_spec spec = { .kind = "judge.build", .priority = j->priority };
	struct event_new ev = { .kind = "submission.state",
		.payload = SPAN("{\"state\":\"waiting\"}") };
	struct row row;
	int64_t job;

	if (db_one(tx->db, m, q_judging_start,
		    ARGS(arg_i64(j->submission_id), arg_i64(j->version_id),
			    j->rejudge_id != 0 ? arg_i64(j->rejudge_id) : arg_null(),
			    arg_i64(j->priority)),
		    &row, e) != 0)
		return -1;
	*id = row_i64(&row, judging_start_id);
	spec.payload = payload_of(m, *id);
	if (job_enqueue(tx, m, &spec, &job, e) != 0)
		return -1;
	if (j->rejudge_id != 0)
		return 0; // nobody but the jury watches it
	ev.scope = span_of(arena_printf(m, "submission:" SPAN_FMT, SPAN_ARG(j->public_id)));
	return event_append(tx, &ev, e);
}

int judging_spread(struct tx *tx, struct arena *m, const struct judging *j, int n, struct err *e)
{
	struct job_spec spec = { .kind = "judge.run", .priority = j->priority };
	struct span *payloads = arena_new_array(m, struct span, (size_t)n + 1);

	for (int i = 0; i < n; i++)
		payloads[i] = payload_of(m, j->id);
	return job_enqueue_many(tx, m, &spec, payloads, (size_t)n, e);
}

void judging_wake(struct db *d)
{
	job_wake(d, "judge");
}

int judging_load(struct db *d, struct arena *m, int64_t id, struct judging *out, struct err *e)
{
	struct rows rows;
	const struct row *r;

	if (db_many(d, m, q_judging_load, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such judging any more");
	r = &rows.v[0];
	*out = (struct judging){ .id = id,
		.submission_id = row_i64(r, judging_load_submission_id),
		.public_id = row_text(r, judging_load_public_id),
		.user_id = row_i64(r, judging_load_user_id),
		.problem_id = row_i64(r, judging_load_problem_id),
		.version_id = row_i64(r, judging_load_version_id),
		.solution_id = row_i64(r, judging_load_solution_id),
		.version_time_ms = (int)row_i64(r, judging_load_time_ms),
		.solution_path = row_text(r, judging_load_solution_path),
		.solution_entry = row_text(r, judging_load_solution_entry),
		.runs_all = row_bool(r, judging_load_runs_all),
		.rejudge_id = row_i64(r, judging_load_rejudge_id),
		.priority = (int)row_i64(r, judging_load_priority),
		.state = (enum judging_state)row_i64(r, judging_load_state),
		.language = row_text(r, judging_load_language),
		.file_name = row_text(r, judging_load_file_name),
		.sealed_source = row_bytes(r, judging_load_sealed, m),
		.n_tests = (int)row_i64(r, judging_load_n_tests),
		.artifact = row_bytes(r, judging_load_artifact, m) };
	return 0;
}

int judging_building(struct db *d, const struct judging *j, struct err *e)
{
	if (db_exec(d, q_judging_building, ARGS(arg_i64(j->id), arg_text(j->public_id)), NULL, e) !=
		0)
		return -1;
	event_told(d);
	return 0;
}

int judging_built(struct db *d, struct arena *m, const struct judging *j,
	const struct judging_built *b, struct err *e)
{
	int64_t *ordinals = arena_new_array(m, int64_t, b->n_tests + 1);

	for (size_t i = 0; i < b->n_tests; i++)
		ordinals[i] = b->ordinals[i];
	struct db_step steps[] = {
		{ .stmt = q_job_claim_lazily, .args = NO_ARGS },
		{ .stmt = q_judging_built,
			.args = ARGS(arg_i64(j->id), arg_text(j->public_id),
				arg_i64s(ordinals, b->n_tests), arg_bytes(b->artifact),
				arg_text(b->build_text), arg_text(b->host), arg_text(b->compiler),
				arg_text(b->box), arg_i64(b->time_ms), arg_i64(b->memory_mib),
				arg_i64(b->who.queue), arg_i64(b->who.priority),
				arg_i64(b->who.job), arg_i64(b->who.runner),
				arg_i64(b->who.worker)) },
	};

	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	event_told(d);
	return 0;
}

int judging_trouble(struct db *d, int64_t id, const char *fault, struct err *e)
{
	return db_exec(d, q_judging_trouble, ARGS(arg_i64(id), arg_str(fault)), NULL, e);
}

int judging_host(struct db *d, struct arena *m, const struct judging_machine *host,
	const struct judging_language *v, size_t n, struct err *e)
{
	struct span *texts = arena_new_array(m, struct span, 5 * n + 1);
	int64_t *there = arena_new_array(m, int64_t, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		texts[i] = v[i].id;
		texts[n + i] = v[i].name;
		texts[2 * n + i] = v[i].extension;
		texts[3 * n + i] = v[i].version.p != NULL ? v[i].version : SPAN("");
		texts[4 * n + i] = v[i].why.p != NULL ? v[i].why : SPAN("");
		there[i] = v[i].is_there;
		there[n + i] = v[i].for_members;
	}
	return db_exec(d, q_judging_host,
		ARGS(arg_text(host->name), arg_texts(texts, n), arg_texts(texts + n, n),
			arg_texts(texts + 2 * n, n), arg_i64s(there, n), arg_i64s(there + n, n),
			arg_texts(texts + 3 * n, n), arg_texts(texts + 4 * n, n),
			arg_text(host->box)),
		NULL, e);
}
