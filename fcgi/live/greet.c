/*
 * What comes in: the request of a stream, whose ticket says what it may watch, and the frames of a
 * WebSocket, of which only the ones about the connection matter.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/live/frame.h"
#include "fcgi/live/hello.h"
#include "fcgi/live/line.h"
#include "model/live.h"
#include "os/clock.h"
#include "os/rnd.h"

#define RETRY_MS 2000 // and as much again by chance
#define LOOKS    512  // streams in one call

/* ---- beginnings ------------------------------------------------------------------------------ */

static void begin(struct live *l, struct stream *s, const struct live_scopes *scopes,
	struct span last, struct span key)
{
	uint64_t after;
	BUF_AUTO b;

	s->subs = calloc(scopes->n, sizeof(*s->subs));
	if (s->subs == NULL)
		abort();
	for (size_t i = 0; i < scopes->n; i++) {
		s->subs[i].stream = s;
		hub_join(hub_scope(&l->hub, scopes->v[i]), &s->subs[i]);
	}
	s->n_subs = (uint8_t)scopes->n;
	s->since_s = l->ticks;
	s->seen = span_u64(last, INT64_MAX, &after) ? (int64_t)after : -1;
	stream_forget(s);
	buf_init(&b, LIVE_MAX_PENDING);
	wire_accept(&b, (enum wire)s->wire, key, RETRY_MS + (int)(rnd_u64() % RETRY_MS));
	live_open_stream(l, s, &b);
}

static void understand(struct live *l, struct stream *s, const struct hello *h)
{
	struct span last = hello_param(h->query, "last");
	struct live_scopes scopes;
	struct err e = { 0 };

	if (h->last_id.n > 0)
		last = h->last_id;
	if (h->upgrade && s->wire == WIRE_SSE)
		s->wire = WIRE_SOCKET;
	if (!h->is_get) {
		live_refuse(l, s, 405, "a stream is asked for by GET");
	} else if (s->wire == WIRE_SOCKET && (h->key.n != 24 || !span_is(h->version, "13"))) {
		s->wire = WIRE_SSE;
		live_refuse(l, s, 400, "this is no WebSocket");
	} else if (live_ticket_read(l->conf, hello_param(h->query, "ticket"),
			   clock_unix_us() / 1000000, l->mem, &scopes, &e) != 0) {
		s->wire = s->wire == WIRE_SOCKET ? WIRE_SSE : s->wire;
		live_refuse(l, s, 403, "the ticket is not valid; ask for a new one");
	} else {
		begin(l, s, &scopes, last, h->key);
	}
}

static void read_hello(struct live *l, struct stream *s)
{
	struct span in = { s->in->p, s->in->n };
	enum hello_state state;
	struct hello h;
	struct err e = { 0 };
	int rc = s->wire == WIRE_FCGI ? hello_fcgi(in, l->mem, &h, &state, &e)
				      : hello_http(in, &h, &state, &e);

	if (rc != 0)
		live_refuse(l, s, 400, e.text);
	else if (state == HELLO_READY)
		understand(l, s, &h);
	arena_reset(l->mem);
}

/* ---- what comes in --------------------------------------------------------------------------- */

/* One frame of a WebSocket off the front; false if there is no other to take. */
static bool take_frame(struct live *l, struct stream *s, struct span *at)
{
	char text[FRAME_MOST_CONTROL];
	struct frame f;
	enum frame_state state = frame_take(at, &f);
	BUF_AUTO b;

	buf_init(&b, 256);
	if (state == FRAME_MORE)
		return false;
	if (state == FRAME_BROKEN || f.kind == FRAME_CLOSE) {
		live_end(l, s);
		return false;
	}
	if (f.kind == FRAME_PING) {
		wire_pong(&b, frame_text(&f, text));
		live_send(l, s, &b);
	}
	return s->state == STREAM_OPEN || s->state == STREAM_REPLAY;
}

static void take_input(struct live *l, struct stream *s, const char *p, size_t n)
{
	struct span at;

	if (s->state == STREAM_ENDING || (s->state != STREAM_HELLO && s->wire != WIRE_SOCKET))
		return; // the rest of a request, of no interest
	if (!stream_keep(s, p, n, LIVE_MAX_HEAD)) {
		live_refuse(l, s, 431, "the request is too long");
		return;
	}
	if (s->state == STREAM_HELLO) {
		read_hello(l, s);
		return;
	}
	at = (struct span){ s->in->p, s->in->n };
	while (take_frame(l, s, &at))
		;
	if (s->state == STREAM_DEAD || s->state == STREAM_ENDING)
		return;
	memmove(s->in->p, at.p, at.n);
	s->in->n = at.n;
	if (at.n == 0)
		stream_forget(s);
}

/* The client has left. A web server that was not told of the end would take it for a fault, and
 * write the address with its ticket into its log. */
static void leave(struct live *l, struct stream *s)
{
	if (s->wire == WIRE_FCGI && s->state == STREAM_OPEN)
		live_end(l, s);
	else
		live_kill(l, s);
}

static void read_stream(struct live *l, struct stream *s)
{
	ATTR_UNFILLED char text[8192];

	for (;;) {
		ssize_t n = recv(s->fd, text, sizeof(text), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			if (n == 0)
				leave(l, s);
			else
				live_kill(l, s);
			return;
		}
		take_input(l, s, text, (size_t)n);
		if (s->state == STREAM_DEAD || (size_t)n < sizeof(text))
			return;
	}
}

void live_greet(struct live *l, struct stream *s)
{
	read_stream(l, s);
	if (s->state != STREAM_DEAD)
		live_watch(l, s, s->out != NULL);
}

void live_serve(struct live *l, struct stream *s, uint32_t events)
{
	if ((events & EPOLLOUT) != 0) {
		live_after(l, s, stream_drain(s));
		live_catch_up(l, s);
	}
	if ((events & EPOLLIN) != 0 && s->state != STREAM_DEAD)
		read_stream(l, s);
	/* Whoever has closed his half waits for nothing any more. */
	if ((events & EPOLLRDHUP) != 0 && s->state != STREAM_DEAD)
		leave(l, s);
	if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		live_kill(l, s);
}

/* ---- who has left ---------------------------------------------------------------------------- */

static void look_at(struct live *l, struct pollfd *v, nfds_t n)
{
	int found = poll(v, n, 0);

	for (nfds_t i = 0; i < n && found > 0; i++) {
		if (v[i].revents == 0)
			continue;
		found--;
		live_serve(l, l->by_fd[v[i].fd], (uint32_t)v[i].revents); // the bits are epoll's
	}
}

void live_look(struct live *l)
{
	struct pollfd v[LOOKS];
	nfds_t n = 0;

	for (size_t i = l->ticks % LIVE_LOOK_S; i < l->n_fds; i += LIVE_LOOK_S) {
		const struct stream *s = l->by_fd[i];

		if (s == NULL || s->watched || s->state == STREAM_DEAD)
			continue;
		v[n++] = (struct pollfd){ .fd = s->fd, .events = POLLIN | POLLRDHUP };
		if (n == LOOKS) {
			look_at(l, v, n);
			n = 0;
		}
	}
	look_at(l, v, n);
}
