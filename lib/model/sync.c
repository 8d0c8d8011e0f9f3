/*
 * Asking for syncs. A row of sync_state counts the causes; the job, whose key is the member,
 * compares at its end what has been asked with what it had seen at its beginning. Whoever asks
 * changes the row first and then looks for a live job; whoever ends a job does both in the same
 * order in one transaction. So either the job sees the new cause, or the cause finds no job and
 * makes one.
 */
#include "model/sync.h"

#include <stdio.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/cache.h"
#include "model/event.h"
#include "model/job.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

#define MICRO INT64_C(1000000)

int sync_tell(struct tx *tx, struct arena *m, int64_t user_id, const char *state, struct err *e)
{
	const struct event_new ev = {
		.scope = span_of(arena_printf(m, "user:%lld", (long long)user_id)),
		.kind = "calendar.sync",
		.payload = span_of(arena_printf(m, "{\"state\":\"%s\"}", state)),
	};

	return event_append(tx, &ev, e);
}

int sync_request(
	struct tx *tx, struct arena *m, int64_t user_id, enum sync_cause cause, struct err *e)
{
	struct job_spec spec = { .kind = "calendar.sync",
		.payload = span_of(arena_printf(m, "{\"user\":%lld}", (long long)user_id)),
		.unique = span_of(arena_printf(m, "sync:%lld", (long long)user_id)),
		.priority = cause == SYNC_BY_SOURCE ? JOB_PRIORITY_LOW : JOB_PRIORITY_URGENT };
	bool changed = cause == SYNC_BY_PREFERENCE || cause == SYNC_BY_LINK;
	struct rows rows;
	int64_t job;

	if (db_many(tx->db, m, q_sync_ask,
		    ARGS(arg_i64(user_id), arg_bool(changed), arg_bool(cause == SYNC_BY_MEMBER)),
		    &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	if (job_enqueue(tx, m, &spec, &job, e) != 0 ||
		(cause != SYNC_BY_SOURCE && sync_tell(tx, m, user_id, "queued", e) != 0))
		return -1;
	if (job == 0 && cause != SYNC_BY_SOURCE)
		return db_exec(tx->db, q_sync_hasten, ARGS(arg_text(spec.unique)), NULL, e);
	return 0;
}

void sync_wake(struct db *d)
{
	job_wake(d, "sync");
}

void sync_evict(struct cache *c, int64_t user_id)
{
	struct err e = { .kind = ERR_NONE };
	char key[40];

	(void)snprintf(key, sizeof(key), "cache:user:%lld", (long long)user_id);
	if (c != NULL && cache_delete(c, span_of(key), &e) != 0)
		log_err(LOG_WARN, "sync.evict", &e);
}

int sync_after_fetch(
	struct tx *tx, struct arena *m, enum platform p, int64_t n_changes, struct err *e)
{
	int64_t calls_a_minute = db_config(tx->db)->sync_calls_per_min;
	int64_t calls = 1 + (n_changes < SYNC_MOST_CALLS ? n_changes : SYNC_MOST_CALLS);
	struct row row;

	return db_one(tx->db, m, q_sync_ask_concerned,
		ARGS(arg_i64(INT64_C(1) << p), arg_i64(calls * 60 * MICRO / calls_a_minute)), &row,
		e);
}

int sync_catch_up(struct db *d, struct arena *m, size_t *n, struct err *e)
{
	struct rows rows;

	*n = 0;
	if (db_many(d, m, q_sync_behind, ARGS(arg_time(clock_unix_us() - SYNC_BEHIND_S * MICRO)),
		    &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		TX_AUTO tx = { 0 };

		if (tx_begin(d, &tx, e) != 0 ||
			sync_request(&tx, m, row_i64(&rows.v[i], sync_behind_user_id),
				SYNC_BY_SOURCE, e) != 0 ||
			tx_commit(&tx, e) != 0)
			return -1;
		++*n;
	}
	return 0;
}

int sync_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_sync_purge, ARGS(arg_i64(SYNC_KEEP_DAYS)), NULL, e);
}
