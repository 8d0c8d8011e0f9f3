/*
 * What a stream has missed leaves in portions, each ending with a position and the next when it has
 * taken the last: one that was cut because it did not read, or was away, gets everything without
 * ever owning much. It comes from the rings or, where they do not reach back so far, from the
 * table. Until it is through, the stream is left out of what goes to all.
 */
#include "base/limits.h"
#include "fcgi/live/line.h"
#include "model/live.h"

#define PORTION (64 * 1024) // bytes, and the message that goes beyond them

/* Not for a page that was made of events which the feed has not told of yet. */
static bool rings_cover(const struct live *l, const struct stream *s)
{
	if (s->seen > l->hub.position)
		return false;
	for (size_t i = 0; i < s->n_subs; i++)
		if (!hub_covers(s->subs[i].scope, s->seen))
			return false;
	return true;
}

static void ask_table(struct live *l, struct stream *s)
{
	struct live_scopes scopes = { .n = s->n_subs };

	for (size_t i = 0; i < s->n_subs; i++)
		scopes.v[i] = (struct span){ s->subs[i].scope->name, s->subs[i].scope->n_name };
	s->token = ++l->tokens * LIVE_TOKEN_FDS + (uint32_t)s->fd;
	s->state = STREAM_REPLAY;
	s->since_s = l->ticks;
	s->is_behind = false;
	if (!feed_ask(&l->feed, s->token, s->seen, &scopes))
		live_end(l, s); // it comes back
}

/* In the order of all scopes, so that the last one's id is a position. */
static const struct message *next_missed(const struct stream *s)
{
	const struct message *first = NULL;

	for (size_t i = 0; i < s->n_subs; i++) {
		const struct message *m = hub_after(s->subs[i].scope, s->seen);

		if (m != NULL && (first == NULL || m->id < first->id))
			first = m;
	}
	return first;
}

/* Of the rings, up to the bound; s->seen says how far it came. */
static void write_missed(const struct live *l, struct stream *s, struct buf *b)
{
	const struct message *m = NULL;
	BUF_AUTO text;

	buf_init(&text, LIVE_MAX_PENDING);
	while (buf_size(&text) < PORTION && (m = next_missed(s)) != NULL) {
		wire_add(&text, (enum wire)s->wire, (struct span){ m->text, m->n });
		s->seen = m->id;
	}
	if (buf_size(&text) > 0)
		wire_pack(b, (enum wire)s->wire, &text);
	s->is_behind = m != NULL;
	if (!s->is_behind)
		s->seen = l->hub.position;
}

/* Leaves with what b says already. */
static void portion(struct live *l, struct stream *s, struct buf *b)
{
	bool knows = s->seen >= 0;

	for (size_t i = 0; i < s->n_subs; i++)
		(void)hub_settle(&l->hub, s->subs[i].scope);
	if (knows && !rings_cover(l, s)) {
		live_send(l, s, b);
		if (s->state == STREAM_OPEN)
			ask_table(l, s);
		return;
	}
	if (knows)
		write_missed(l, s, b);
	else
		s->seen = l->hub.position;
	if (s->seen >= 0)
		wire_position(b, (enum wire)s->wire, s->seen);
	live_send(l, s, b);
}

void live_catch_up(struct live *l, struct stream *s)
{
	while (s->state == STREAM_OPEN && s->is_behind && s->out == NULL) {
		BUF_AUTO b;

		buf_init(&b, LIVE_MAX_PENDING);
		portion(l, s, &b);
	}
}

void live_open_stream(struct live *l, struct stream *s, struct buf *b)
{
	s->state = STREAM_OPEN;
	portion(l, s, b);
	live_catch_up(l, s);
}

/* One event of the table, unless the stream is owed too much already. */
static void take_one(struct live *l, struct stream *s, const struct feed_packet *p)
{
	BUF_AUTO b;

	buf_init(&b, LIVE_MAX_PENDING);
	s->is_behind |= stream_pending(s) > LIVE_MAX_OWED;
	if (s->is_behind)
		return;
	wire_event(&b, (enum wire)s->wire, p->json);
	s->seen = p->id;
	live_send(l, s, &b);
}

void live_replayed(struct live *l, struct stream *s, const struct feed_packet *p)
{
	BUF_AUTO b;

	buf_init(&b, LIVE_MAX_PENDING);
	if (p->kind == FEED_REPLAYED) {
		take_one(l, s, p);
		return;
	}
	if (!p->complete) {
		wire_reset(&b, (enum wire)s->wire);
		s->is_behind = false;
		s->seen = -1;
	} else if (!s->is_behind) {
		s->seen = p->id;
	}
	if (!s->is_behind) {
		live_open_stream(l, s, &b);
		return;
	}
	s->state = STREAM_OPEN;
	wire_position(&b, (enum wire)s->wire, s->seen);
	live_send(l, s, &b);
	live_catch_up(l, s);
}
