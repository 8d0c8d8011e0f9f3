/*
 * From a plan to calls and from their outcomes to rows. Removals are noted as begun before the
 * first call, so that a worker killed in the middle leaves no doubt about who removed an event.
 * What the calendar asks for, to be left alone, to be connected again, is kept with the link, and
 * its owner is told once.
 */
#include "jobs/sink/apply.h"

#include "base/limits.h"
#include "jobs/kind.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

struct apply {
	struct job_ctx *c;
	const struct sink_work *w;
	struct sink_report *report;
	void *session;
	bool stop;
};

int sink_reminder(const struct calendar_link *link, enum platform p, int notice_min)
{
	int minutes = link->style.reminders[p];

	return minutes == CALENDAR_REMINDER_USUAL ? notice_min : minutes;
}

/* ---- what an action sends, and what is recorded of it ---- */

static struct sink_event event_of(struct apply *a, const struct reconcile_action *act)
{
	const struct recorded_event *r = act->recorded;
	const struct sync_contest *contest;
	struct sink_event v = { .removed_by_us = act->may_revive };

	if (r != NULL) {
		v.key = r->key;
		v.event_id = r->event_id;
		v.generation = r->generation;
		v.etag = r->etag;
		v.hash = r->hash;
		v.title = r->title;
		v.start_s = r->start_s;
		v.end_s = r->end_s;
	}
	if (act->wanted == NULL)
		return v;
	contest = a->w->contest[act->wanted - a->w->wanted];
	v.key = act->wanted->key;
	v.hash = act->wanted->hash;
	v.platform = contest->platform;
	v.title = contest->title;
	v.url = contest->url;
	v.description = contest->description;
	v.start_s = contest->start_s;
	v.end_s = contest->end_s;
	v.changed_s = contest->changed_s;
	v.sequence = contest->sequence;
	v.reminder_min = sink_reminder(a->w->link, contest->platform, a->w->notice_min);
	v.colour = a->w->link->style.colours[contest->platform];
	if (r == NULL)
		v.event_id = sink_event_id(a->c->mem, v.key, v.generation);
	return v;
}

static const char *what_of(const struct reconcile_action *act)
{
	switch (act->what) {
	case RECONCILE_REMOVE:
		return "removed";
	case RECONCILE_INSERT:
		return "added";
	case RECONCILE_LEAVE_OUT:
		return "left_out";
	case RECONCILE_PATCH:
		break;
	}
	return act->why == RECONCILE_MOVED     ? "moved"
	       : act->why == RECONCILE_RENAMED ? "renamed"
					       : "changed";
}

/* Why a contest is no longer wanted. */
static const char *why_removed(const struct apply *a, const struct recorded_event *r)
{
	struct span rest = r->key;
	struct span slug;
	enum platform p;

	if (span_split(&rest, ':', &slug) && platform_find(slug, &p) && a->w->platforms != 0 &&
		(a->w->platforms & 1U << p) == 0)
		return "its platform is no longer chosen";
	return "no longer announced by its platform";
}

static int record(struct apply *a, const struct reconcile_action *act, const struct sink_event *v,
	const struct sink_outcome *o, enum event_state state, struct err *e)
{
	struct sync_note n = { .run_id = a->w->run_id,
		.link_id = a->w->link->id,
		.sink = a->w->link->sink,
		.event = { .key = v->key,
			.event_id = o->event_id.p != NULL ? o->event_id : v->event_id,
			.generation = o->event_id.p != NULL ? o->generation : v->generation,
			.etag = o->etag,
			.hash = v->hash,
			.state = state,
			.title = v->title,
			.start_s = v->start_s,
			.end_s = v->end_s },
		.what = what_of(act) };

	if (state == EVENT_REMOVED)
		n.reason = why_removed(a, act->recorded);
	if (act->why == RECONCILE_MOVED && act->recorded->start_s != v->start_s)
		n.from_start_s = act->recorded->start_s;
	if (state == EVENT_DISMISSED || state == EVENT_REFUSED || state == EVENT_LATE) {
		n.what = act->what == RECONCILE_REMOVE ? "removed" : "left_out";
		n.reason = o->reason;
	}
	a->report->recorded = true;
	return sync_record(a->c->db, &n, e);
}

/* ---- what concerns the whole calendar ---- */

static int lose(struct apply *a, enum calendar_link_state state, const char *reason, struct err *e)
{
	const struct calendar_loss loss = { a->w->link, state, reason };

	return calendar_link_lose(a->c->db, a->c->mem, a->c->seal, &loss, e);
}

/* What ends the work on this calendar for now. */
static int give_up(struct apply *a, const struct sink_outcome *o, struct err *e)
{
	const char *why = o->reason[0] != '\0' ? o->reason : "the calendar did not answer";

	a->stop = true;
	a->report->reason =
		arena_printf(a->c->mem, "%s: %s", calendar_sink_name(a->w->link->sink), why);
	log_event(LOG_WARN, "sync.trouble", LOG_NUMBER("link", a->w->link->id),
		LOG_NUMBER("result", o->result), LOG_TEXT("reason", why));
	switch (o->result) {
	case SINK_RECONNECT:
		return lose(a, CALENDAR_RECONNECT, why, e);
	case SINK_GONE:
		return lose(a, CALENDAR_GONE, why, e);
	case SINK_STOPPED:
		return calendar_link_stop(a->c->db, a->w->link->id,
			o->retry_after_s > 0 ? o->retry_after_s : SINK_STOP_S, why, e);
	case SINK_LATER:
	case SINK_DONE:
	case SINK_EXISTS:
	case SINK_DISMISSED:
	case SINK_REFUSED:
		break;
	}
	a->report->again_s = o->retry_after_s > 0 ? o->retry_after_s : SYNC_AGAIN_S;
	return 0;
}

/* ---- one action ---- */

static int judge(struct apply *a, const struct reconcile_action *act, const struct sink_event *v,
	struct sink_outcome *o, struct err *e)
{
	bool removal = act->what == RECONCILE_REMOVE;

	switch (o->result) {
	case SINK_DONE:
	case SINK_EXISTS:
		return record(a, act, v, o, removal ? EVENT_REMOVED : EVENT_PRESENT, e);
	case SINK_DISMISSED:
		if (o->reason[0] == '\0')
			sink_say(o, SINK_DISMISSED, "you deleted it from the calendar");
		return record(a, act, v, o, EVENT_DISMISSED, e);
	case SINK_REFUSED:
		return record(a, act, v, o, EVENT_REFUSED, e);
	case SINK_LATER:
	case SINK_STOPPED:
	case SINK_RECONNECT:
	case SINK_GONE:
		break;
	}
	return give_up(a, o, e);
}

static int act_on(struct apply *a, const struct reconcile_action *act, struct err *e)
{
	struct sink_event v = event_of(a, act);
	struct sink_outcome o = { .result = SINK_LATER };

	switch (act->what) {
	case RECONCILE_INSERT:
		a->w->sink->insert(a->session, &v, &o);
		break;
	case RECONCILE_PATCH:
		a->w->sink->patch(a->session, &v, &o);
		break;
	case RECONCILE_REMOVE:
		a->w->sink->remove(a->session, &v, &o);
		break;
	case RECONCILE_LEAVE_OUT:
		sink_say(&o, SINK_DONE, "it became known less than %d minutes before its start",
			a->w->notice_min);
		return record(a, act, &v, &o, EVENT_LATE, e);
	}
	return judge(a, act, &v, &o, e);
}

static int mark_removals(struct apply *a, struct err *e)
{
	const struct reconcile_plan *p = &a->w->plan;
	struct span *keys = arena_new_array(a->c->mem, struct span, p->n);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].what == RECONCILE_REMOVE && p->v[i].recorded->state == EVENT_PRESENT)
			keys[n++] = p->v[i].recorded->key;
	if (n == 0)
		return 0;
	a->report->recorded = true;
	return sync_mark_removing(a->c->db, a->w->link->id, keys, n, e);
}

/* True if the plan needs the calendar itself. */
static bool needs_calendar(const struct reconcile_plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].what != RECONCILE_LEAVE_OUT)
			return true;
	return false;
}

static int run(struct apply *a, struct err *e)
{
	const struct reconcile_plan *p = &a->w->plan;

	if (mark_removals(a, e) != 0)
		return -1;
	for (size_t i = 0; i < p->n && !a->stop; i++) {
		if (clock_mono_us() > a->w->end_by_us) {
			a->report->reason = "there is much to do; the rest follows";
			a->report->again_s = 1;
			return 0;
		}
		if (act_on(a, &p->v[i], e) != 0)
			return -1;
	}
	return 0;
}

int sink_apply(struct job_ctx *c, const struct sink_work *w, struct sink_report *out, struct err *e)
{
	struct apply a = { .c = c, .w = w, .report = out };
	struct sink_outcome o = { .result = SINK_LATER };
	struct span secret;
	int rc;

	*out = (struct sink_report){ .recorded = false };
	if (needs_calendar(&w->plan)) {
		if (calendar_link_secret(c->db, c->mem, c->seal, w->link->id, &secret, e) != 0)
			return -1;
		w->sink->begin(c, w->link, secret, &a.session, &o);
		if (o.result != SINK_DONE)
			return give_up(&a, &o, e);
	}
	rc = run(&a, e);
	if (a.session != NULL)
		w->sink->end(a.session);
	if (rc == 0 && out->reason == NULL)
		rc = calendar_link_right(c->db, w->link->id, e);
	return rc;
}
