/*
 * The database's side of a sync. Each outcome is one statement, executed before the next call to
 * the calendar, so that a worker that is killed loses one outcome at most; the sinks are made for
 * that.
 */
#include "model/sync_run.h"

#include <stdio.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/cache.h"
#include "model/event.h"
#include "model/sync.h"
#include "model/sync_cache.h"
#include "os/clock.h"
#include "os/log.h"

#define MICRO INT64_C(1000000)

static const char *const state_names[] = { "present", "removing", "removed", "dismissed", "refused",
	"late" };

const char *sync_state_name(enum event_state s)
{
	return state_names[s];
}

bool sync_state_find(struct span name, enum event_state *out)
{
	for (size_t i = 0; i < countof(state_names); i++) {
		if (span_is(name, state_names[i])) {
			*out = (enum event_state)i;
			return true;
		}
	}
	return false;
}

int sync_enter(struct db *d, struct cache *c, struct arena *m, const struct sync_turn_of *who,
	struct sync_turn *out, struct err *e)
{
	struct span name = span_of(arena_printf(m, "sync:%lld", (long long)who->user_id));
	struct err why = { .kind = ERR_NONE };
	struct row row;

	*out = (struct sync_turn){ .turn = true };
	if (c != NULL && cache_lock(c, name, SYNC_LOCK_MS, &out->lock, &why) == 0 && out->lock.held)
		return 0;
	if (why.kind != ERR_NONE)
		log_err(LOG_WARN, "sync.lock", &why);
	if (db_one(d, m, q_sync_held, ARGS(arg_i64(who->user_id), arg_i64(who->job)), &row, e) != 0)
		return -1;
	out->turn = !row_bool(&row, sync_held_held);
	return 0;
}

void sync_leave(struct cache *c, struct sync_turn *t)
{
	if (t->lock.held)
		cache_unlock(c, &t->lock);
}

int sync_look(struct db *d, struct arena *m, int64_t user_id, struct sync_look *out, struct err *e)
{
	struct rows rows;

	*out = (struct sync_look){ .user_id = user_id };
	if (db_many(d, m, q_sync_look, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	if (rows.n > 0)
		*out = (struct sync_look){ .user_id = user_id,
			.exists = true,
			.asked = row_i64(&rows.v[0], sync_look_asked),
			.version = row_i64(&rows.v[0], sync_look_version),
			.contests_at = row_time(&rows.v[0], sync_look_contests_at) };
	return 0;
}

/* ---- the member ---- */

/* The version that the answering server knew; -1: it has no such member. */
static int ask_member(struct db *d, struct arena *m, int64_t user_id, struct sync_member *out,
	int64_t *version, struct err *e)
{
	struct rows rows;

	*out = (struct sync_member){ .active = false };
	*version = -1;
	if (db_many(d, m, q_sync_member, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	*version = row_i64(&rows.v[0], sync_member_version);
	out->active = row_bool(&rows.v[0], sync_member_active);
	out->platforms = (unsigned)row_i64(&rows.v[0], sync_member_platforms);
	out->notice_min = (int)row_i64(&rows.v[0], sync_member_notice_min);
	return 0;
}

/* In a transaction every statement goes to the primary. */
static int ask_primary(struct db *d, struct arena *m, int64_t user_id, struct sync_member *out,
	int64_t *version, struct err *e)
{
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || ask_member(d, m, user_id, out, version, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int sync_member(struct db *d, struct cache *c, struct arena *m, const struct sync_look *look,
	struct sync_member *out, struct err *e)
{
	int64_t user_id = look->user_id;
	int64_t version;

	if (sync_cache_member(c, m, user_id, look->version, out))
		return 0;
	if (ask_member(d, m, user_id, out, &version, e) != 0)
		return -1;
	if (version < look->version && ask_primary(d, m, user_id, out, &version, e) != 0)
		return -1;
	if (calendar_link_all(d, m, user_id, &out->links, e) != 0)
		return -1;
	if (version == look->version)
		sync_cache_keep_member(c, m, user_id, version, out);
	return 0;
}

/* ---- recorded events ---- */

int sync_recorded_fresh(
	struct db *d, struct arena *m, int64_t user_id, struct sync_recorded *out, struct err *e)
{
	struct recorded_event *v;
	struct rows rows;
	int64_t *ids;

	if (db_many(d, m, q_sync_recorded,
		    ARGS(arg_i64(user_id), arg_time(clock_unix_us() - SYNC_PAST_S * MICRO)), &rows,
		    e) != 0)
		return -1;
	v = arena_new_array(m, struct recorded_event, rows.n);
	ids = arena_new_array(m, int64_t, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		ids[i] = row_i64(r, sync_recorded_link_id);
		v[i] = (struct recorded_event){ .key = row_text(r, sync_recorded_contest_key),
			.event_id = row_text(r, sync_recorded_event_id),
			.generation = (int)row_i64(r, sync_recorded_generation),
			.etag = row_text(r, sync_recorded_etag),
			.hash = row_text(r, sync_recorded_sent_hash),
			.title = row_text(r, sync_recorded_title),
			.start_s = row_time(r, sync_recorded_start_at) / MICRO,
			.end_s = row_time(r, sync_recorded_end_at) / MICRO };
		if (!sync_state_find(row_text(r, sync_recorded_state), &v[i].state))
			return err_set(e, ERR_INTERNAL, "an event has an unknown state");
	}
	*out = (struct sync_recorded){ ids, v, rows.n };
	return 0;
}

int sync_recorded(struct db *d, struct cache *c, struct arena *m, const struct sync_look *look,
	struct sync_recorded *out, struct err *e)
{
	int64_t user_id = look->user_id;

	if (sync_cache_recorded(c, m, user_id, look->version, out))
		return 0;
	if (sync_recorded_fresh(d, m, user_id, out, e) != 0)
		return -1;
	sync_cache_keep_recorded(c, m, user_id, look->version, out);
	return 0;
}

/* ---- writing down ---- */

int sync_run_begin(struct db *d, struct arena *m, int64_t user_id, int64_t *run_id, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_sync_run_begin, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*run_id = row_i64(&row, sync_run_begin_id);
	event_told(d);
	return 0;
}

int sync_mark_removing(
	struct db *d, int64_t link_id, const struct span *keys, size_t n, struct err *e)
{
	return db_exec(
		d, q_sync_mark_removing, ARGS(arg_i64(link_id), arg_texts(keys, n)), NULL, e);
}

int sync_mark_dismissed(
	struct db *d, int64_t link_id, const struct span *keys, size_t n, struct err *e)
{
	if (n == 0)
		return 0;
	return db_exec(
		d, q_sync_mark_dismissed, ARGS(arg_i64(link_id), arg_texts(keys, n)), NULL, e);
}

int sync_record(struct db *d, const struct sync_note *n, struct err *e)
{
	const struct recorded_event *v = &n->event;

	return db_exec(d, q_sync_record,
		ARGS(arg_i64(n->link_id), arg_text(v->key), arg_text(v->event_id),
			arg_str(state_names[v->state]), arg_i64(v->generation), arg_text(v->etag),
			arg_text(v->hash), arg_text(v->title), arg_time(v->start_s * MICRO),
			arg_time(v->end_s * MICRO), arg_i64(n->run_id),
			arg_str(calendar_sink_slug(n->sink)), arg_str(n->what),
			arg_time(n->from_start_s == 0 ? INT64_MIN : n->from_start_s * MICRO),
			arg_str(n->reason)),
		NULL, e);
}

static int end_run(struct db *d, const struct sync_result *r, const char *status, struct err *e)
{
	if (r->run_id == 0)
		return 0;
	return db_exec(d, q_sync_run_end,
		ARGS(arg_i64(r->run_id), arg_str(status), arg_str(r->reason),
			arg_bool(r->again_s == 0)),
		NULL, e);
}

int sync_end(struct db *d, struct arena *m, const struct sync_look *look, struct sync_result *r,
	struct err *e)
{
	const char *status = r->reason == NULL ? "success" : "failed";
	bool over = r->again_s == 0;
	TX_AUTO tx = { 0 };
	struct rows rows;

	r->again = false;
	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_sync_end,
			ARGS(arg_i64(look->user_id), arg_i64(look->asked), arg_str(status),
				arg_str(r->reason), over ? arg_null() : arg_i64(r->again_s),
				arg_bool(over), arg_bool(r->run_id != 0), arg_bool(r->owed)),
			&rows, e) != 0 ||
		end_run(d, r, status, e) != 0)
		return -1;
	if (rows.n > 0)
		r->again = row_bool(&rows.v[0], sync_end_again);
	if (sync_tell(&tx, m, look->user_id, over && !r->reason && r->again ? "queued" : status,
		    e) != 0)
		return -1;
	if (over && !r->again && r->settle != NULL && r->settle(r->data, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

void sync_evict_recorded(struct cache *c, int64_t user_id)
{
	struct err e = { .kind = ERR_NONE };
	char key[60];

	(void)snprintf(key, sizeof(key), "cache:synced_events:%lld", (long long)user_id);
	if (c != NULL && cache_delete(c, span_of(key), &e) != 0)
		log_err(LOG_WARN, "sync.evict", &e);
}
