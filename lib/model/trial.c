#include "model/trial.h"

#include "auth/envelope.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/job.h"
#include "model/judging.h"
#include "os/rnd.h"

const char *trial_kind_name(enum trial_kind k)
{
	static const char *const names[] = { "build", "execute", "environment", "validate" };

	return names[k];
}

const char *trial_state_name(enum trial_state s)
{
	static const char *const names[] = { "waiting", "running", "finished" };

	return names[s];
}

static struct span purpose_of(struct arena *m, const char *column, struct span public_id)
{
	return span_of(arena_printf(m, "judge_trial.%s:" SPAN_FMT, column, SPAN_ARG(public_id)));
}

int trial_make(struct db *d, struct arena *m, const struct trial_new *t, struct span *public_id,
	struct err *e)
{
	struct job_spec spec = { .kind = "judge.trial", .priority = JOB_PRIORITY_NORMAL };
	struct audit_entry audit = { .actor_id = t->actor_id,
		.action = arena_printf(m, "trial.%s", trial_kind_name(t->kind)) };
	char *id = arena_alloc(m, ID_SIZE);
	struct span sealed;
	TX_AUTO tx = { 0 };
	struct row row;
	int64_t job;

	if (t->seal == NULL)
		return err_set(e, ERR_TEMPORARY, "ENCRYPTION_KEY is not set");
	rnd_id(id);
	*public_id = span_of(id);
	if (envelope_seal(t->seal, m, t->wanted, purpose_of(m, "wanted", *public_id), &sealed, e) !=
			0 ||
		tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_trial_insert,
			ARGS(arg_text(*public_id), arg_i64(t->actor_id), arg_i64(t->kind),
				arg_bytes(sealed)),
			&row, e) != 0)
		return -1;
	spec.payload = span_of(
		arena_printf(m, "{\"trial\":%lld}", (long long)row_i64(&row, trial_insert_id)));
	audit.object = audit_object(m, "trial", row_i64(&row, trial_insert_id));
	if (job_enqueue(&tx, m, &spec, &job, e) != 0 || audit_add(&tx, m, &audit, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	judging_wake(d);
	return 0;
}

int trial_get(struct db *d, struct arena *m, const struct trial_look *look, struct trial *out,
	struct err *e)
{
	struct rows rows;
	const struct row *r;

	if (db_many(d, m, q_trial_get, ARGS(arg_i64(look->id), arg_text(look->public_id)), &rows,
		    e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such trial");
	if (look->seal == NULL)
		return err_set(e, ERR_TEMPORARY, "ENCRYPTION_KEY is not set");
	r = &rows.v[0];
	*out = (struct trial){ .id = row_i64(r, trial_get_id),
		.public_id = row_text(r, trial_get_public_id),
		.actor_id = row_null(r, trial_get_made_by) ? 0 : row_i64(r, trial_get_made_by),
		.kind = (enum trial_kind)row_i64(r, trial_get_kind),
		.state = (enum trial_state)row_i64(r, trial_get_state),
		.made_at = row_time(r, trial_get_made_at),
		.ended_at = row_time(r, trial_get_ended_at),
		.host = row_text(r, trial_get_host),
		.fault = row_text(r, trial_get_fault),
		.answer = SPAN_NONE };
	if (!row_null(r, trial_get_answer) &&
		envelope_open(look->seal, m, row_bytes(r, trial_get_answer, m),
			purpose_of(m, "answer", out->public_id), &out->answer, e) != 0)
		return -1;
	return envelope_open(look->seal, m, row_bytes(r, trial_get_wanted, m),
		purpose_of(m, "wanted", out->public_id), &out->wanted, e);
}

int trial_begin(struct db *d, int64_t id, struct span host, struct err *e)
{
	return db_exec(d, q_trial_begin, ARGS(arg_i64(id), arg_text(host)), NULL, e);
}

int trial_end(struct tx *tx, struct arena *m, const struct trial_end *t, struct err *e)
{
	struct span sealed = SPAN_NONE;

	if (t->answer.p != NULL &&
		envelope_seal(t->seal, m, t->answer, purpose_of(m, "answer", t->trial->public_id),
			&sealed, e) != 0)
		return -1;
	return db_exec(tx->db, q_trial_end,
		ARGS(arg_i64(t->trial->id), arg_bytes(sealed),
			arg_text(t->fault.p != NULL ? t->fault : SPAN(""))),
		NULL, e);
}

int trial_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_trial_purge, ARGS(arg_i64(TRIAL_KEEP_DAYS)), NULL, e);
}
