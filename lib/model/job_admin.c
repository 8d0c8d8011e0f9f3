#include "model/job_admin.h"

#include "base/limits.h"
#include "db/db.h"

int job_done_tend(struct db *d, struct arena *m, int keep_days, struct err *e)
{
	struct row row;

	return db_one(d, m, q_job_done_tend, ARGS(arg_i64(keep_days)), &row, e);
}

int job_purge(struct db *d, struct arena *m, int done_keep_days, struct err *e)
{
	if (job_done_tend(d, m, done_keep_days, e) != 0)
		return -1;
	if (db_exec(d, q_job_dead_purge, ARGS(arg_i64(JOB_DEAD_KEEP_DAYS)), NULL, e) != 0)
		return -1;
	return db_exec(d, q_job_unique_purge, NO_ARGS, NULL, e);
}

int job_list(struct db *d, struct arena *m, const struct job_filter *f, struct job_views *out,
	struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_list, ARGS(arg_str(f->state), arg_str(f->queue), arg_i64(f->limit)),
		    &rows, e) != 0)
		return -1;
	*out = (struct job_views){ arena_new_array(m, struct job_view, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct job_view){
			.id = row_i64(r, job_list_id),
			.state = row_text(r, job_list_state),
			.queue = row_text(r, job_list_queue),
			.kind = row_text(r, job_list_kind),
			.priority = (int)row_i64(r, job_list_priority),
			.attempt = (int)row_i64(r, job_list_attempt),
			.at = row_time(r, job_list_at),
			.error = row_text(r, job_list_error),
		};
	}
	return 0;
}

int job_show(struct db *d, struct arena *m, int64_t id, struct job_view *out, struct err *e)
{
	struct rows rows;
	const struct row *r;

	if (db_many(d, m, q_job_show, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no job %lld", (long long)id);
	r = &rows.v[0];
	*out = (struct job_view){
		.id = id,
		.state = row_text(r, job_show_state),
		.queue = row_text(r, job_show_queue),
		.kind = row_text(r, job_show_kind),
		.priority = (int)row_i64(r, job_show_priority),
		.attempt = (int)row_i64(r, job_show_attempt),
		.at = row_time(r, job_show_at),
		.error = row_text(r, job_show_error),
		.created_at = row_time(r, job_show_created_at),
		.runner = (int32_t)row_i64(r, job_show_runner),
		.key = row_text(r, job_show_key),
		.payload = row_text(r, job_show_payload),
	};
	return 0;
}

int job_dead_ids(struct db *d, struct arena *m, const struct job_filter *f, struct job_ids *out,
	struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_dead_ids, ARGS(arg_str(f->queue), arg_i64(f->limit)), &rows, e) !=
		0)
		return -1;
	*out = (struct job_ids){ arena_new_array(m, int64_t, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		out->v[i] = row_i64(&rows.v[i], job_dead_ids_id);
	return 0;
}

static int change_queue(
	struct db *d, enum stmt change, const char *queue, struct arg value, struct err *e)
{
	int64_t n;

	if (db_exec(d, change, ARGS(arg_str(queue), value), &n, e) != 0)
		return -1;
	return n == 1 ? 0 : err_set(e, ERR_NOT_FOUND, "no such queue");
}

int job_queue_limit(struct db *d, const char *queue, int64_t max_running, struct err *e)
{
	if (max_running < 0 || max_running > JOB_MAX_RUNNING)
		return err_set(e, ERR_INVALID, "a limit is 0 (none) to %d", JOB_MAX_RUNNING);
	return change_queue(d, q_job_queue_limit, queue,
		max_running > 0 ? arg_i64(max_running) : arg_null(), e);
}

int job_queue_weight(struct db *d, const char *queue, int64_t weight, struct err *e)
{
	if (weight < 1 || weight > JOB_MAX_WEIGHT)
		return err_set(e, ERR_INVALID, "a weight is 1 to %d", JOB_MAX_WEIGHT);
	return change_queue(d, q_job_queue_weight, queue, arg_i64(weight), e);
}

int job_queue_list(
	struct db *d, struct arena *m, struct job_queue_view **out, size_t *n, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_queue_list, NO_ARGS, &rows, e) != 0)
		return -1;
	*n = rows.n;
	*out = arena_new_array(m, struct job_queue_view, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		(*out)[i] = (struct job_queue_view){
			.name = row_text(r, job_queue_list_name),
			.weight = (int)row_i64(r, job_queue_list_weight),
			.max_running = (int)row_i64(r, job_queue_list_max_running),
			.paused_until = row_bool(r, job_queue_list_forever)
						? INT64_MAX
						: row_time(r, job_queue_list_paused_until),
			.reason = row_text(r, job_queue_list_reason),
			.trips = (int)row_i64(r, job_queue_list_trips),
			.breaker_until = row_time(r, job_queue_list_breaker_until),
		};
	}
	return 0;
}
