#include "model/cron.h"

#include "base/cron.h"
#include "db/db.h"
#include "model/job.h"
#include "os/log.h"
#include "os/zone_dir.h"

#define UNREADABLE_S 3600 // until a row that cannot be read is looked at again
#define TICK_ROUNDS  50   // of at most 20 rows each, in one call

int cron_ensure(struct db *d, struct arena *m, const struct job_clock *clock, struct err *e)
{
	(void)m;
	return db_exec(d, q_cron_ensure,
		ARGS(arg_str(clock->name), arg_str(clock->schedule), arg_str(clock->zone),
			arg_str(clock->kind), arg_i64(clock->priority), arg_str(clock->payload),
			arg_str(clock->unique)),
		NULL, e);
}

static int64_t next_time(const struct row *r, int64_t now_us)
{
	struct span name = row_text(r, cron_due_name);
	struct span zone_name = row_text(r, cron_due_zone);
	const struct zone *zone = zone_dir_get(zone_name);
	int64_t now_s = now_us / 1000000;
	struct cron c;
	struct err e = { 0 };

	if (zone == NULL)
		err_set(&e, ERR_INVALID, "there is no zone '" SPAN_FMT "'",
			SPAN_ARG(span_sub(zone_name, 0, 60)));
	else if (cron_parse(row_text(r, cron_due_schedule), &c, &e) == 0)
		return cron_next(&c, zone, now_s) * 1000000;
	log_event(LOG_ERROR, "cron.unreadable", LOG_SPAN("cron", name), LOG_TEXT("why", e.text));
	return (now_s + UNREADABLE_S) * 1000000;
}

static int fire(struct tx *tx, struct arena *m, const struct row *r, struct err *e)
{
	int64_t id = 0;
	struct job_spec spec = {
		.kind = row_str(r, cron_due_kind),
		.payload = row_text(r, cron_due_payload),
		.unique = row_text(r, cron_due_key),
		.priority = (int)row_i64(r, cron_due_priority),
	};

	if (job_kind_find(span_of(spec.kind)) == NULL) {
		log_event(LOG_ERROR, "cron.unknown_kind",
			LOG_SPAN("cron", row_text(r, cron_due_name)), LOG_TEXT("kind", spec.kind));
		return 0;
	}
	if (job_enqueue(tx, m, &spec, &id, e) != 0)
		return -1;
	log_event(LOG_INFO, id != 0 ? "cron.fired" : "cron.still_running",
		LOG_SPAN("cron", row_text(r, cron_due_name)), LOG_NUMBER("id", id));
	return 0;
}

/* One transaction over the rows that are due; *n of them. */
static int tick_rows(struct db *d, struct arena *m, struct rows *rows, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || db_many(d, m, q_cron_due, NO_ARGS, rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];
		int64_t next_us = next_time(r, row_time(r, cron_due_now));
		bool fires = !row_bool(r, cron_due_is_new);

		if (fires && fire(&tx, m, r, e) != 0)
			return -1;
		if (db_exec(d, q_cron_advance,
			    ARGS(arg_text(row_text(r, cron_due_name)), arg_time(next_us),
				    arg_bool(fires)),
			    NULL, e) != 0)
			return -1;
	}
	return tx_commit(&tx, e);
}

int cron_tick(struct db *d, struct arena *m, int64_t *next_ms, cron_woken *woken, void *ctx,
	struct err *e)
{
	for (int round = 0; round < TICK_ROUNDS; round++) {
		struct row next;
		struct rows rows;

		if (db_one(d, m, q_cron_next, NO_ARGS, &next, e) != 0)
			return -1;
		*next_ms = row_null(&next, cron_next_in_ms) ? -1 : row_i64(&next, cron_next_in_ms);
		if (row_null(&next, cron_next_in_ms) || *next_ms > 0)
			return 0;
		if (tick_rows(d, m, &rows, e) != 0)
			return -1;
		for (size_t i = 0; i < rows.n; i++) {
			const struct job_kind *k =
				job_kind_find(row_text(&rows.v[i], cron_due_kind));

			if (k != NULL && woken != NULL && !row_bool(&rows.v[i], cron_due_is_new))
				woken(ctx, k->queue);
		}
		if (rows.n == 0)
			break; // another runner holds them
	}
	*next_ms = 1000;
	return 0;
}

int cron_list(struct db *d, struct arena *m, struct cron_view **out, size_t *n, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_cron_list, NO_ARGS, &rows, e) != 0)
		return -1;
	*n = rows.n;
	*out = arena_new_array(m, struct cron_view, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		(*out)[i] = (struct cron_view){
			.name = row_text(r, cron_list_name),
			.schedule = row_text(r, cron_list_schedule),
			.zone = row_text(r, cron_list_zone),
			.kind = row_text(r, cron_list_kind),
			.enabled = row_bool(r, cron_list_enabled),
			.last_at = row_time(r, cron_list_last_at),
			.next_at = row_time(r, cron_list_next_at),
		};
	}
	return 0;
}

int cron_switch(
	struct db *d, struct arena *m, const struct cron_switch *to, bool *changed, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_cron_switch, ARGS(arg_str(to->name), arg_bool(to->enabled)), &rows,
		    e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no such schedule");
	*changed = row_bool(&rows.v[0], cron_switch_changed);
	return 0;
}
