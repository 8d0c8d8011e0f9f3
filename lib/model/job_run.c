/*
 * The statements of a worker, put together so that the ordinary case costs one round trip and one
 * commit for a whole batch: [the finished ones leave][the next are claimed]. All steps of a call
 * are one implicit transaction.
 */
#include "model/job_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/job.h"

#define GAP 64 // ids further apart than this are sought by a statement of their own

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
		t->jobs[i].keyed = row_bool(r, job_claim_1_keyed);
		t->got.priority = (int16_t)row_i64(r, job_claim_1_priority);
		sorted &= i == 0 || t->jobs[i].id > t->jobs[i - 1].id;
	}
	t->fills = t->limited && rows->n > 0 && row_bool(&rows->v[0], job_claim_limited_fills);
	if (!sorted)
		qsort(t->jobs, t->n_jobs, sizeof(t->jobs[0]), by_id);
}

/* ---- steps --------------------------------------------------------------------------------- */

/* How many of the ids, from the first, lie close enough together for one statement. */
static size_t run_of(const int64_t *ids, size_t n)
{
	size_t k = 1;

	while (k < n && ids[k] > ids[k - 1] && ids[k] - ids[k - 1] <= GAP)
		k++;
	return k;
}

/* A statement for each run of the ids: args are lane, least, greatest, ids, holder and `last`. */
static void add_runs(struct db_steps *s, enum stmt stmt, const struct job_hold *hold,
	const int64_t *ids, size_t n, struct arg last)
{
	for (size_t k; n > 0; ids += k, n -= k) {
		k = run_of(ids, n);
		db_steps_add(s, stmt,
			ARGS(arg_i64(hold->lane.queue), arg_i64(hold->lane.priority),
				arg_i64(ids[0]), arg_i64(ids[k - 1]), arg_i64s(ids, k),
				arg_i64(hold->who.runner), arg_i64(hold->who.worker), last));
	}
	if (hold->slot)
		db_steps_add(s, q_job_slot_free,
			ARGS(arg_i64(hold->who.runner), arg_i64(hold->who.worker)));
}

/* ---- the turn ------------------------------------------------------------------------------ */

static void add_done(struct db_steps *s, const struct job_turn *t)
{
	struct job_hold hold = { t->who, t->done_lane, t->done_slot, t->done_keyed };
	enum stmt stmt = t->done_keyed  ? q_job_done_keyed
			 : t->keep_done ? q_job_done_keep
					: q_job_done_forget;

	if (stmt == q_job_done_forget && t->n_done == 1 && !t->done_slot) {
		db_steps_add(s, q_job_done_forget_one,
			ARGS(arg_i64(hold.lane.queue), arg_i64(hold.lane.priority),
				arg_i64(t->done[0]), arg_i64(t->who.runner),
				arg_i64(t->who.worker)));
		return;
	}
	add_runs(s, stmt, &hold, t->done, t->n_done,
		t->done_keyed ? arg_bool(t->keep_done) : arg_end());
}

static int64_t count_done(const struct db_steps *s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].stmt == q_job_done_keyed)
			n += row_i64(&s->v[i].out.v[0], job_done_keyed_n);
		else if (s->v[i].stmt == q_job_done_keep || s->v[i].stmt == q_job_done_forget ||
			 s->v[i].stmt == q_job_done_forget_one)
			n += s->v[i].count;
	}
	return n;
}

static struct db_step *add_claim(struct db_steps *s, const struct job_turn *t)
{
	const struct arg runner = arg_i64(t->who.runner), worker = arg_i64(t->who.worker);
	const struct arg queue = arg_i64(t->lane.queue);
	bool any = t->lane.priority == JOB_LANE_ANY;

	if (t->limited)
		db_steps_add(s, q_job_queue_lock, ARGS(queue));
	else if (t->n_done == 0 && (any || t->level == 0))
		db_steps_add(s, q_job_claim_lazily, ARGS(arg_end()));
	if (any)
		return db_steps_add(s, q_job_claim_any,
			ARGS(queue, arg_i64(t->floor[0]), arg_i64(t->floor[1]),
				arg_i64(t->floor[2]), runner, worker));
	return db_steps_add(s, t->limited ? q_job_claim_limited : level_stmt[t->level],
		ARGS(queue, arg_i64(t->lane.priority),
			arg_i64(t->floor[job_priority_lane(t->lane.priority)]), runner, worker));
}

int job_turn(struct db *d, struct arena *m, struct job_turn *t, struct err *e)
{
	struct db_steps s = db_steps(m, t->n_done + 3);
	struct db_step *claim = NULL;

	t->accepted = 0;
	t->n_jobs = 0;
	if (t->n_done > 0)
		add_done(&s, t);
	if (t->claim)
		claim = add_claim(&s, t);
	if (db_batch(d, m, s.v, s.n, e) != 0)
		return -1;
	t->accepted = count_done(&s);
	if (claim != NULL)
		take_jobs(t, m, &claim->out);
	return 0;
}

/* ---- one job ------------------------------------------------------------------------------- */

const char *job_sign(struct arena *m, const struct job_hold *hold, int64_t id)
{
	return arena_printf(m, "job %d %d %lld %d %d", hold->lane.queue, hold->lane.priority,
		(long long)id, (int)hold->who.runner, (int)hold->who.worker);
}

bool job_is_gone(struct db *d, struct arena *m, struct span sign)
{
	enum {
		QUEUE,
		PRIORITY,
		ID,
		RUNNER,
		WORKER,
		NUMBERS
	};
	struct err ignored = { 0 };
	int64_t n[NUMBERS];
	struct rows rows;
	struct span word;

	if (!span_split(&sign, ' ', &word) || !span_is(word, "job"))
		return false;
	for (size_t i = 0; i < NUMBERS; i++)
		if (!span_split(&sign, ' ', &word) || !span_i64(word, &n[i]))
			return false;
	return db_many(d, m, q_job_held,
		       ARGS(arg_i64(n[QUEUE]), arg_i64(n[PRIORITY]), arg_i64(n[ID]),
			       arg_i64(n[RUNNER]), arg_i64(n[WORKER])),
		       &rows, &ignored) == 0 &&
	       rows.n == 0;
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
	struct db_steps s = db_steps(m, n + 1);

	if (n == 0)
		return 0;
	add_runs(&s, q_job_return, hold, ids, n, arg_end());
	return db_batch(d, m, s.v, s.n, e);
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
		.done_keyed = hold->keyed,
	};

	if (job_turn(tx->db, m, &t, e) != 0)
		return -1;
	if (t.accepted != 1)
		return err_set(e, ERR_CONFLICT, "the job is not this worker's any more");
	return 0;
}
