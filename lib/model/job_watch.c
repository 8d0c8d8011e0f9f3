/*
 * A place in a list is the key of its last row as text: numbers joined by dots, in the order of the
 * index that the list is read by.
 */
#include "model/job_watch.h"

#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"

#define PARTS       3
#define MAX_RUNNERS 200

static int64_t paused_until(const struct row *r)
{
	return row_bool(r, job_watch_queues_forever) ? INT64_MAX
						     : row_time(r, job_watch_queues_paused_until);
}

int job_watch_queues(struct db *d, struct arena *m, struct job_watch_queues *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_watch_queues, ARGS(arg_i64(JOB_DEPTH_CAP)), &rows, e) != 0)
		return -1;
	*out = (struct job_watch_queues){ arena_new_array(m, struct job_watch_queue, rows.n + 1),
		rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct job_watch_queue){
			.name = row_text(r, job_watch_queues_name),
			.weight = (int)row_i64(r, job_watch_queues_weight),
			.max_running = (int)row_i64(r, job_watch_queues_max_running),
			.paused_until = paused_until(r),
			.reason = row_text(r, job_watch_queues_reason),
			.trips = (int)row_i64(r, job_watch_queues_trips),
			.breaker_until = row_time(r, job_watch_queues_breaker_until),
			.ready = row_i64(r, job_watch_queues_ready),
			.running = row_i64(r, job_watch_queues_running),
			.later = row_i64(r, job_watch_queues_later),
			.dead = row_i64(r, job_watch_queues_dead),
			.oldest_at = row_time(r, job_watch_queues_oldest_at),
		};
	}
	return 0;
}

/* False: from the start. */
static bool read_place(struct span at, size_t n, int64_t part[PARTS])
{
	for (size_t i = 0; i < n; i++)
		if ((i > 0 && !scan_char(&at, '.')) || !scan_i64(&at, &part[i]))
			return false;
	return scan_end(&at);
}

static void fill_running(const struct row *r, struct job_watch *j)
{
	*j = (struct job_watch){ .id = row_i64(r, job_watch_running_id),
		.queue = row_text(r, job_watch_running_queue),
		.kind = row_text(r, job_watch_running_kind),
		.priority = (int)row_i64(r, job_watch_running_priority),
		.attempt = (int)row_i64(r, job_watch_running_attempt),
		.at = row_time(r, job_watch_running_since),
		.runner = (int32_t)row_i64(r, job_watch_running_runner),
		.worker = (int32_t)row_i64(r, job_watch_running_worker),
		.host = row_text(r, job_watch_running_host),
		.pid = (int32_t)row_i64(r, job_watch_running_pid) };
}

static void fill_ready(const struct row *r, struct job_watch *j)
{
	*j = (struct job_watch){ .id = row_i64(r, job_watch_ready_id),
		.queue_id = (int16_t)row_i64(r, job_watch_ready_queue_id),
		.queue = row_text(r, job_watch_ready_queue),
		.kind = row_text(r, job_watch_ready_kind),
		.priority = (int)row_i64(r, job_watch_ready_priority),
		.attempt = (int)row_i64(r, job_watch_ready_attempt),
		.at = row_time(r, job_watch_ready_since) };
}

static void fill_later(const struct row *r, struct job_watch *j)
{
	*j = (struct job_watch){ .id = row_i64(r, job_watch_later_id),
		.queue = row_text(r, job_watch_later_queue),
		.kind = row_text(r, job_watch_later_kind),
		.priority = (int)row_i64(r, job_watch_later_priority),
		.attempt = (int)row_i64(r, job_watch_later_attempt),
		.at = row_time(r, job_watch_later_due_at),
		.error = row_text(r, job_watch_later_error) };
}

static void fill_dead(const struct row *r, struct job_watch *j)
{
	*j = (struct job_watch){ .id = row_i64(r, job_watch_dead_id),
		.queue = row_text(r, job_watch_dead_queue),
		.kind = row_text(r, job_watch_dead_kind),
		.priority = (int)row_i64(r, job_watch_dead_priority),
		.attempt = (int)row_i64(r, job_watch_dead_attempt),
		.at = row_time(r, job_watch_dead_died_at),
		.error = row_text(r, job_watch_dead_error) };
}

static int read_rows(struct db *d, struct arena *m, const struct job_watch_filter *f,
	struct rows *out, struct err *e)
{
	struct arg queue = arg_str(f->queue), limit = arg_i64(f->limit + 1);
	int64_t at[PARTS] = { INT64_MIN, 0, 0 }, ready[PARTS] = { -1, -1, -1 };

	switch (f->state) {
	case JOB_WATCH_RUNNING:
		return db_many(d, m, q_job_watch_running,
			ARGS(queue, arg_i64(JOB_DEPTH_CAP), limit), out, e);
	case JOB_WATCH_READY:
		if (!read_place(f->after, 3, ready) || ready[0] > INT16_MAX || ready[1] > INT16_MAX)
			ready[0] = ready[1] = ready[2] = -1;
		return db_many(d, m, q_job_watch_ready,
			ARGS(queue, arg_i64(ready[0]), arg_i64(ready[1]), arg_i64(ready[2]), limit),
			out, e);
	case JOB_WATCH_LATER:
	case JOB_WATCH_DEAD:
		break;
	}
	if (!read_place(f->after, 2, at))
		at[0] = INT64_MIN;
	return db_many(d, m, f->state == JOB_WATCH_LATER ? q_job_watch_later : q_job_watch_dead,
		ARGS(queue, arg_time(at[0]), arg_i64(at[1]), limit), out, e);
}

static struct span place_of(struct arena *m, const struct job_watch *j, enum job_watch_state state)
{
	if (state == JOB_WATCH_READY)
		return span_of(arena_printf(m, "%d.%d.%" PRId64, j->queue_id, j->priority, j->id));
	return span_of(arena_printf(m, "%" PRId64 ".%" PRId64, j->at, j->id));
}

int job_watch_list(struct db *d, struct arena *m, const struct job_watch_filter *f,
	struct job_watches *out, struct err *e)
{
	static void (*const fill[])(const struct row *r, struct job_watch *j) = {
		[JOB_WATCH_RUNNING] = fill_running,
		[JOB_WATCH_READY] = fill_ready,
		[JOB_WATCH_LATER] = fill_later,
		[JOB_WATCH_DEAD] = fill_dead,
	};
	struct rows rows;
	bool more;

	if (read_rows(d, m, f, &rows, e) != 0)
		return -1;
	more = rows.n > (size_t)f->limit;
	*out = (struct job_watches){ .v = arena_new_array(m, struct job_watch, rows.n + 1),
		.n = more ? (size_t)f->limit : rows.n };
	for (size_t i = 0; i < out->n; i++)
		fill[f->state](&rows.v[i], &out->v[i]);
	if (more && f->state != JOB_WATCH_RUNNING)
		out->next = place_of(m, &out->v[out->n - 1], f->state);
	return 0;
}

int job_watch_runners(struct db *d, struct arena *m, struct job_watch_runners *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_job_watch_runners, ARGS(arg_i64(MAX_RUNNERS)), &rows, e) != 0)
		return -1;
	*out = (struct job_watch_runners){ arena_new_array(m, struct job_watch_runner, rows.n + 1),
		rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		out->v[i] = (struct job_watch_runner){
			.id = (int32_t)row_i64(r, job_watch_runners_id),
			.host = row_text(r, job_watch_runners_host),
			.pid = (int32_t)row_i64(r, job_watch_runners_pid),
			.workers = (int32_t)row_i64(r, job_watch_runners_workers),
			.draining = row_bool(r, job_watch_runners_draining),
			.started_at = row_time(r, job_watch_runners_started_at),
			.silent_us = row_time(r, job_watch_runners_now) -
				     row_time(r, job_watch_runners_beat_at),
		};
	}
	return 0;
}
