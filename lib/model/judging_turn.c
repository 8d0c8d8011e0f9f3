/*
 * The tests of a judging, as its jobs share them. All that one round says and takes is one
 * transaction under the lock of the judging's row: what a later one sees is all that an earlier one
 * said. So of those who end the last tests at the same time one sees the others' and knows that all
 * is done. Nothing here waits for the disk: what a crash of the server forgets is run again.
 */
#include "model/judging.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "model/event.h"

/* The columns of all outcomes. */
struct columns {
	int64_t *ordinals, *verdicts, *factors, *cpu_ms, *wall_ms, *memory_kib;
	struct span *scores, *details;
};

static struct columns columns_of(const struct judging_turn *t, struct arena *m)
{
	int64_t *numbers = arena_new_array(m, int64_t, 6 * t->n_done + 1);
	struct span *texts = arena_new_array(m, struct span, 2 * t->n_done + 1);
	size_t n = t->n_done;
	struct columns c = { numbers, numbers + n, numbers + 2 * n, numbers + 3 * n,
		numbers + 4 * n, numbers + 5 * n, texts, texts + n };

	for (size_t i = 0; i < n; i++) {
		const struct judging_outcome *o = &t->done[i];

		c.ordinals[i] = o->ordinal;
		c.verdicts[i] = o->verdict;
		c.factors[i] = o->score_is_factor;
		c.cpu_ms[i] = o->cpu_ms;
		c.wall_ms[i] = o->wall_ms;
		c.memory_kib[i] = o->memory_kib;
		c.scores[i] =
			o->has_score ? span_of(arena_printf(m, "%.17g", o->score)) : SPAN_NONE;
		c.details[i] = o->sealed_detail;
	}
	return c;
}

static void read_seen(struct judging_turn *t, struct arena *m, const struct rows *rows)
{
	t->seen = arena_new_array(m, struct judging_seen, rows->n + 1);
	t->n_seen = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		t->seen[i] =
			(struct judging_seen){ .ordinal = (int32_t)row_i64(r, judging_seen_ordinal),
				.verdict = (int)row_i64(r, judging_seen_verdict),
				.skipped = row_bool(r, judging_seen_skipped),
				.has_score = !row_null(r, judging_seen_score),
				.score_is_factor = row_bool(r, judging_seen_factor),
				.score = strtod(row_str(r, judging_seen_score), NULL) };
	}
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static void read_taken(struct judging_turn *t, struct arena *m, const struct rows *rows)
{
	t->taken = arena_new_array(m, int32_t, rows->n + 1);
	t->n_taken = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		t->taken[i] = (int32_t)row_i64(&rows->v[i], judging_take_ordinal);
	qsort(t->taken, t->n_taken, sizeof(t->taken[0]), by_number);
}

int judging_turn(struct db *d, struct arena *m, struct judging_turn *t, struct err *e)
{
	enum {
		LAZILY,
		RECORD,
		SEEN,
		TAKE,
		QUEUE
	};
	const struct judging_holder *w = &t->who;
	struct columns c = columns_of(t, m);
	size_t n = t->n_done;
	struct db_step steps[] = {
		[LAZILY] = { .stmt = q_job_claim_lazily, .args = NO_ARGS },
		[RECORD] = { .stmt = q_judging_record,
			.args = ARGS(arg_i64(w->judging_id), arg_text(t->public_id),
				arg_i64(w->queue), arg_i64(w->priority), arg_i64(w->job),
				arg_i64(w->runner), arg_i64(w->worker), arg_i64s(c.ordinals, n),
				arg_i64s(c.verdicts, n), arg_texts(c.scores, n),
				arg_i64s(c.factors, n), arg_i64s(c.cpu_ms, n),
				arg_i64s(c.wall_ms, n), arg_i64s(c.memory_kib, n),
				arg_texts(c.details, n)) },
		[SEEN] = { .stmt = q_judging_seen, .args = ARGS(arg_i64(w->judging_id)) },
		[TAKE] = { .stmt = q_judging_take,
			.args = ARGS(arg_i64(w->judging_id), arg_i64(w->queue),
				arg_i64(w->priority), arg_i64(w->job), arg_i64(w->runner),
				arg_i64(w->worker), arg_i64(t->want), arg_bool(t->first_bad)) },
		[QUEUE] = { .stmt = q_judging_queue,
			.args = ARGS(arg_i64(w->queue), arg_i64(w->priority)) },
	};

	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	event_told(d);
	t->ours = row_bool(&steps[RECORD].out.v[0], judging_record_held);
	t->over = row_i64(&steps[RECORD].out.v[0], judging_record_state) == JUDGING_ENDED;
	read_seen(t, m, &steps[SEEN].out);
	read_taken(t, m, &steps[TAKE].out);
	t->urgent = row_bool(&steps[QUEUE].out.v[0], judging_queue_urgent);
	t->idle = (int)row_i64(&steps[QUEUE].out.v[0], judging_queue_idle);
	return 0;
}

int judging_skip(struct db *d, const struct judging_holder *who, const int32_t *ordinals, size_t n,
	struct err *e)
{
	int64_t wide[64];

	for (size_t at = 0; at < n; at += countof(wide)) {
		size_t k = n - at < countof(wide) ? n - at : countof(wide);

		for (size_t i = 0; i < k; i++)
			wide[i] = ordinals[at + i];
		if (db_exec(d, q_judging_skip, ARGS(arg_i64(who->judging_id), arg_i64s(wide, k)),
			    NULL, e) != 0)
			return -1;
	}
	return 0;
}

int judging_release(struct db *d, const struct judging_holder *who, struct err *e)
{
	return db_exec(
		d, q_judging_release, ARGS(arg_i64(who->judging_id), arg_i64(who->job)), NULL, e);
}
