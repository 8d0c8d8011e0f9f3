/*
 * JSON arrays by position: [version, ...]. The reader takes nothing on trust, because what lies in
 * Redis may be of another release.
 */
#include "model/sync_cache.h"

#include <limits.h>

#include "base/limits.h"
#include "model/cache.h"
#include "model/sync_run.h"
#include "net/json.h"

/* ---- writing ---- */

static void put_style(struct json_out *j, const struct calendar_style *s)
{
	json_array(j);
	for (int p = 0; p < N_PLATFORMS; p++) {
		json_put_i64(j, s->reminders[p]);
		json_put_i64(j, s->colours[p]);
	}
	json_array_end(j);
}

void sync_member_write(struct buf *out, int64_t version, const struct sync_member *member)
{
	struct json_out j;

	json_begin(&j, out);
	json_array(&j);
	json_put_i64(&j, version);
	json_put_bool(&j, member->active);
	json_put_i64(&j, member->platforms);
	json_put_i64(&j, member->notice_min);
	for (size_t i = 0; i < member->links.n; i++) {
		const struct calendar_link *l = &member->links.v[i];

		json_array(&j);
		json_put_i64(&j, l->id);
		json_put_i64(&j, l->user_id);
		json_put_i64(&j, l->sink);
		json_put_i64(&j, l->state);
		json_put_text(&j, l->account);
		json_put_text(&j, l->server);
		json_put_text(&j, l->calendar);
		json_put_bool(&j, l->is_own);
		json_put_bool(&j, l->has_secret);
		json_put_i64(&j, l->stopped_until);
		put_style(&j, &l->style);
		json_put_bool(&j, l->is_dropped);
		json_array_end(&j);
	}
	json_array_end(&j);
}

void sync_recorded_write(struct buf *out, int64_t version, const struct sync_recorded *recorded)
{
	struct json_out j;

	json_begin(&j, out);
	json_array(&j);
	json_put_i64(&j, version);
	for (size_t i = 0; i < recorded->n; i++) {
		const struct recorded_event *v = &recorded->v[i];

		json_array(&j);
		json_put_i64(&j, recorded->link_ids[i]);
		json_put_text(&j, v->key);
		json_put_text(&j, v->event_id);
		json_put_i64(&j, v->generation);
		json_put_text(&j, v->etag);
		json_put_text(&j, v->hash);
		json_put_i64(&j, v->state);
		json_put_text(&j, v->title);
		json_put_i64(&j, v->start_s);
		json_put_i64(&j, v->end_s);
		json_array_end(&j);
	}
	json_array_end(&j);
}

/* ---- reading: each function takes the next value of an array ---- */

struct reader {
	const struct json *array;
	size_t at;
	struct arena *mem;
	bool good;
};

static int64_t take_number(struct reader *r, int64_t least, int64_t most)
{
	int64_t v = 0;

	if (!json_i64(json_at(r->array, r->at++), &v) || v < least || v > most)
		r->good = false;
	return v;
}

static bool take_bool(struct reader *r)
{
	bool v = false;

	if (!json_bool(json_at(r->array, r->at++), &v))
		r->good = false;
	return v;
}

/* null is SPAN_NONE. */
static struct span take_text(struct reader *r)
{
	const struct json *v = json_at(r->array, r->at++);
	struct span text = SPAN_NONE;

	if (!json_is_null(v) && !json_text(v, &text))
		r->good = false;
	return arena_span(r->mem, text);
}

static void take_style(struct reader *r, struct calendar_style *out)
{
	struct reader s = { json_at(r->array, r->at++), 0, r->mem, true };

	for (int p = 0; p < N_PLATFORMS; p++) {
		out->reminders[p] =
			(int)take_number(&s, CALENDAR_REMINDER_USUAL, CALENDAR_REMINDER_MOST);
		out->colours[p] = (enum calendar_colour)take_number(&s, 0, N_CALENDAR_COLOURS - 1);
	}
	r->good = r->good && s.good;
}

static struct reader start(struct json *root, struct arena *m, int64_t version)
{
	struct reader r = { root, 0, m, true };

	if (take_number(&r, 0, INT64_MAX) != version)
		r.good = false;
	return r;
}

static bool read_link(const struct json *array, struct arena *m, struct calendar_link *l)
{
	struct reader r = { array, 0, m, true };

	l->id = take_number(&r, 1, INT64_MAX);
	l->user_id = take_number(&r, 1, INT64_MAX);
	l->sink = (enum calendar_sink)take_number(&r, 0, N_CALENDAR_SINKS - 1);
	l->state = (enum calendar_link_state)take_number(&r, 0, CALENDAR_OFF);
	l->account = take_text(&r);
	l->server = take_text(&r);
	l->calendar = take_text(&r);
	l->is_own = take_bool(&r);
	l->has_secret = take_bool(&r);
	l->stopped_until = take_number(&r, INT64_MIN, INT64_MAX);
	take_style(&r, &l->style);
	l->is_dropped = take_bool(&r);
	l->created_at = INT64_MIN;
	l->synced_at = INT64_MIN;
	return r.good;
}

bool sync_member_read(struct span text, struct arena *m, int64_t version, struct sync_member *out)
{
	struct err e = { .kind = ERR_NONE };
	JSON_AUTO root = NULL;
	struct calendar_link *v;
	struct reader r;
	size_t n;

	if (json_parse(text, &root, &e) != 0 || json_length(root) < 4)
		return false;
	r = start(root, m, version);
	*out = (struct sync_member){ .active = take_bool(&r),
		.platforms = (unsigned)take_number(&r, 0, INT16_MAX),
		.notice_min = (int)take_number(&r, 0, CALENDAR_REMINDER_MOST) };
	n = json_length(root) - 4;
	v = arena_new_array(m, struct calendar_link, n);
	for (size_t i = 0; i < n && r.good; i++)
		r.good = read_link(json_at(root, 4 + i), m, &v[i]);
	out->links = (struct calendar_links){ v, n };
	return r.good;
}

static bool read_event(
	const struct json *array, struct arena *m, int64_t *link_id, struct recorded_event *v)
{
	struct reader r = { array, 0, m, true };

	*link_id = take_number(&r, 1, INT64_MAX);
	v->key = take_text(&r);
	v->event_id = take_text(&r);
	v->generation = (int)take_number(&r, 0, INT_MAX);
	v->etag = take_text(&r);
	v->hash = take_text(&r);
	v->state = (enum event_state)take_number(&r, 0, EVENT_LATE);
	v->title = take_text(&r);
	v->start_s = take_number(&r, INT64_MIN, INT64_MAX);
	v->end_s = take_number(&r, INT64_MIN, INT64_MAX);
	return r.good && v->key.p != NULL && v->event_id.p != NULL && v->hash.p != NULL &&
	       v->title.p != NULL;
}

bool sync_recorded_read(
	struct span text, struct arena *m, int64_t version, struct sync_recorded *out)
{
	struct err e = { .kind = ERR_NONE };
	JSON_AUTO root = NULL;
	struct recorded_event *v;
	struct reader r;
	int64_t *ids;
	size_t n;

	if (json_parse(text, &root, &e) != 0 || json_length(root) < 1)
		return false;
	r = start(root, m, version);
	n = json_length(root) - 1;
	v = arena_new_array(m, struct recorded_event, n);
	ids = arena_new_array(m, int64_t, n);
	for (size_t i = 0; i < n && r.good; i++)
		r.good = read_event(json_at(root, 1 + i), m, &ids[i], &v[i]);
	*out = (struct sync_recorded){ ids, v, n };
	return r.good;
}

/* ---- the cache ---- */

static struct span key_of(struct arena *m, const char *what, int64_t user_id)
{
	return span_of(arena_printf(m, "cache:%s:%lld", what, (long long)user_id));
}

static bool get(struct cache *c, struct arena *m, struct span key, struct span *text)
{
	struct err e = { .kind = ERR_NONE };

	return c != NULL && cache_get(c, m, key, text, &e) == 0;
}

static void keep(struct cache *c, struct span key, struct buf *b)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;

	if (c != NULL && buf_finish(b, &text, &e) == 0)
		(void)!cache_set(c, key, text, SYNC_CACHE_S, &e);
}

bool sync_cache_member(
	struct cache *c, struct arena *m, int64_t user_id, int64_t version, struct sync_member *out)
{
	struct span text;

	return get(c, m, key_of(m, "user", user_id), &text) &&
	       sync_member_read(text, m, version, out);
}

void sync_cache_keep_member(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	const struct sync_member *member)
{
	BUF_AUTO b;

	buf_init(&b, CACHE_MAX_VALUE);
	sync_member_write(&b, version, member);
	keep(c, key_of(m, "user", user_id), &b);
}

bool sync_cache_recorded(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	struct sync_recorded *out)
{
	struct span text;

	return get(c, m, key_of(m, "synced_events", user_id), &text) &&
	       sync_recorded_read(text, m, version, out);
}

void sync_cache_keep_recorded(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	const struct sync_recorded *recorded)
{
	BUF_AUTO b;

	buf_init(&b, CACHE_MAX_VALUE);
	sync_recorded_write(&b, version, recorded);
	keep(c, key_of(m, "synced_events", user_id), &b);
}
