/*
 * Disconnects a calendar: removes what Podium has put there, if that is wanted, gives the access
 * back and forgets the secret. A service that does not answer is asked again, SINK_LEAVE_TRIES
 * times; then, and at once where it does not let us in any more, what is left there is left alone:
 * nobody has to keep a calendar connected that does not work.
 */
#include "jobs/kind.h"

#include "base/limits.h"
#include "jobs/sink/sink.h"
#include "model/cache.h"
#include "model/calendar_link.h"
#include "model/job.h"
#include "model/mail.h"
#include "model/sync.h"
#include "model/sync_run.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/log.h"

struct leave {
	struct job_ctx *c;
	int64_t link_id;
	int64_t user_id;
	bool remove;
	const struct calendar_link *link;
	const struct sink *sink;
	struct span secret; // SPAN_NONE: none, or not readable
	struct sink_outcome removal;
};

static int read_payload(struct leave *l, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(l->c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "link"), &l->link_id) ||
		!json_i64(json_get(root, "user"), &l->user_id) ||
		!json_bool(json_get(root, "remove"), &l->remove))
		return err_set(e, ERR_INVALID, "the payload names no calendar");
	return 0;
}

static int find_link(struct leave *l, struct err *e)
{
	struct calendar_links all;

	if (calendar_link_all(l->c->db, l->c->mem, l->user_id, &all, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].id == l->link_id && all.v[i].state == CALENDAR_LEAVING)
			l->link = &all.v[i];
	return 0;
}

/* From now on what is missing there was removed by us: whoever connects it again has it made anew.
 */
static int mark(struct leave *l, const struct sync_recorded *all, struct err *e)
{
	struct span *keys = arena_new_array(l->c->mem, struct span, all->n);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->link_ids[i] == l->link_id && all->v[i].state == EVENT_PRESENT)
			keys[n++] = all->v[i].key;
	return sync_mark_removing(l->c->db, l->link_id, keys, n, e);
}

/* One by one, those that are not over: also of a calendar that goes as a whole afterwards, because
 * what its owner had deleted is told only so, and kept as such. Stops at the first that says
 * something about the whole account. */
static int remove_events(
	struct leave *l, const struct sync_recorded *all, void *session, struct err *e)
{
	struct span *dismissed = arena_new_array(l->c->mem, struct span, all->n);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct recorded_event *v = &all->v[i];
		struct sink_outcome one = { .result = SINK_LATER };
		struct sink_event event = { .key = v->key,
			.event_id = v->event_id,
			.generation = v->generation,
			.etag = v->etag,
			.hash = v->hash,
			.title = v->title,
			.start_s = v->start_s,
			.end_s = v->end_s,
			.removed_by_us = v->state == EVENT_REMOVING };

		if (all->link_ids[i] != l->link_id || v->end_s * 1000000 < clock_unix_us() ||
			(v->state != EVENT_PRESENT && v->state != EVENT_REMOVING))
			continue;
		l->sink->remove(session, &event, &one);
		if (one.result == SINK_GONE)
			break;
		if (one.result == SINK_DISMISSED)
			dismissed[n++] = v->key;
		else if (one.result != SINK_DONE)
			l->removal = one;
		if (one.result > SINK_REFUSED)
			break;
	}
	return sync_mark_dismissed(l->c->db, l->link_id, dismissed, n, e);
}

static int remove_all(struct leave *l, struct err *e)
{
	struct sync_recorded all;
	void *session = NULL;
	int rc = 0;

	if (sync_recorded_fresh(l->c->db, l->c->mem, l->user_id, &all, e) != 0 ||
		mark(l, &all, e) != 0 ||
		(l->link->is_own && calendar_link_dropping(l->c->db, l->link_id, e) != 0))
		return -1;
	l->sink->begin(l->c, l->link, l->secret, &session, &l->removal);
	if (l->removal.result != SINK_DONE)
		return 0;
	rc = remove_events(l, &all, session, e);
	if (rc == 0 && l->link->is_own && l->removal.result <= SINK_REFUSED) {
		l->removal = (struct sink_outcome){ .result = SINK_DONE };
		l->sink->drop(session, &l->removal);
	}
	l->sink->end(session);
	if (!l->link->is_own || l->removal.result != SINK_DONE)
		return rc;
	// stored before the access is given back: after that nobody could look
	return calendar_link_emptied(l->c->db, l->link_id, e);
}

/* -1 if the service may do it at another time and there is another try. */
static int wait_for(const struct leave *l, const struct sink_outcome *o, struct err *e)
{
	if ((o->result != SINK_LATER && o->result != SINK_STOPPED) ||
		l->c->attempt >= SINK_LEAVE_TRIES)
		return 0;
	e->retry_after_s = o->retry_after_s;
	return err_set(e, ERR_TEMPORARY, "%s", o->reason);
}

static int work(struct leave *l, struct err *e)
{
	struct sink_outcome given_back = { .result = SINK_DONE };
	struct err why = { .kind = ERR_NONE };

	if (find_link(l, e) != 0)
		return -1;
	if (l->link == NULL)
		return 0;
	l->sink = sink_of(l->link->sink);
	l->removal.result = SINK_DONE;
	if (l->sink != NULL && l->link->has_secret &&
		calendar_link_secret(
			l->c->db, l->c->mem, l->c->seal, l->link_id, &l->secret, &why) != 0) {
		log_err(LOG_WARN, "leave.secret", &why);
		if (l->remove)
			sink_say(&l->removal, SINK_REFUSED, "the stored access cannot be read");
	}
	if (l->secret.p == NULL)
		return 0;
	if (l->remove && l->link->calendar.p != NULL && remove_all(l, e) != 0)
		return -1;
	if (wait_for(l, &l->removal, e) != 0)
		return -1;
	l->sink->forget(l->c, l->link, l->secret, &given_back);
	return wait_for(l, &given_back, e);
}

static int settle(void *data, struct tx *tx, struct err *e)
{
	return job_settle(data, tx, e);
}

static int finish(struct leave *l, struct err *e)
{
	const struct calendar_left left = { .link = l->link,
		.remains = l->removal.result != SINK_DONE ? l->removal.reason : NULL,
		.settle = settle,
		.data = l->c };

	if (l->link == NULL)
		return 0;
	if (calendar_link_left(l->c->db, l->c->mem, l->c->seal, &left, e) != 0)
		return -1;
	mail_wake(l->c->db);
	return 0;
}

int kind_calendar_leave(struct job_ctx *c, struct err *e)
{
	struct leave l = { .c = c };
	struct sync_turn t;
	int rc;

	if (read_payload(&l, e) != 0 ||
		sync_enter(c->db, c->cache, c->mem, &(struct sync_turn_of){ l.user_id, c->id }, &t,
			e) != 0)
		return -1;
	if (!t.turn) {
		e->retry_after_s = 2;
		return err_set(e, ERR_TEMPORARY, "the calendar is being synced");
	}
	rc = work(&l, e);
	if (rc == 0)
		rc = finish(&l, e);
	sync_evict(c->cache, l.user_id);
	sync_evict_recorded(c->cache, l.user_id);
	sync_leave(c->cache, &t);
	return rc;
}
