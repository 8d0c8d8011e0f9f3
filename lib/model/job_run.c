/*
 * The statements of a worker, put together so that the ordinary case costs one round trip and one
 * commit for a whole batch: [the finished ones leave][the next are claimed]. All steps of a call
 * are one implicit transaction.
 */
#include "model/job_run.h"

#include <stdlib.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/job.h"

const int job_level_size[JOB_LEVELS] = { 1, 8, 64, JOB_MAX_BATCH };

static const enum stmt level_stmt[JOB_LEVELS] = {
	q_job_claim_1,
	q_job_claim_8,
	q_job_claim_64,
	q_job_claim_500,
};

/* What follows a failure that nobody has rules for any more, and a kind this program lacks. */
static const struct job_kind unknown_kind = { NULL, NULL, 60, 10, 30000, 600000, NULL };

int16_t job_lane_priority(int lane)
{
	static const int16_t priorities[JOB_LANES] = { JOB_PRIORITY_URGENT, JOB_PRIORITY_NORMAL,
		JOB_PRIORITY_LOW };

	return priorities[lane];
}

int job_priority_lane(int priority)
{
	if (priority <= JOB_PRIORITY_URGENT)
		return 0;
	return priority <= JOB_PRIORITY_NORMAL ? 1 : 2;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct job_row *)a)->id;
	int64_t y = ((const struct job_row *)b)->id;

	return (x > y) - (x < y);
}

static void take_jobs(struct job_turn *t, struct arena *m, const struct rows *rows)
{
	bool sorted = true;

	t->n_jobs = rows->n;
	t->got = t->lane;
	t->jobs = arena_new_array(m, struct job_row, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		t->jobs[i].id = row_i64(r, job_claim_1_id);
		t->jobs[i].attempt = (int)row_i64(r, job_claim_1_attempt);
		t->jobs[i].kind = row_text(r, job_claim_1_kind);
		t->jobs[i].payload = row_text(r, job_claim_1_payload);
		t->got.priority = (int16_t)row_i64(r, job_claim_1_priority);
		sorted &= i == 0 || t->jobs[i].id > t->jobs[i - 1].id;
	}
	if (!sorted)
		qsort(t->jobs, t->n_jobs, sizeof(t->jobs[0]), by_id);
}

int job_turn(struct db *d, struct arena *m, struct job_turn *t, struct err *e)
{
	struct db_step steps[4] = { 0 };
	size_t n = 0, done = 0, claim = 0;
	const struct arg *who = ARGS(arg_i64(t->who.runner), arg_i64(t->who.worker));
	const struct arg *finish = ARGS(arg_i64(t->done_lane.queue), arg_i64(t->done_lane.priority),
		arg_i64s(t->done, t->n_done), arg_i64(t->who.runner), arg_i64(t->who.worker));
	const struct arg *take = ARGS(arg_i64(t->lane.queue), arg_i64(t->lane.priority),
		arg_i64(t->floor[job_priority_lane(t->lane.priority)]), arg_i64(t->who.runner),
		arg_i64(t->who.worker));
	const struct arg *any =
		ARGS(arg_i64(t->lane.queue), arg_i64(t->floor[0]), arg_i64(t->floor[1]),
			arg_i64(t->floor[2]), arg_i64(t->who.runner), arg_i64(t->who.worker));
	const struct arg *lock = ARGS(arg_i64(t->lane.queue));

	t->accepted = 0;
	t->n_jobs = 0;
	if (t->n_done > 0) {
		done = n;
		steps[n].stmt = t->keep_done ? q_job_done : q_job_done_forget;
		steps[n++].args = finish;
		if (t->done_slot) {
			steps[n].stmt = q_job_slot_free;
			steps[n++].args = who;
		}
	}
	if (t->claim && t->limited) {
		steps[n].stmt = q_job_queue_lock;
		steps[n++].args = lock;
	}
	if (t->claim) {
		claim = n;
		steps[n].stmt = t->limited                         ? q_job_claim_limited
				: t->lane.priority == JOB_LANE_ANY ? q_job_claim_any
								   : level_stmt[t->level];
		steps[n++].args = !t->limited && t->lane.priority == JOB_LANE_ANY ? any : take;
	}
	if (n == 0)
		return 0;
	if (db_batch(d, m, steps, n, e) != 0)
		return -1;
	if (t->n_done > 0)
		t->accepted = row_i64(&steps[done].out.v[0], job_done_n);
	if (t->claim)
		take_jobs(t, m, &steps[claim].out);
	return 0;
}

int job_payload(struct db *d, struct arena *m, const struct job_hold *hold, int64_t id,
	struct span *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_payload,
		    ARGS(arg_i64(hold->lane.queue), arg_i64(hold->lane.priority), arg_i64(id),
			    arg_i64(hold->who.runner), arg_i64(hold->who.worker)),
		    &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "the job is not this worker's any more");
	*out = row_text(&rows.v[0], job_payload_payload);
	return 0;
}

int64_t job_retry_ms(
	const struct job_kind *kind, int attempt, const struct err *why, unsigned random)
{
	const struct job_kind *k = kind != NULL ? kind : &unknown_kind;
	int64_t wait_ms = k->retry_base_ms;

	if (why->kind != ERR_TEMPORARY && why->kind != ERR_LIMIT)
		return -1;
	if (attempt >= k->max_attempts)
		return -1;
	for (int i = 1; i < attempt && wait_ms < k->retry_cap_ms; i++)
		wait_ms *= 2;
	if (wait_ms > k->retry_cap_ms)
		wait_ms = k->retry_cap_ms;
	wait_ms = wait_ms / 2 + wait_ms * (random % 1001) / 2000;
	if (why->retry_after_s > 0 && wait_ms < why->retry_after_s * INT64_C(1000))
		wait_ms = why->retry_after_s * INT64_C(1000) + random % 1000;
	return wait_ms;
}

int job_fail(struct db *d, struct arena *m, const struct job_failure *f, enum job_fate *fate,
	struct err *e)
{
	const struct job_kind *end = f->kind != NULL && f->kind->at_end != NULL
					     ? job_kind_find(span_of(f->kind->at_end))
					     : NULL;
	int64_t wait_ms = job_retry_ms(f->kind, f->attempt, f->why, f->seed);
	const char *text =
		f->why->detail[0] == '\0'
			? arena_printf(m, "%s: %s", err_kind_name(f->why->kind), f->why->text)
			: arena_printf(m, "%s: %s (%s)", err_kind_name(f->why->kind), f->why->text,
				  f->why->detail);
	struct db_step steps[2] = {
		{ .stmt = q_job_fail,
			.args = ARGS(arg_i64(f->hold.lane.queue), arg_i64(f->hold.lane.priority),
				arg_i64(f->id), arg_i64(f->hold.who.runner),
				arg_i64(f->hold.who.worker), arg_i64(f->attempt), arg_str(text),
				wait_ms >= 0 ? arg_i64(wait_ms) : arg_null(),
				arg_str(end != NULL ? end->queue : NULL),
				arg_str(end != NULL ? end->name : NULL)) },
		{ .stmt = q_job_slot_free,
			.args = ARGS(arg_i64(f->hold.who.runner), arg_i64(f->hold.who.worker)) },
	};

	if (db_batch(d, m, steps, f->hold.slot ? 2 : 1, e) != 0)
		return -1;
	if (row_i64(&steps[0].out.v[0], job_fail_dead) > 0)
		*fate = JOB_FATE_DEAD;
	else
		*fate = row_i64(&steps[0].out.v[0], job_fail_waiting) > 0 ? JOB_FATE_WAITING
									  : JOB_FATE_LOST;
	return 0;
}

int job_return(struct db *d, struct arena *m, const struct job_hold *hold, const int64_t *ids,
	size_t n, struct err *e)
{
	struct db_step steps[2] = {
		{ .stmt = q_job_return,
			.args = ARGS(arg_i64(hold->lane.queue), arg_i64(hold->lane.priority),
				arg_i64s(ids, n), arg_i64(hold->who.runner),
				arg_i64(hold->who.worker)) },
		{ .stmt = q_job_slot_free,
			.args = ARGS(arg_i64(hold->who.runner), arg_i64(hold->who.worker)) },
	};

	if (n == 0)
		return 0;
	return db_batch(d, m, steps, hold->slot ? 2 : 1, e);
}

int job_finish_in(struct tx *tx, struct arena *m, const struct job_hold *hold, int64_t id,
	bool keep_done, struct err *e)
{
	struct job_turn t = {
		.who = hold->who,
		.done_lane = hold->lane,
		.done = &id,
		.n_done = 1,
		.keep_done = keep_done,
		.done_slot = hold->slot,
	};

	if (job_turn(tx->db, m, &t, e) != 0)
		return -1;
	if (t.accepted != 1)
		return err_set(e, ERR_CONFLICT, "the job is not this worker's any more");
	return 0;
}
