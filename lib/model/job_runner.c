/*
 * A runner's life in the database. Only the database's clock is compared: a runner's row says when
 * it was last heard of, and whoever finds one silent for too long deletes the row and makes its
 * jobs ready, in one statement. What came back is reported by lane, so that workers know to look
 * below the id they had reached.
 */
#include "model/job_runner.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/cron.h"
#include "model/job.h"

int job_setup(struct db *d, struct arena *m, struct err *e)
{
	const struct job_kind *k;

	for (size_t i = 0; i < n_job_queues; i++)
		if (job_queue_ensure(d, job_queues[i].name, e) != 0)
			return -1;
	for (size_t i = 0; (k = job_kind_at(i)) != NULL; i++)
		if (job_queue_ensure(d, k->queue, e) != 0)
			return -1;
	for (size_t i = 0; i < n_job_clocks; i++)
		if (cron_ensure(d, m, &job_clocks[i], e) != 0)
			return -1;
	return 0;
}

int job_runner_add(struct db *d, struct arena *m, struct job_runner *runner, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_job_runner_add,
		    ARGS(arg_str(runner->host), arg_i64(runner->pid), arg_i64(runner->workers)),
		    &row, e) != 0)
		return -1;
	runner->id = (int32_t)row_i64(&row, job_runner_add_id);
	return 0;
}

int job_runner_beat(
	struct db *d, struct arena *m, int32_t runner, bool draining, bool *alive, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_runner_beat, ARGS(arg_i64(runner), arg_bool(draining)), &rows, e) !=
		0)
		return -1;
	*alive = rows.n == 1;
	return 0;
}

/* The columns queue, priority, id of four statements, in this order in each. */
static void gather(struct arena *m, const struct rows *rows, struct job_backs *out)
{
	*out = (struct job_backs){ arena_new_array(m, struct job_back, rows->n + 1), 0 };
	for (size_t i = 0; i < rows->n; i++) {
		struct job_lane lane = { (int16_t)row_i64(&rows->v[i], job_promote_queue),
			(int16_t)row_i64(&rows->v[i], job_promote_priority) };
		int64_t id = row_i64(&rows->v[i], job_promote_id);
		size_t k = 0;

		while (k < out->n && (out->v[k].lane.queue != lane.queue ||
					     out->v[k].lane.priority != lane.priority))
			k++;
		if (k == out->n)
			out->v[out->n++] = (struct job_back){ lane, id, 0 };
		if (id < out->v[k].low)
			out->v[k].low = id;
		out->v[k].n++;
	}
}

static int backs_of(struct db *d, struct arena *m, enum stmt s, const struct arg *a,
	struct job_backs *backs, struct err *e)
{
	struct rows rows;

	*backs = (struct job_backs){ NULL, 0 };
	if (db_many(d, m, s, a, &rows, e) != 0)
		return -1;
	gather(m, &rows, backs);
	return 0;
}

int job_runner_reap(struct db *d, struct arena *m, struct job_backs *backs, struct err *e)
{
	const struct arg *silent = ARGS(arg_i64(RUNNER_SILENT_S * INT64_C(1000)));
	struct row row;

	*backs = (struct job_backs){ NULL, 0 };
	if (db_one(d, m, q_job_runner_silent, silent, &row, e) != 0)
		return -1;
	if (row_i64(&row, job_runner_silent_n) == 0)
		return 0;
	return backs_of(d, m, q_job_runner_reap, silent, backs, e);
}

int job_runner_leave(
	struct db *d, struct arena *m, int32_t runner, struct job_backs *backs, struct err *e)
{
	return backs_of(d, m, q_job_runner_leave, ARGS(arg_i64(runner)), backs, e);
}

int job_return_lost(struct db *d, struct arena *m, const struct job_crew *crew,
	struct job_backs *backs, struct err *e)
{
	return backs_of(d, m, q_job_return_lost,
		ARGS(arg_i64(crew->runner), arg_i64s(crew->live, crew->n_live),
			arg_i64(crew->newest)),
		backs, e);
}

int job_return_strays(struct db *d, struct arena *m, struct job_backs *backs, struct err *e)
{
	return backs_of(d, m, q_job_return_strays, NO_ARGS, backs, e);
}

int job_promote(struct db *d, struct arena *m, int64_t *floor_us, struct job_backs *backs,
	int64_t *next_ms, struct err *e)
{
	const struct arg *floor = ARGS(arg_time(*floor_us));
	struct db_step steps[2] = {
		{ .stmt = q_job_promote, .args = floor },
		{ .stmt = q_job_next_due, .args = floor },
	};

	*backs = (struct job_backs){ NULL, 0 };
	*next_ms = -1;
	if (db_batch(d, m, steps, 2, e) != 0)
		return -1;
	gather(m, &steps[0].out, backs);
	*floor_us = row_time(&steps[1].out.v[0], job_next_due_floor);
	if (!row_null(&steps[1].out.v[0], job_next_due_in_ms))
		*next_ms = row_i64(&steps[1].out.v[0], job_next_due_in_ms);
	return 0;
}

int job_look(struct db *d, struct arena *m, struct job_look **out, size_t *n, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_look, NO_ARGS, &rows, e) != 0)
		return -1;
	*n = rows.n < JOB_MAX_QUEUES ? rows.n : JOB_MAX_QUEUES;
	*out = arena_new_array(m, struct job_look, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct row *r = &rows.v[i];
		struct job_look *q = &(*out)[i];

		q->id = (int16_t)row_i64(r, job_look_id);
		q->name = row_text(r, job_look_name);
		q->weight = (int)row_i64(r, job_look_weight);
		q->tripped = row_i64(r, job_look_trips) > 0;
		q->limited = row_i64(r, job_look_max_running) > 0 || row_i64(r, job_look_trips) > 0;
		q->paused = row_bool(r, job_look_paused);
		for (int lane = 0; lane < JOB_LANES; lane++) {
			q->ready[lane] = !row_null(r, job_look_id0 + lane);
			q->low[lane] = row_i64(r, job_look_id0 + lane);
			q->age_ms[lane] = row_i64(r, job_look_age0_ms + lane);
		}
	}
	return 0;
}

int job_depth(struct db *d, struct arena *m, struct job_depth **out, size_t *n, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_depth, ARGS(arg_i64(JOB_DEPTH_CAP)), &rows, e) != 0)
		return -1;
	*n = rows.n < JOB_MAX_QUEUES ? rows.n : JOB_MAX_QUEUES;
	*out = arena_new_array(m, struct job_depth, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct row *r = &rows.v[i];

		(*out)[i] = (struct job_depth){ (int16_t)row_i64(r, job_depth_id),
			row_i64(r, job_depth_ready), row_i64(r, job_depth_later),
			row_i64(r, job_depth_dead) };
	}
	return 0;
}

int job_queue_outcome(struct db *d, struct arena *m, struct job_outcome *o, struct err *e)
{
	struct rows rows;

	o->trips = 0;
	o->open_ms = 0;
	if (db_many(d, m, q_job_queue_outcome,
		    ARGS(arg_i64(o->queue), arg_i64(o->ok), arg_i64(o->failed),
			    arg_i64(BREAKER_WINDOW_S), arg_i64(BREAKER_LEAST),
			    arg_i64(BREAKER_PROBES), arg_i64(BREAKER_BASE_S),
			    arg_i64(BREAKER_CAP_S)),
		    &rows, e) != 0)
		return -1;
	if (rows.n > 0) {
		o->trips = (int)row_i64(&rows.v[0], job_queue_outcome_trips);
		o->open_ms = row_i64(&rows.v[0], job_queue_outcome_open_ms);
	}
	return 0;
}

int job_notify(struct db *d, const char *text, struct err *e)
{
	return db_exec(d, q_job_notify, ARGS(arg_str(text)), NULL, e);
}
