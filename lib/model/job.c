/*
 * Enqueuing. A job becomes a row in the transaction of what caused it: in job when it is ready at
 * once, in job_later when it has to wait. A dedup key is a row in job_unique first; whoever finds
 * the key taken adds nothing. A queue's row is made when its first job comes, unless a runner did
 * so at its start, so web and runners may start in any order.
 */
#include "model/job.h"

#include "base/limits.h"

static int check(const struct job_spec *spec, const struct job_kind **kind, struct err *e)
{
	*kind = job_kind_find(span_of(spec->kind));
	if (*kind == NULL) {
		err_set(e, ERR_INTERNAL, "no such kind of job");
		return err_detail(e, "kind %s", spec->kind);
	}
	if (spec->priority != JOB_PRIORITY_URGENT && spec->priority != JOB_PRIORITY_NORMAL &&
		spec->priority != JOB_PRIORITY_LOW)
		return err_set(e, ERR_INVALID, "no such priority");
	if (spec->payload.n > JOB_MAX_PAYLOAD)
		return err_set(e, ERR_LIMIT, "the job's payload is over %d bytes", JOB_MAX_PAYLOAD);
	if (spec->unique.n > JOB_MAX_KEY)
		return err_set(e, ERR_LIMIT, "the job's key is over %d bytes", JOB_MAX_KEY);
	return 0;
}

int job_queue_ensure(struct db *d, const char *queue, struct err *e)
{
	static const struct job_queue_rule usual = { .weight = 10 };
	const struct job_queue_rule *found = job_queue_rule_find(span_of(queue));
	const struct job_queue_rule *r = found != NULL ? found : &usual;

	return db_exec(d, q_job_queue_ensure,
		ARGS(arg_str(queue), arg_i64(r->weight),
			r->max_running > 0 ? arg_i64(r->max_running) : arg_null()),
		NULL, e);
}

static int find_queue(struct db *d, struct arena *m, const char *name, int64_t *id, struct err *e)
{
	struct rows rows;

	if (db_known(d, name, id))
		return 0;
	if (db_many(d, m, q_job_queue_find, ARGS(arg_str(name)), &rows, e) != 0)
		return -1;
	if (rows.n == 0 &&
		(job_queue_ensure(d, name, e) != 0 ||
			db_many(d, m, q_job_queue_find, ARGS(arg_str(name)), &rows, e) != 0))
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_INTERNAL, "the job's queue could not be made");
	*id = row_i64(&rows.v[0], job_queue_find_id);
	if (!row_bool(&rows.v[0], job_queue_find_is_new))
		db_know(d, name, *id);
	return 0;
}

int job_enqueue(
	struct tx *tx, struct arena *m, const struct job_spec *spec, int64_t *id, struct err *e)
{
	struct span payload = spec->payload.p != NULL ? spec->payload : SPAN("{}");
	const struct job_kind *kind;
	enum stmt stmt = q_job_add;
	struct arg args[7];
	size_t n = 4;
	int64_t queue;
	struct row row;

	if (check(spec, &kind, e) != 0 || find_queue(tx->db, m, kind->queue, &queue, e) != 0)
		return -1;
	args[0] = arg_i64(queue);
	args[1] = arg_i64(spec->priority);
	args[2] = arg_str(kind->name);
	args[3] = arg_text(payload);
	if (spec->delay_ms > 0 || spec->unique.p != NULL) {
		stmt = q_job_add_unique;
		args[n++] = arg_text(spec->unique);
	}
	if (spec->delay_ms > 0) {
		stmt = q_job_add_later;
		args[n++] = arg_i64(spec->delay_ms);
	}
	args[n] = arg_end();
	if (db_one(tx->db, m, stmt, args, &row, e) != 0)
		return -1;
	*id = row_i64(&row, job_add_id); // the first column of each
	return 0;
}

int job_enqueue_alone(
	struct db *d, struct arena *m, const struct job_spec *spec, int64_t *id, struct err *e)
{
	struct tx none = { .db = d }; // every statement is its own

	return job_enqueue(&none, m, spec, id, e);
}

int job_enqueue_many(struct tx *tx, struct arena *m, const struct job_spec *spec,
	const struct span *payloads, size_t n, struct err *e)
{
	const struct job_kind *kind = NULL;
	struct job_spec one = *spec;
	int64_t queue;

	for (size_t i = 0; i < n; i++) {
		one.payload = payloads[i];
		if (check(&one, &kind, e) != 0)
			return -1;
	}
	if (n == 0)
		return 0;
	if (find_queue(tx->db, m, kind->queue, &queue, e) != 0)
		return -1;
	return db_exec(tx->db, q_job_add_many,
		ARGS(arg_i64(queue), arg_i64(spec->priority), arg_str(kind->name),
			arg_texts(payloads, n)),
		NULL, e);
}

int job_queue_pause(
	struct db *d, const char *queue, int64_t for_ms, const char *reason, struct err *e)
{
	int64_t n;

	if (db_exec(d, q_job_queue_pause,
		    ARGS(arg_str(queue), for_ms == INT64_MAX ? arg_null() : arg_i64(for_ms),
			    arg_str(reason)),
		    &n, e) != 0)
		return -1;
	return n == 1 ? 0 : err_set(e, ERR_NOT_FOUND, "no such queue");
}

int job_queue_resume(struct db *d, const char *queue, struct err *e)
{
	int64_t n;

	if (db_exec(d, q_job_queue_resume, ARGS(arg_str(queue)), &n, e) != 0)
		return -1;
	return n == 1 ? 0 : err_set(e, ERR_NOT_FOUND, "no such queue");
}
