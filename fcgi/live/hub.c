#include "fcgi/live/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define TABLE       16384
#define FIRST_RING  8
#define FULL_SHARES 4 // under want of memory a ring keeps one of so many of its events

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

void hub_init(struct hub *h)
{
	*h = (struct hub){ .n_table = TABLE, .position = -1 };
	h->table = must(calloc(h->n_table, sizeof(struct scope *)));
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static struct scope **place(const struct hub *h, struct span name)
{
	uint64_t hash = UINT64_C(14695981039346656037); // FNV-1a
	struct scope **at;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
	at = &h->table[hash & (h->n_table - 1)];
	while (*at != NULL && !span_eq(name, (struct span){ (*at)->name, (*at)->n_name }))
		at = &(*at)->chain;
	return at;
}

struct scope *hub_find(const struct hub *h, struct span name)
{
	return *place(h, name);
}

struct scope *hub_scope(struct hub *h, struct span name)
{
	struct scope **at = place(h, name);
	struct scope *s = *at;

	if (s != NULL)
		return s;
	s = must(calloc(1, sizeof(*s) + name.n));
	memcpy(s->name, name.p, name.n);
	s->n_name = (uint8_t)name.n;
	s->from = h->position >= 0 ? h->position : INT64_MAX;
	s->flushed = h->position;
	s->idle_s = h->now_s;
	*at = s;
	h->n_scopes++;
	return s;
}

void hub_join(struct scope *s, struct sub *sub)
{
	sub->scope = s;
	sub->next = s->subs;
	sub->back = &s->subs;
	if (sub->next != NULL)
		sub->next->back = &sub->next;
	s->subs = sub;
}

void hub_leave(struct hub *h, struct sub *sub)
{
	struct scope *s = sub->scope;

	*sub->back = sub->next;
	if (sub->next != NULL)
		sub->next->back = sub->back;
	if (s->subs == NULL)
		s->idle_s = h->now_s;
}

/* ---- rings ----------------------------------------------------------------------------------- */

static struct message *at(const struct scope *s, uint32_t i)
{
	return s->ring[(s->first + i) % s->size];
}

static void drop_first(struct hub *h, struct scope *s)
{
	struct message *m = at(s, 0);

	s->from = m->id;
	s->first = (s->first + 1) % s->size;
	s->n--;
	h->bytes -= sizeof(*m) + m->n;
	free(m);
}

static void grow(struct scope *s)
{
	uint32_t size = s->size == 0 ? FIRST_RING : s->size * 2;
	struct message **ring = must(calloc(size, sizeof(*ring)));

	for (uint32_t i = 0; i < s->n; i++)
		ring[i] = at(s, i);
	free(s->ring);
	s->ring = ring;
	s->size = size;
	s->first = 0;
}

/* What has not left yet stays, whatever it takes. */
static void make_room(struct hub *h, struct scope *s)
{
	uint32_t most = h->bytes > LIVE_RING_BYTES ? s->size / FULL_SHARES : LIVE_RING - 1;

	while (s->n > most && at(s, 0)->id <= s->flushed)
		drop_first(h, s);
	if (s->n == s->size)
		grow(s);
}

void hub_take(struct hub *h, struct span name, int64_t id, struct span json)
{
	struct scope *s = hub_find(h, name);
	struct message *m;

	hub_position(h, id); // the feed sends them in their order
	if (s == NULL)
		return;
	make_room(h, s);
	m = must(malloc(sizeof(*m) + json.n));
	m->id = id;
	m->n = (uint32_t)json.n;
	memcpy(m->text, json.p, json.n);
	s->ring[(s->first + s->n) % s->size] = m;
	s->n++;
	h->bytes += sizeof(*m) + m->n;
	if (s->dirty)
		return;
	s->dirty = true;
	s->dirty_next = h->dirty;
	h->dirty = s;
}

void hub_position(struct hub *h, int64_t id)
{
	if (h->position < 0)
		for (size_t i = 0; i < h->n_table; i++)
			for (struct scope *s = h->table[i]; s != NULL; s = s->chain)
				s->from = s->flushed = id;
	h->position = id;
}

bool hub_covers(const struct scope *s, int64_t after)
{
	return after >= s->from;
}

/* The number of the first message after one. */
static uint32_t first_after(const struct scope *s, int64_t after)
{
	uint32_t low = 0, high = s->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (at(s, middle)->id > after)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct message *hub_after(const struct scope *s, int64_t after)
{
	uint32_t i = first_after(s, after);

	return i < s->n ? at(s, i) : NULL;
}

static void add_after(const struct scope *s, int64_t after, enum wire w, struct buf *text)
{
	for (uint32_t i = first_after(s, after); i < s->n; i++)
		wire_add(text, w, (struct span){ at(s, i)->text, at(s, i)->n });
}

void hub_write(const struct scope *s, int64_t after, enum wire w, struct buf *b)
{
	BUF_AUTO text;

	buf_init(&text, SIZE_MAX / 4);
	add_after(s, after, w, &text);
	wire_pack(b, w, &text);
}

/* ---- what leaves ----------------------------------------------------------------------------- */

static struct joined join(const struct hub *h, const struct scope *s, enum wire w, bool ends)
{
	struct err e = { 0 };
	struct span packed = SPAN("");
	struct joined made;
	BUF_AUTO text;
	BUF_AUTO b;

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&b, SIZE_MAX / 4);
	add_after(s, s->flushed, w, &text);
	if (ends)
		wire_add_position(&text, w, h->position);
	wire_pack(&b, w, &text);
	if (buf_finish(&b, &packed, &e) != 0)
		abort();
	made = (struct joined){ must(malloc(packed.n + 1)), packed.n };
	memcpy(made.p, packed.p, packed.n);
	return made;
}

struct span hub_joined(const struct hub *h, struct scope *s, enum wire w, bool ends)
{
	struct joined *kept = &s->joined[w][ends];

	if (kept->p == NULL)
		*kept = join(h, s, w, ends);
	return (struct span){ kept->p, kept->n };
}

static void forget_joined(struct scope *s)
{
	for (int w = 0; w < N_WIRES; w++)
		for (int ends = 0; ends < 2; ends++) {
			free(s->joined[w][ends].p);
			s->joined[w][ends].p = NULL;
		}
}

bool hub_settle(const struct hub *h, struct scope *s)
{
	if (!s->dirty)
		s->flushed = h->position;
	return !s->dirty;
}

void hub_flushed(struct hub *h)
{
	while (h->dirty != NULL) {
		struct scope *s = h->dirty;

		h->dirty = s->dirty_next;
		s->dirty = false;
		s->flushed = h->position;
		forget_joined(s);
	}
}

void hub_tend(struct hub *h, uint32_t now_s)
{
	h->now_s = now_s;
	for (size_t i = 0; i < h->n_table; i++) {
		struct scope **link = &h->table[i];

		while (*link != NULL) {
			struct scope *s = *link;

			if (s->subs != NULL || s->dirty || now_s - s->idle_s < LIVE_IDLE_S) {
				link = &s->chain;
				continue;
			}
			*link = s->chain;
			while (s->n > 0)
				drop_first(h, s);
			free(s->ring);
			free(s);
			h->n_scopes--;
		}
	}
}
