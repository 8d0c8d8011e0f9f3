/*
 * Google Calendar. Each operation of the sink is a few requests; each request goes through perform,
 * which pays for it from the quotas, gets a new access token once if the old one has ended, repeats
 * what may pass, and turns what concerns the whole account into an outcome. What is left, the
 * answer for this one event, is judged by the operation.
 *
 * An event's id depends on the contest alone, so whatever was cut off may be done again: an insert
 * whose answer was lost meets its own event (409), reads it and finds it as it should be. A
 * tombstone under our id is the owner's wish unless the caller knows that the deletion was ours.
 */
#include "jobs/sink/sink.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/envelope.h"
#include "base/hex.h"
#include "base/limits.h"
#include "jobs/kind.h"
#include "jobs/sink/google_quota.h"
#include "model/cache.h"
#include "net/google.h"
#include "net/google_calendar.h"
#include "os/config.h"
#include "os/log.h"

struct visit {
	struct job_ctx *c;
	const struct calendar_link *link;
	struct google google;
	struct span refresh;
	struct google_calendar calendar;
	struct google_quota quota;
};

enum request_kind {
	REQUEST_INSERT,
	REQUEST_GET,
	REQUEST_PATCH,
	REQUEST_DELETE,
	REQUEST_MAKE,
	REQUEST_LOOK,
	REQUEST_DROP
};

struct request_of {
	enum request_kind kind;
	const struct google_event *event;
	struct span etag;              // of a patch
	struct google_event_seen seen; // what came back
	struct span made;              // id of the calendar that was made
	bool in_doubt;                 // an earlier try may have been carried out
};

/* ---- outcomes ---- */

/* What concerns the account and not one event. False if the answer is none of these. */
static bool say_account(const struct google_answer *a, struct sink_outcome *out)
{
	switch (a->what) {
	case GOOGLE_LATER:
		sink_say(out, SINK_LATER, "Google does not answer as it should just now");
		out->retry_after_s = a->retry_after_s;
		return true;
	case GOOGLE_STOP:
		sink_say(out, SINK_STOPPED,
			"Google takes nothing more for this account today: its limit is reached");
		out->retry_after_s = GOOGLE_STOP_S;
		return true;
	case GOOGLE_TOKEN:
	case GOOGLE_RECONNECT:
		sink_say(out, SINK_RECONNECT, "Google has taken back the permission");
		return true;
	case GOOGLE_CONFIG:
		sink_say(out, SINK_LATER, "this site is not set up rightly at Google");
		out->retry_after_s = 3600;
		return true;
	case GOOGLE_OK:
	case GOOGLE_DENIED:
	case GOOGLE_REFUSED:
	case GOOGLE_MISSING:
	case GOOGLE_DELETED:
	case GOOGLE_EXISTS:
	case GOOGLE_CHANGED:
	case GOOGLE_RELIST:
		break;
	}
	return false;
}

/* What is left of the answers: about this event alone, or of no sense for what was asked. */
static void say_refused(const struct google_answer *a, struct sink_outcome *out)
{
	if (a->what == GOOGLE_DENIED)
		sink_say(out, SINK_REFUSED, "Google does not let Podium change this event");
	else if (a->what == GOOGLE_REFUSED)
		sink_say(out, SINK_REFUSED, "Google does not take this event (%s)",
			a->reason[0] != '\0' ? a->reason : "no reason given");
	else
		sink_say(out, SINK_LATER, "Google does not answer as it should just now");
}

static void say_gone(struct sink_outcome *out)
{
	sink_say(out, SINK_GONE, "the calendar was deleted at Google");
}

static void say_dismissed(struct sink_outcome *out)
{
	sink_say(out, SINK_DISMISSED, "it was deleted at Google and stays deleted");
}

static void say_done(struct sink_outcome *out, enum sink_result result, const struct request_of *r,
	const struct sink_event *event)
{
	sink_say(out, result, "%s", "");
	out->etag = r->seen.etag;
	out->event_id = r->event != NULL ? r->event->id : event->event_id;
	out->generation = event->generation;
}

static void note(const struct visit *v, const char *what, const struct google_answer *a)
{
	log_event(a->what == GOOGLE_CONFIG ? LOG_ERROR : LOG_WARN, "google.answer",
		LOG_TEXT("call", what), LOG_NUMBER("link", v->link->id),
		LOG_TEXT("what", google_what_name(a->what)), LOG_NUMBER("status", a->status),
		LOG_TEXT("reason", a->reason), LOG_TEXT("detail", a->detail));
}

/* ---- access tokens ---- */

/*
 * An access token is good for an hour: it is kept, sealed, so that the next sync needs no call for
 * it. It is bound to the refresh token, so that it ends with that.
 */
static void access_names(const struct visit *v, struct span *key, struct span *purpose)
{
	unsigned char hash[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];
	struct arena *m = v->c->mem;

	digest_sha256(v->refresh, hash);
	hex_encode(hash, sizeof(hash), hex);
	*key = span_of(arena_printf(m, "google:access:%lld", (long long)v->link->id));
	*purpose = span_of(arena_printf(m, "google.access:%lld:%s", (long long)v->link->id, hex));
}

static bool access_kept(struct visit *v)
{
	struct span key;
	struct span purpose;
	struct span sealed;
	struct err why = { 0 };

	if (v->c->cache == NULL || v->c->seal == NULL)
		return false;
	access_names(v, &key, &purpose);
	return cache_get(v->c->cache, v->c->mem, key, &sealed, &why) == 0 &&
	       envelope_open(v->c->seal, v->c->mem, sealed, purpose, &v->calendar.token, &why) ==
		       0 &&
	       v->calendar.token.n > 0;
}

static void access_keep(const struct visit *v, int life_s)
{
	struct span key;
	struct span purpose;
	struct span sealed;
	struct err why = { 0 };

	if (v->c->cache == NULL || v->c->seal == NULL || life_s <= GOOGLE_SKEW_S)
		return;
	access_names(v, &key, &purpose);
	if (envelope_seal(v->c->seal, v->c->mem, v->calendar.token, purpose, &sealed, &why) != 0 ||
		cache_set(v->c->cache, key, sealed, life_s - GOOGLE_SKEW_S, &why) != 0)
		log_err(LOG_WARN, "google.keep_access", &why);
}

/* A new refresh token replaces the stored one before anything else is done with the answer. */
static bool keep_refresh(struct visit *v, struct span refresh, struct sink_outcome *out)
{
	struct err why = { 0 };

	if (refresh.p == NULL)
		return true;
	for (int failed = 0; failed < 3; failed++) {
		why = (struct err){ 0 };
		if (calendar_link_keep_secret(
			    v->c->db, v->c->mem, v->c->seal, v->link->id, refresh, &why) == 0) {
			v->refresh = refresh;
			return true;
		}
	}
	log_err(LOG_ERROR, "google.keep_refresh", &why);
	sink_say(out, SINK_LATER, "the database did not take Google's new permission");
	return false;
}

static bool renew(struct visit *v, struct sink_outcome *out)
{
	struct google_tokens tokens;
	struct google_answer a;
	int failed = 0;

	do {
		google_refresh(&v->google, v->c->mem, v->refresh, &tokens, &a);
	} while (a.what == GOOGLE_LATER && sink_pause(v->c, ++failed, a.retry_after_s));
	if (a.what != GOOGLE_OK) {
		note(v, "token.refresh", &a);
		if (!say_account(&a, out))
			sink_say(out, SINK_LATER, "Google gives no access just now");
		return false;
	}
	if (!keep_refresh(v, tokens.refresh, out))
		return false;
	v->calendar.token = tokens.access;
	access_keep(v, tokens.expires_in_s);
	return true;
}

/* ---- one request, with all that belongs to it ---- */

static void ask(const struct visit *v, struct request_of *r, struct google_answer *a)
{
	const struct google_calendar *g = &v->calendar;
	struct arena *m = v->c->mem;

	switch (r->kind) {
	case REQUEST_INSERT:
		google_event_insert(g, m, r->event, &r->seen, a);
		break;
	case REQUEST_GET:
		google_event_get(g, m, r->event->id, &r->seen, a);
		break;
	case REQUEST_PATCH:
		google_event_patch(g, m, r->event, r->etag, &r->seen, a);
		break;
	case REQUEST_DELETE:
		google_event_delete(g, m, r->event->id, a);
		break;
	case REQUEST_MAKE:
		google_calendar_make(&v->google, m, g->token, "Programming contests", &r->made, a);
		break;
	case REQUEST_LOOK:
		google_calendar_look(g, m, a);
		break;
	case REQUEST_DROP:
		google_calendar_drop(g, m, a);
		break;
	}
}

/* True: a is for the caller to judge. False: *out says what became of it. */
static bool perform(
	struct visit *v, struct request_of *r, struct google_answer *a, struct sink_outcome *out)
{
	static const char *const names[] = { "events.insert", "events.get", "events.patch",
		"events.delete", "calendars.insert", "calendars.get", "calendars.delete" };
	bool renewed = false;
	int failed = 0;

	for (;;) {
		if (!google_quota_spend(&v->quota, out))
			return false;
		ask(v, r, a);
		r->in_doubt = r->in_doubt || a->repeated;
		if (a->what == GOOGLE_TOKEN && !renewed) {
			renewed = true;
			if (!renew(v, out))
				return false;
		} else if (a->what == GOOGLE_LATER &&
			   sink_pause(v->c, ++failed, a->retry_after_s)) {
			r->in_doubt = true;
		} else {
			break;
		}
	}
	if (!say_account(a, out))
		return true;
	note(v, names[r->kind], a);
	return false;
}

/* ---- begin ---- */

static bool make_calendar(struct visit *v, struct sink_outcome *out)
{
	struct request_of r = { .kind = REQUEST_MAKE };
	struct request_of undo = { .kind = REQUEST_DROP };
	struct google_answer a;
	struct err why = { 0 };

	if (!perform(v, &r, &a, out))
		return false;
	if (a.what != GOOGLE_OK) {
		note(v, "calendars.insert", &a);
		sink_say(out, SINK_RECONNECT, "Google does not let Podium make a calendar");
		return false;
	}
	v->calendar.calendar = r.made;
	if (calendar_link_keep_calendar(v->c->db, v->link->id, r.made, &why) == 0)
		return true;
	log_err(LOG_ERROR, "google.keep_calendar", &why);
	if (perform(v, &undo, &a, out)) // one that nobody knows of would stay for ever
		sink_say(out, SINK_LATER, "the database did not take the new calendar");
	return false;
}

/* Whether a calendar that may have been dropped is there: else it is as if there was none. */
static bool look_again(struct visit *v, struct sink_outcome *out)
{
	struct request_of look = { .kind = REQUEST_LOOK };
	struct google_answer a;

	if (!perform(v, &look, &a, out))
		return false;
	if (a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED)
		v->calendar.calendar = SPAN_NONE;
	return true;
}

static void begin(struct job_ctx *c, const struct calendar_link *link, struct span secret,
	void **session, struct sink_outcome *out)
{
	struct visit *v = arena_new_one(c->mem, struct visit);

	*v = (struct visit){ .c = c, .link = link, .refresh = secret };
	v->google = (struct google){ .conf = c->conf, .http = c->http };
	v->calendar = (struct google_calendar){ .google = &v->google, .calendar = link->calendar };
	google_quota_begin(&v->quota, c);
	*session = v;
	if (!google_configured(c->conf)) {
		sink_say(out, SINK_LATER, "this site is not set up for Google any more");
		out->retry_after_s = 3600;
		return;
	}
	if (!access_kept(v) && !renew(v, out))
		return;
	if (link->is_dropped && link->state == CALENDAR_OK && !look_again(v, out))
		return;
	if (v->calendar.calendar.n == 0 && !link->is_own)
		v->calendar.calendar = SPAN("primary");
	if (v->calendar.calendar.n == 0 && !make_calendar(v, out))
		return;
	sink_say(out, SINK_DONE, "%s", "");
}

/* ---- events ---- */

static struct google_event google_event_of(const struct sink_event *e)
{
	return (struct google_event){ .id = e->event_id,
		.summary = e->title,
		.description = e->description,
		.url = e->url,
		.source = span_of(platform_info(e->platform)->name),
		.start_s = e->start_s,
		.end_s = e->end_s,
		.key = e->key,
		.hash = e->hash,
		.reminder_min = e->reminder_min,
		.colour = (int)e->colour };
}

/* After a 404: whether the calendar itself is gone. True if *out is filled. */
static bool calendar_is_gone(struct visit *v, struct sink_outcome *out)
{
	struct request_of look = { .kind = REQUEST_LOOK };
	struct google_answer a;

	if (!v->link->is_own)
		return false; // nobody can delete the primary one, and we may not ask
	if (!perform(v, &look, &a, out))
		return true;
	if (a.what != GOOGLE_MISSING && a.what != GOOGLE_DELETED)
		return false;
	say_gone(out);
	return true;
}

static void insert_next_generation(
	struct visit *v, const struct sink_event *event, struct sink_outcome *out);

/* Makes an event that is there, or whose tombstone is ours, as it has to be. */
static void overwrite(struct visit *v, const struct sink_event *event, bool revive,
	struct span etag, enum sink_result result, struct sink_outcome *out)
{
	struct google_event g = google_event_of(event);
	struct request_of r = { .kind = REQUEST_PATCH, .event = &g, .etag = etag };
	struct google_answer a;

	g.is_confirmed = revive;
	if (!perform(v, &r, &a, out))
		return;
	if (a.what == GOOGLE_OK && !r.seen.is_cancelled)
		say_done(out, result, &r, event);
	else if (a.what == GOOGLE_OK && !revive)
		say_dismissed(out);
	else if (revive && (a.what == GOOGLE_DENIED || a.what == GOOGLE_OK ||
				   a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED))
		insert_next_generation(v, event, out);
	else if (a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED)
		say_dismissed(out);
	else if (a.what == GOOGLE_CHANGED) // once more changed between reading and writing
		sink_say(out, SINK_LATER, "the event is being changed at Google");
	else
		say_refused(&a, out);
}

/* What stands under the event's id decides what becomes of it. */
static void settle(struct visit *v, const struct sink_event *event, enum sink_result result,
	struct sink_outcome *out)
{
	struct google_event g = google_event_of(event);
	struct request_of r = { .kind = REQUEST_GET, .event = &g };
	struct google_answer a;
	int failed = 0;

	do {
		if (!perform(v, &r, &a, out))
			return;
	} while (a.what == GOOGLE_MISSING && result == SINK_EXISTS && failed == 0 &&
		 sink_pause(v->c, ++failed, 0));
	if (a.what == GOOGLE_OK && !r.seen.is_cancelled) {
		if (span_eq(r.seen.hash, event->hash) && result == SINK_EXISTS)
			say_done(out, result, &r, event);
		else
			overwrite(v, event, false, r.seen.etag, result, out);
	} else if (a.what == GOOGLE_OK || a.what == GOOGLE_DELETED) {
		if (event->removed_by_us)
			overwrite(v, event, true, SPAN_NONE, SINK_DONE, out);
		else
			say_dismissed(out);
	} else if (a.what == GOOGLE_MISSING && result == SINK_EXISTS) {
		insert_next_generation(v, event, out); // the id is taken by what cannot be seen
	} else if (a.what == GOOGLE_MISSING) {
		if (!calendar_is_gone(v, out))
			say_dismissed(out);
	} else {
		say_refused(&a, out);
	}
}

static void insert_once(
	struct visit *v, const struct sink_event *event, bool may_settle, struct sink_outcome *out)
{
	struct google_event g = google_event_of(event);
	struct request_of r = { .kind = REQUEST_INSERT, .event = &g };
	struct google_answer a;

	if (!perform(v, &r, &a, out))
		return;
	if (a.what == GOOGLE_OK)
		say_done(out, SINK_DONE, &r, event);
	else if (a.what == GOOGLE_EXISTS && may_settle)
		settle(v, event, SINK_EXISTS, out);
	else if (a.what == GOOGLE_EXISTS)
		sink_say(out, SINK_LATER, "Google says that the event is there and shows none");
	else if (a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED) {
		if (!calendar_is_gone(v, out))
			sink_say(out, SINK_LATER, "Google does not find the calendar just now");
	} else
		say_refused(&a, out);
}

/* The id that follows when one cannot be used again. */
static void insert_next_generation(
	struct visit *v, const struct sink_event *event, struct sink_outcome *out)
{
	struct sink_event next = *event;

	next.generation = event->generation + 1;
	next.event_id = sink_event_id(v->c->mem, event->key, next.generation);
	next.removed_by_us = false;
	// One that an earlier try has left under that id is ours; a tombstone is the owner's.
	insert_once(v, &next, event->generation < GOOGLE_MAX_GENERATION, out);
}

static void insert(void *session, const struct sink_event *event, struct sink_outcome *out)
{
	insert_once(session, event, true, out);
}

static void patch(void *session, const struct sink_event *event, struct sink_outcome *out)
{
	struct visit *v = session;
	struct google_event g = google_event_of(event);
	struct request_of r = { .kind = REQUEST_PATCH, .event = &g, .etag = event->etag };
	struct google_answer a;

	if (!perform(v, &r, &a, out))
		return;
	if (a.what == GOOGLE_OK && r.seen.is_cancelled)
		say_dismissed(out);
	else if (a.what == GOOGLE_OK)
		say_done(out, SINK_DONE, &r, event);
	else if (a.what == GOOGLE_CHANGED)
		settle(v, event, SINK_DONE, out);
	else if (a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED) {
		if (!calendar_is_gone(v, out))
			say_dismissed(out);
	} else
		say_refused(&a, out);
}

static void remove_event(void *session, const struct sink_event *event, struct sink_outcome *out)
{
	struct visit *v = session;
	const struct google_event g = { .id = event->event_id };
	struct request_of r = { .kind = REQUEST_DELETE, .event = &g };
	struct google_answer a;

	if (!perform(v, &r, &a, out))
		return;
	if (a.what == GOOGLE_MISSING && calendar_is_gone(v, out))
		return;
	if (a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED) {
		if (event->removed_by_us || r.in_doubt)
			say_done(out, SINK_DONE, &r, event);
		else
			say_dismissed(out);
	} else if (a.what == GOOGLE_OK) {
		say_done(out, SINK_DONE, &r, event);
	} else {
		say_refused(&a, out);
	}
}

/* ---- leaving ---- */

static void drop(void *session, struct sink_outcome *out)
{
	struct visit *v = session;
	struct request_of r = { .kind = REQUEST_DROP };
	struct google_answer a;

	if (!perform(v, &r, &a, out))
		return;
	if (a.what == GOOGLE_OK || a.what == GOOGLE_MISSING || a.what == GOOGLE_DELETED)
		sink_say(out, SINK_DONE, "%s", "");
	else
		say_refused(&a, out);
}

static void forget(struct job_ctx *c, const struct calendar_link *link, struct span secret,
	struct sink_outcome *out)
{
	const struct visit v = { .c = c, .link = link };
	const struct google g = { .conf = c->conf, .http = c->http };
	struct google_answer a;
	int failed = 0;

	sink_say(out, SINK_DONE, "%s", "");
	if (secret.n == 0 || !google_configured(c->conf))
		return;
	do {
		google_revoke(&g, c->mem, secret, &a);
	} while (a.what == GOOGLE_LATER && sink_pause(c, ++failed, a.retry_after_s));
	if (a.what == GOOGLE_OK || a.what == GOOGLE_RECONNECT)
		return;
	note(&v, "revoke", &a);
	sink_say(out, SINK_LATER, "Google does not take the permission back just now");
	out->retry_after_s = a.retry_after_s;
}

static void end(void *session)
{
	(void)session; // all of it lives in the job's arena
}

const struct sink sink_google = {
	.kind = CALENDAR_GOOGLE,
	.begin = begin,
	.insert = insert,
	.patch = patch,
	.remove = remove_event,
	.drop = drop,
	.forget = forget,
	.end = end,
};
