#include "net/google_calendar.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

bool google_event_id_valid(struct span id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'v') || (c >= '0' && c <= '9')))
			return false;
	}
	return id.n >= 5 && id.n <= 1024;
}

/* ---- bodies ---- */

static struct span cut(struct span s, size_t most)
{
	if (s.n > most)
		s.n = utf8_cut(s.p, most);
	return s;
}

static void put(struct json_out *j, const char *key, struct span value)
{
	json_key(j, key);
	json_put_text(j, value);
}

static void put_moment(struct json_out *j, const char *key, int64_t unix_s)
{
	json_key(j, key);
	json_object(j);
	json_key(j, "dateTime");
	json_put_time(j, unix_s * 1000000);
	json_key(j, "date");
	json_put_null(j); // an event that somebody made one of whole days becomes timed again
	json_object_end(j);
}

static void put_reminders(struct json_out *j, int minutes)
{
	json_key(j, "reminders");
	json_object(j);
	json_key(j, "useDefault");
	json_put_bool(j, false);
	json_key(j, "overrides");
	json_array(j);
	if (minutes >= 0) {
		json_object(j);
		put(j, "method", SPAN("popup"));
		json_key(j, "minutes");
		json_put_i64(j, minutes);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void put_colour(struct json_out *j, int colour)
{
	char digits[12];

	json_key(j, "colorId");
	if (colour == 0) {
		json_put_null(j);
		return;
	}
	snprintf(digits, sizeof(digits), "%d", colour);
	json_put_text(j, span_of(digits));
}

void google_event_print(const struct google_event *event, struct buf *b)
{
	struct json_out j;

	json_begin(&j, b);
	json_object(&j);
	if (event->id.p != NULL)
		put(&j, "id", event->id);
	if (event->is_confirmed)
		put(&j, "status", SPAN("confirmed"));
	put(&j, "summary", cut(event->summary, GOOGLE_MAX_SUMMARY));
	put(&j, "description", cut(event->description, GOOGLE_MAX_DESCRIPTION));
	put(&j, "location", cut(event->url, GOOGLE_MAX_SUMMARY));
	put_moment(&j, "start", event->start_s);
	put_moment(&j, "end", event->end_s);
	put(&j, "transparency", SPAN("transparent"));
	json_key(&j, "source");
	json_object(&j);
	put(&j, "title", event->source);
	put(&j, "url", event->url);
	json_object_end(&j);
	json_key(&j, "extendedProperties");
	json_object(&j);
	json_key(&j, "private");
	json_object(&j);
	put(&j, "contestKey", cut(event->key, GOOGLE_MAX_PROPERTY));
	put(&j, "hash", cut(event->hash, GOOGLE_MAX_PROPERTY));
	json_object_end(&j);
	json_object_end(&j);
	put_reminders(&j, event->reminder_min);
	put_colour(&j, event->colour);
	json_object_end(&j);
}

bool google_event_read(struct span body, struct arena *m, struct google_event_seen *out)
{
	JSON_AUTO root = NULL;
	struct err why = { 0 };
	struct google_event_seen seen = { .is_cancelled = false };
	const struct json *own;
	struct span status = SPAN_NONE;

	*out = seen;
	if (json_parse(body, &root, &why) != 0 || !json_is_object(root))
		return false;
	own = json_get(json_get(root, "extendedProperties"), "private");
	json_text(json_get(own, "contestKey"), &seen.key);
	json_text(json_get(own, "hash"), &seen.hash);
	if (!json_text(json_get(root, "status"), &status) ||
		!json_text(json_get(root, "etag"), &seen.etag) || seen.etag.n == 0 ||
		seen.etag.n > GOOGLE_MAX_ETAG)
		return false;
	for (size_t i = 0; i < seen.etag.n; i++) {
		if (seen.etag.p[i] < 0x20 || seen.etag.p[i] == 0x7f)
			return false; // it will stand in a header; bytes over 0x7f are negative
	}
	*out = (struct google_event_seen){ arena_span(m, seen.etag), arena_span(m, seen.key),
		arena_span(m, seen.hash), span_is(status, "cancelled") };
	return true;
}

/* ---- calls ---- */

struct call {
	const char *method;
	const char *path;
	struct span body;
	struct span etag;
};

static bool send(const struct google *g, struct arena *m, struct span token,
	const struct call *call, struct http_reply *reply, struct google_answer *a)
{
	const char *headers[4];
	size_t n = 0;

	headers[n++] = arena_printf(m, "Authorization: Bearer " SPAN_FMT, SPAN_ARG(token));
	if (call->body.p != NULL)
		headers[n++] = "Content-Type: application/json";
	if (call->etag.p != NULL)
		headers[n++] = arena_printf(m, "If-Match: " SPAN_FMT, SPAN_ARG(call->etag));
	headers[n] = NULL;
	const struct http_request r = { .method = call->method,
		.base = g->conf->google_calendar_url,
		.path = call->path,
		.headers = headers,
		.body = call->body,
		.timeout_ms = g->timeout_ms,
		.max_body = GOOGLE_MAX_ANSWER };

	*a = (struct google_answer){ .status = 0 };
	if (!google_send(g, m, &r, reply, a))
		return false;
	google_judge_call(reply->status, reply->body, a);
	a->retry_after_s = reply->retry_after_s;
	a->repeated = reply->repeated;
	return a->what == GOOGLE_OK;
}

static void unreadable(struct google_answer *a)
{
	a->what = GOOGLE_LATER; // a proxy's page, or half of an answer
	snprintf(a->detail, sizeof(a->detail), "the answer cannot be read");
}

static const char *event_path(const struct google_calendar *c, struct arena *m, struct span id)
{
	const char *calendar = http_escape(m, c->calendar);

	if (id.p == NULL)
		return arena_printf(m, "/calendars/%s/events", calendar);
	return arena_printf(m, "/calendars/%s/events/%s", calendar, http_escape(m, id));
}

static void send_event(const struct google_calendar *c, struct arena *m, const struct call *call,
	struct google_event_seen *out, struct google_answer *a)
{
	struct http_reply reply;

	*out = (struct google_event_seen){ .is_cancelled = false };
	if (send(c->google, m, c->token, call, &reply, a) && !google_event_read(reply.body, m, out))
		unreadable(a);
}

static struct span body_of(const struct google_event *event, struct arena *m)
{
	BUF_AUTO b;
	struct span text;
	struct err why = { 0 };

	buf_init(&b, GOOGLE_MAX_ANSWER);
	google_event_print(event, &b);
	if (buf_finish(&b, &text, &why) != 0)
		return SPAN(""); // the parts are cut before: not reached
	return arena_span(m, text);
}

void google_event_insert(const struct google_calendar *c, struct arena *m,
	const struct google_event *event, struct google_event_seen *out, struct google_answer *a)
{
	const struct call call = { "POST", event_path(c, m, SPAN_NONE), body_of(event, m),
		SPAN_NONE };

	send_event(c, m, &call, out, a);
}

void google_event_get(const struct google_calendar *c, struct arena *m, struct span id,
	struct google_event_seen *out, struct google_answer *a)
{
	const struct call call = { "GET", event_path(c, m, id), SPAN_NONE, SPAN_NONE };

	send_event(c, m, &call, out, a);
}

void google_event_patch(const struct google_calendar *c, struct arena *m,
	const struct google_event *event, struct span etag, struct google_event_seen *out,
	struct google_answer *a)
{
	const struct call call = { "PATCH", event_path(c, m, event->id), body_of(event, m), etag };

	send_event(c, m, &call, out, a);
}

void google_event_delete(
	const struct google_calendar *c, struct arena *m, struct span id, struct google_answer *a)
{
	const struct call call = { "DELETE", event_path(c, m, id), SPAN_NONE, SPAN_NONE };
	struct http_reply reply;

	(void)send(c->google, m, c->token, &call, &reply, a);
}

void google_calendar_make(const struct google *g, struct arena *m, struct span token,
	const char *summary, struct span *id, struct google_answer *a)
{
	JSON_AUTO root = NULL;
	BUF_AUTO b;
	struct json_out j;
	struct call call = { "POST", "/calendars", SPAN_NONE, SPAN_NONE };
	struct http_reply reply;
	struct span found;
	struct err why = { 0 };

	*id = SPAN_NONE;
	buf_init(&b, GOOGLE_MAX_SUMMARY * 2);
	json_begin(&j, &b);
	json_object(&j);
	put(&j, "summary", span_of(summary));
	put(&j, "timeZone", SPAN("UTC"));
	json_object_end(&j);
	if (buf_finish(&b, &call.body, &why) != 0) {
		*a = (struct google_answer){ .what = GOOGLE_REFUSED };
		return;
	}
	if (!send(g, m, token, &call, &reply, a))
		return;
	if (json_parse(reply.body, &root, &why) != 0 || !json_text(json_get(root, "id"), &found) ||
		found.n == 0 || found.n > GOOGLE_MAX_CALENDAR)
		unreadable(a);
	else
		*id = arena_span(m, found);
}

static void whole_calendar(const struct google_calendar *c, struct arena *m, const char *method,
	struct google_answer *a)
{
	const struct call call = { method,
		arena_printf(m, "/calendars/%s", http_escape(m, c->calendar)), SPAN_NONE,
		SPAN_NONE };
	struct http_reply reply;

	(void)send(c->google, m, c->token, &call, &reply, a);
}

void google_calendar_look(const struct google_calendar *c, struct arena *m, struct google_answer *a)
{
	whole_calendar(c, m, "GET", a);
}

void google_calendar_drop(const struct google_calendar *c, struct arena *m, struct google_answer *a)
{
	whole_calendar(c, m, "DELETE", a);
}
