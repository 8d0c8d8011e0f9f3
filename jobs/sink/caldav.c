/*
 * A calendar on a CalDAV server. An event is the resource <calendar>/<event id>.ics, so its address
 * is as certain as its id: PUT with If-None-Match makes it once, whoever asks how often. The
 * protocol keeps no tombstones: that the owner has deleted an event is seen when it is to be
 * changed and is not there.
 *
 * Nothing is asked at the beginning when the calendar is known. That the whole calendar is gone, or
 * was made read-only, is found out by looking at it when an event's own answer leaves that open.
 */
#include "jobs/sink/sink.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "ical/ical.h"
#include "jobs/kind.h"
#include "net/caldav.h"

#define CALENDAR_TITLE "Programming contests"
#define EVENT_MOST     16384

struct dav_session {
	struct job_ctx *c;
	struct caldav dav;
	struct span calendar;
};

/* What an answer means when it says nothing about one event. */
static void general(const struct caldav_answer *a, struct sink_outcome *out)
{
	switch (a->result) {
	case CALDAV_AUTH:
	case CALDAV_FORBIDDEN:
		sink_say(out, SINK_RECONNECT, "%s", a->reason);
		break;
	case CALDAV_MISSING:
		sink_say(out, SINK_GONE, "the calendar is no longer there");
		break;
	case CALDAV_FULL:
		sink_say(out, SINK_STOPPED, "%s", a->reason);
		break;
	case CALDAV_BUSY:
		sink_say(out, SINK_LATER, "%s", a->reason);
		out->retry_after_s = a->retry_after_s;
		break;
	case CALDAV_OK:
	case CALDAV_CHANGED:
	case CALDAV_CONFLICT:
	case CALDAV_INVALID:
		sink_say(out, SINK_REFUSED, "%s", a->reason);
		break;
	}
}

static struct span address_of(const struct dav_session *s, const struct sink_event *v)
{
	bool slash = span_ends(s->calendar, "/");

	return span_of(arena_printf(s->c->mem, SPAN_FMT "%s" SPAN_FMT ".ics", SPAN_ARG(s->calendar),
		slash ? "" : "/", SPAN_ARG(v->event_id)));
}

static struct span text_of(const struct dav_session *s, const struct sink_event *v)
{
	const struct ical_event event = {
		.uid = span_of(arena_printf(s->c->mem, SPAN_FMT "@podium", SPAN_ARG(v->event_id))),
		.start_s = v->start_s,
		.end_s = v->end_s,
		.changed_s = v->changed_s,
		.created_s = INT64_MIN,
		.sequence = v->sequence,
		.status = ICAL_CONFIRMED,
		.summary = v->title,
		.description = v->description,
		.category = span_of(platform_info(v->platform)->name),
		.url = v->url,
		.colour = calendar_colour_css(v->colour),
		.has_alarm = v->reminder_min >= 0,
		.alarm_min = v->reminder_min
	};
	struct err e = { .kind = ERR_NONE };
	struct span text;
	struct ical i;
	BUF_AUTO b;

	buf_init(&b, EVENT_MOST);
	ical_begin(&i, &b,
		&(struct ical_calendar){ .product = SPAN("-//Podium//Contest calendar//EN"),
			.name = SPAN_NONE,
			.source = SPAN_NONE });
	ical_event(&i, &event);
	ical_end(&i);
	return buf_finish(&b, &text, &e) == 0 ? arena_span(s->c->mem, text) : SPAN("");
}

/* ---- one call, repeated while that may help ---- */

static void put(const struct dav_session *s, const struct sink_event *v, struct span etag,
	struct caldav_answer *a)
{
	for (int failed = 1;; failed++) {
		caldav_put(&s->dav, address_of(s, v), text_of(s, v), etag, a);
		if (a->result != CALDAV_BUSY || !sink_pause(s->c, failed, a->retry_after_s))
			return;
	}
}

static void get(const struct dav_session *s, const struct sink_event *v, struct caldav_answer *a)
{
	for (int failed = 1;; failed++) {
		caldav_get(&s->dav, address_of(s, v), a);
		if (a->result != CALDAV_BUSY || !sink_pause(s->c, failed, a->retry_after_s))
			return;
	}
}

/* True if an earlier try than the answered one may have been carried out. */
static bool delete (const struct dav_session *s, struct span address, struct caldav_answer *a)
{
	for (int failed = 1;; failed++) {
		caldav_delete(&s->dav, address, a);
		if (a->result != CALDAV_BUSY || !sink_pause(s->c, failed, a->retry_after_s))
			return failed > 1 || a->repeated;
	}
}

/* The answer for one event leaves open whether it is about the event or the calendar. */
static bool calendar_is_there(const struct dav_session *s, struct sink_outcome *out)
{
	struct caldav_answer a;

	for (int failed = 1;; failed++) {
		caldav_look(&s->dav, s->calendar, &a);
		if (a.result != CALDAV_BUSY || !sink_pause(s->c, failed, a.retry_after_s))
			break;
	}
	if (a.result == CALDAV_OK)
		return true;
	general(&a, out);
	return false;
}

static void done(const struct caldav_answer *a, enum sink_result result, struct sink_outcome *out)
{
	out->result = result;
	out->etag = a->etag;
	out->reason[0] = '\0';
}

/* Over whatever version is there now. */
static void overwrite(struct dav_session *s, const struct sink_event *v, enum sink_result result,
	struct sink_outcome *out)
{
	struct caldav_answer a;

	get(s, v, &a);
	if (a.result == CALDAV_OK && a.etag.p != NULL)
		put(s, v, a.etag, &a);
	if (a.result == CALDAV_OK)
		done(&a, result, out);
	else if (a.result == CALDAV_CHANGED)
		sink_say(out, SINK_LATER, "the event was being changed at the same time");
	else if (a.result != CALDAV_MISSING)
		general(&a, out);
	else if (calendar_is_there(s, out))
		sink_say(out, SINK_DISMISSED, "you deleted it from the calendar");
}

static void dav_insert(void *session, const struct sink_event *v, struct sink_outcome *out)
{
	struct dav_session *s = session;
	struct caldav_answer a;

	put(s, v, SPAN_NONE, &a);
	if (a.result == CALDAV_OK)
		done(&a, SINK_DONE, out);
	else if (a.result == CALDAV_CHANGED)
		overwrite(s, v, SINK_EXISTS, out);
	else if (a.same_uid)
		sink_say(out, SINK_REFUSED, "it is in the calendar already, put there by hand");
	else if (a.result != CALDAV_MISSING && a.result != CALDAV_CONFLICT)
		general(&a, out);
	else if (calendar_is_there(s, out))
		sink_say(out, SINK_REFUSED, "%s", a.reason);
}

static void dav_patch(void *session, const struct sink_event *v, struct sink_outcome *out)
{
	struct dav_session *s = session;
	struct caldav_answer a;

	if (v->etag.p == NULL) {
		overwrite(s, v, SINK_DONE, out);
		return;
	}
	put(s, v, v->etag, &a);
	if (a.result == CALDAV_OK)
		done(&a, SINK_DONE, out);
	else if (a.result == CALDAV_CHANGED || a.result == CALDAV_MISSING ||
		 a.result == CALDAV_CONFLICT)
		overwrite(s, v, SINK_DONE, out);
	else
		general(&a, out);
}

static void dav_remove(void *session, const struct sink_event *v, struct sink_outcome *out)
{
	struct dav_session *s = session;
	struct caldav_answer a;

	bool in_doubt = delete (s, address_of(s, v), &a) || v->removed_by_us;

	if (a.result == CALDAV_MISSING && !calendar_is_there(s, out))
		return;
	if (a.result == CALDAV_OK || (a.result == CALDAV_MISSING && in_doubt))
		done(&(struct caldav_answer){ .etag = SPAN_NONE }, SINK_DONE, out);
	else if (a.result == CALDAV_MISSING)
		sink_say(out, SINK_DISMISSED, "you deleted it from the calendar");
	else
		general(&a, out);
}

/* ---- the calendar ---- */

/* The calendar is found or made, and its address kept before anything is put into it. */
static void settle_in(
	struct dav_session *s, const struct calendar_link *link, struct sink_outcome *out)
{
	struct err e = { .kind = ERR_NONE };
	struct caldav_answer a = { .result = CALDAV_OK };
	bool given;

	caldav_discover(&s->dav, &s->calendar, &given, &a);
	if (a.result == CALDAV_OK && !given) {
		caldav_make(&s->dav, s->calendar, CALENDAR_TITLE, &a);
		if (a.result == CALDAV_CONFLICT)
			caldav_look(&s->dav, s->calendar, &a); // from an earlier time
	}
	if (a.result == CALDAV_MISSING || a.result == CALDAV_INVALID ||
		a.result == CALDAV_CONFLICT || a.result == CALDAV_CHANGED)
		sink_say(out, SINK_RECONNECT, "%s", a.reason);
	else if (a.result != CALDAV_OK)
		general(&a, out);
	else if ((given ? calendar_link_keep_found(s->c->db, link->id, s->calendar, &e)
			: calendar_link_keep_calendar(s->c->db, link->id, s->calendar, &e)) != 0)
		sink_say(out, SINK_LATER, "the calendar's address could not be kept");
	else
		out->result = SINK_DONE;
}

/* Whether a calendar that may have been dropped is there: else it is as if there was none. */
static bool look_again(struct dav_session *s, struct sink_outcome *out)
{
	if (calendar_is_there(s, out))
		return true;
	if (out->result != SINK_GONE)
		return false;
	s->calendar = SPAN_NONE;
	return true;
}

static void dav_begin(struct job_ctx *c, const struct calendar_link *link, struct span secret,
	void **session, struct sink_outcome *out)
{
	struct dav_session *s = arena_new_one(c->mem, struct dav_session);
	struct caldav_answer a;

	s->c = c;
	s->dav = (struct caldav){ .http = c->http, .conf = c->conf, .mem = c->mem };
	s->calendar = link->calendar;
	*session = s;
	if (!caldav_open(&s->dav, link->server, link->account, secret, &a)) {
		general(&a, out);
		return;
	}
	if (link->is_dropped && link->state == CALENDAR_OK && !look_again(s, out))
		return;
	out->result = SINK_DONE;
	for (int failed = 1; s->calendar.p == NULL || out->result == SINK_LATER; failed++) {
		settle_in(s, link, out);
		if (out->result != SINK_LATER || !sink_pause(c, failed, out->retry_after_s))
			return;
	}
}

static void dav_drop(void *session, struct sink_outcome *out)
{
	struct dav_session *s = session;
	struct caldav_answer a;

	(void)delete (s, s->calendar, &a);
	if (a.result == CALDAV_OK || a.result == CALDAV_MISSING)
		out->result = SINK_DONE;
	else
		general(&a, out);
}

/* An app password is taken back by its owner, on the server's own pages. */
static void dav_forget(struct job_ctx *c, const struct calendar_link *link, struct span secret,
	struct sink_outcome *out)
{
	(void)c;
	(void)link;
	(void)secret;
	sink_say(out, SINK_DONE, "%s", "");
}

static void dav_end(void *session)
{
	(void)session;
}

const struct sink sink_caldav = { .kind = CALENDAR_CALDAV,
	.begin = dav_begin,
	.insert = dav_insert,
	.patch = dav_patch,
	.remove = dav_remove,
	.drop = dav_drop,
	.forget = dav_forget,
	.end = dav_end };
