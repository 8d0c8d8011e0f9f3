#include "model/sync_page.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/calendar.h"
#include "model/sync.h"
#include "os/clock.h"
#include "os/config.h"

#define MICRO INT64_C(1000000)

static const char *const status_names[] = { "never", "queued", "syncing", "success", "failed" };

const char *sync_status_name(enum sync_status s)
{
	return status_names[s];
}

int sync_status_now(
	struct db *d, struct arena *m, int64_t user_id, struct sync_status_now *out, struct err *e)
{
	struct rows rows;
	const struct row *r;

	*out = (struct sync_status_now){ .status = SYNC_NEVER,
		.again_at = INT64_MIN,
		.ended_at = INT64_MIN,
		.pressed_at = INT64_MIN };
	if (db_many(d, m, q_sync_page_state, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	r = &rows.v[0];
	for (size_t i = 0; i < countof(status_names); i++)
		if (span_is(row_text(r, sync_page_state_status), status_names[i]))
			out->status = (enum sync_status)i;
	out->reason = row_text(r, sync_page_state_reason);
	out->again_at = row_time(r, sync_page_state_again_at);
	out->ended_at = row_time(r, sync_page_state_ended_at);
	out->pressed_at = row_time(r, sync_page_state_pressed_at);
	out->asked = row_i64(r, sync_page_state_asked);
	out->version = row_i64(r, sync_page_state_version);
	return 0;
}

/* ---- history ---- */

static void fill_run(const struct row *r, struct sync_page_run *out)
{
	*out = (struct sync_page_run){ .id = row_i64(r, sync_page_runs_id),
		.began_at = row_time(r, sync_page_runs_began_at),
		.ended_at = row_time(r, sync_page_runs_ended_at),
		.failed = span_is(row_text(r, sync_page_runs_status), "failed"),
		.reason = row_text(r, sync_page_runs_reason),
		.added = row_i64(r, sync_page_runs_added),
		.changed = row_i64(r, sync_page_runs_changed),
		.removed = row_i64(r, sync_page_runs_removed),
		.left_out = row_i64(r, sync_page_runs_left_out) };
}

static void fill_item(const struct row *r, struct sync_page_item *out)
{
	*out = (struct sync_page_item){ .sink = row_text(r, sync_page_items_sink),
		.what = row_text(r, sync_page_items_what),
		.key = row_text(r, sync_page_items_contest_key),
		.title = row_text(r, sync_page_items_title),
		.start_at = row_time(r, sync_page_items_start_at),
		.from_start_at = row_time(r, sync_page_items_from_start_at),
		.reason = row_text(r, sync_page_items_reason) };
}

/* Both lists are by run, the newest first. One that began between the two readings is left out. */
static void hand_out(struct sync_page_run *runs, size_t n, const struct rows *rows,
	const struct sync_page_item *items)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		while (at < rows->n && row_i64(&rows->v[at], sync_page_items_run_id) > runs[i].id)
			at++;
		runs[i].items = &items[at];
		while (at < rows->n &&
			row_i64(&rows->v[at], sync_page_items_run_id) == runs[i].id) {
			runs[i].n_items++;
			at++;
		}
	}
}

int sync_history(
	struct db *d, struct arena *m, int64_t user_id, struct sync_history *out, struct err *e)
{
	struct sync_page_item *items;
	struct sync_page_run *runs;
	struct rows rows, lines;

	*out = (struct sync_history){ NULL, 0 };
	if (db_many(d, m, q_sync_page_runs, ARGS(arg_i64(user_id), arg_i64(SYNC_RUNS_SHOWN)), &rows,
		    e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	runs = arena_new_array(m, struct sync_page_run, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		fill_run(&rows.v[i], &runs[i]);
	if (db_many(d, m, q_sync_page_items,
		    ARGS(arg_i64(user_id), arg_i64(SYNC_RUNS_SHOWN), arg_i64(SYNC_ITEMS_SHOWN)),
		    &lines, e) != 0)
		return -1;
	items = arena_new_array(m, struct sync_page_item, lines.n);
	for (size_t i = 0; i < lines.n; i++)
		fill_item(&lines.v[i], &items[i]);
	hand_out(runs, rows.n, &lines, items);
	*out = (struct sync_history){ runs, rows.n };
	return 0;
}

void sync_page_ahead(
	struct db *d, struct arena *m, int64_t user_id, const struct calendar_query *contests)
{
	const struct arg *whose = ARGS(arg_i64(user_id));
	struct db_step steps[] = {
		{ .stmt = q_sync_page_state, .args = whose },
		{ .stmt = q_calendar_link_list, .args = whose },
		{ .stmt = q_sync_page_runs,
			.args = ARGS(arg_i64(user_id), arg_i64(SYNC_RUNS_SHOWN)) },
		{ .stmt = q_sync_page_items,
			.args = ARGS(arg_i64(user_id), arg_i64(SYNC_RUNS_SHOWN),
				arg_i64(SYNC_ITEMS_SHOWN)) },
		{ .stmt = q_calendar_list },
	};

	calendar_list_step(m, contests, &steps[countof(steps) - 1]);
	db_read_ahead(d, m, steps, countof(steps));
}

/* ---- asking for it ---- */

int64_t sync_cooldown_left(struct db *d, const struct sync_status_now *s, int64_t now_us)
{
	int64_t left_us;

	if (s->pressed_at == INT64_MIN)
		return 0;
	left_us = s->pressed_at + db_config(d)->sync_cooldown_s * MICRO - now_us;
	return left_us <= 0 ? 0 : (left_us + MICRO - 1) / MICRO;
}

int sync_press(struct db *d, struct arena *m, int64_t user_id, struct err *e)
{
	struct sync_status_now s;
	TX_AUTO tx = { 0 };
	int64_t left;

	if (tx_begin(d, &tx, e) != 0 || sync_status_now(d, m, user_id, &s, e) != 0)
		return -1;
	left = sync_cooldown_left(d, &s, clock_unix_us());
	if (left > 0) {
		e->retry_after_s = (int)left;
		return err_set(e, ERR_LIMIT, "you can sync again in %lld s", (long long)left);
	}
	if (sync_request(&tx, m, user_id, SYNC_BY_MEMBER, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	sync_wake(d);
	return 0;
}
