#include "model/event.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/cache.h"
#include "net/redis.h"

int event_append(struct tx *tx, const struct event_new *ev, struct err *e)
{
	if (ev->payload.n > EVENT_MAX_PAYLOAD)
		return err_set(e, ERR_LIMIT, "the event is over %d bytes", EVENT_MAX_PAYLOAD);
	tx->tells = true;
	return db_exec(tx->db, q_event_append,
		ARGS(arg_text(ev->scope), arg_str(ev->kind), arg_text(ev->payload)), NULL, e);
}

/* A word that is lost costs a moment: the line looks by itself. */
static void tell(void *to)
{
	struct redis *r = to;
	struct err ignored = { 0 };

	if (redis_up(r) && redis_speak(r, SPAN(EVENT_CHANNEL), &ignored) != 0)
		return; // it has logged that it is away
}

void event_tell_by(struct db *d, struct cache *c)
{
	if (c != NULL && cache_redis(c) != NULL)
		db_on_commit(d, tell, cache_redis(c));
}

void event_told(struct db *d)
{
	struct err ignored = { 0 };
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, &ignored) != 0)
		return; // a transaction that is open tells by itself
	tx.tells = true;
	(void)!tx_commit(&tx, &ignored); // nothing is sent for it
}

static void take(struct arena *m, const struct rows *rows, struct events *out)
{
	out->v = arena_new_array(m, struct event, rows->n + 1);
	out->n = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		out->v[i] = (struct event){ .id = row_i64(r, event_after_id),
			.at = row_time(r, event_after_at),
			.scope = row_text(r, event_after_scope),
			.kind = row_text(r, event_after_kind),
			.payload = row_text(r, event_after_payload) };
		out->last = out->v[i].id;
	}
}

int event_after(struct db *d, struct arena *m, const struct event_look *look, struct events *out,
	struct err *e)
{
	struct rows rows;

	*out = (struct events){ .last = look->after };
	if (db_many(d, m, q_event_after,
		    ARGS(arg_texts(look->scopes, look->n), arg_i64(look->after),
			    arg_i64(look->limit)),
		    &rows, e) != 0)
		return -1;
	take(m, &rows, out);
	return 0;
}

int event_feed(
	struct db *d, struct arena *m, int64_t after, int limit, struct events *out, struct err *e)
{
	struct rows rows;

	*out = (struct events){ .last = after };
	if (db_many(d, m, q_event_feed, ARGS(arg_i64(after), arg_i64(limit)), &rows, e) != 0)
		return -1;
	take(m, &rows, out);
	return 0;
}

int event_feed_start(struct db *d, struct arena *m, int64_t *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_event_feed_start, NO_ARGS, &row, e) != 0)
		return -1;
	*out = row_i64(&row, event_feed_start_id);
	return 0;
}

struct span event_on_one_line(struct arena *m, struct span payload)
{
	char *copy = arena_dup(m, payload);

	for (size_t i = 0; i < payload.n; i++)
		if (copy[i] == '\n' || copy[i] == '\r')
			copy[i] = ' ';
	return (struct span){ copy, payload.n };
}

int event_last(struct db *d, struct arena *m, struct span scope, int64_t *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_event_last, ARGS(arg_text(scope)), &row, e) != 0)
		return -1;
	*out = row_i64(&row, event_last_id);
	return 0;
}

int event_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_event_purge, ARGS(arg_i64(EVENT_KEEP_DAYS)), NULL, e);
}
