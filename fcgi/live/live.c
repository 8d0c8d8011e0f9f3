/*
 * The loop of podium-live: one process, one thread, all streams. It waits for nobody: the database
 * is the feed's business, tickets are checked by computing, and what a stream does not take at once
 * is kept for it up to a bound.
 *
 * Events leave in windows of LIVE_JOIN_MS. The first after a quiet time leaves at once; what comes
 * within the window after it is joined and leaves at its end. So no stream is written to more often
 * than ten times a second, however much happens. Each writing ends with the position, and only with
 * it: a stream that comes back with a position has got everything before it, of all its scopes.
 */
#include "fcgi/live/live.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "fcgi/live/line.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/process.h"

#define EVENTS       512
#define ACCEPTS      256 // in one turn of each door
#define SPARE_FDS    64
#define FEED_REST_MS 500
#define PIECES       (2 * LIVE_MAX_SCOPES + 2)

/* ---- doors --------------------------------------------------------------------------------- */

static void accept_all(struct live *l, int door, enum wire w)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct stream *s;

		if (fd < 0)
			return;
		if ((size_t)fd >= l->n_fds || l->n_streams >= LIVE_MAX_STREAMS) {
			close(fd);
			continue;
		}
		s = calloc(1, sizeof(*s));
		if (s == NULL)
			abort();
		*s = (struct stream){ .fd = fd, .wire = (uint8_t)w, .since_s = l->ticks };
		l->by_fd[fd] = s;
		l->n_streams++;
		live_greet(l, s);
	}
}

/* ---- what goes out --------------------------------------------------------------------------- */

static struct iovec piece(struct span s)
{
	return (struct iovec){ (void *)(uintptr_t)s.p, s.n };
}

/* The scope whose joined text is all that a stream has to get; NULL: it gets more, or, since it was
 * opened in this window, less. */
static struct scope *only_scope(const struct stream *s)
{
	struct scope *only = NULL;

	for (size_t i = 0; i < s->n_subs; i++) {
		struct scope *scope = s->subs[i].scope;

		if (!scope->dirty)
			continue;
		if (only != NULL || s->seen > scope->flushed)
			return NULL;
		only = scope;
	}
	return only;
}

/* Of all scopes, with the position behind them; own is written what only this stream gets. 0: that
 * is more than a stream may be owed. */
static int gather(const struct live *l, const struct stream *s, struct span position,
	struct iovec v[PIECES], struct buf *own)
{
	struct err e = { 0 };
	struct span text;
	int n = 0;

	for (size_t i = 0; i < s->n_subs; i++) {
		struct scope *scope = s->subs[i].scope;

		if (!scope->dirty)
			continue;
		if (s->seen <= scope->flushed)
			v[n++] = piece(hub_joined(&l->hub, scope, (enum wire)s->wire, false));
		else
			hub_write(scope, s->seen, (enum wire)s->wire, own);
	}
	if (buf_finish(own, &text, &e) != 0)
		return 0;
	if (text.n > 0)
		v[n++] = piece(text);
	v[n++] = piece(position);
	return n;
}

/* What has come for one stream since it was written to last. A web server handles a piece at a
 * time, so that the usual one scope leaves as one. */
static void write_stream(struct live *l, struct stream *s, struct span position)
{
	struct scope *only = only_scope(s);
	struct iovec v[PIECES];
	int n = 1;
	BUF_AUTO own;

	buf_init(&own, LIVE_MAX_PENDING);
	if (only != NULL)
		v[0] = piece(hub_joined(&l->hub, only, (enum wire)s->wire, true));
	else
		n = gather(l, s, position, v, &own);
	s->seen = l->hub.position;
	live_after(l, s, n > 0 ? stream_send(s, v, n) : STREAM_LOST);
}

static void flush(struct live *l)
{
	struct span position[N_WIRES];
	struct buf made[N_WIRES];
	struct err e = { 0 };
	size_t n = 0;

	l->flushed_us = clock_mono_us();
	for (struct scope *s = l->hub.dirty; s != NULL; s = s->dirty_next)
		for (struct sub *sub = s->subs; sub != NULL; sub = sub->next) {
			struct stream *st = sub->stream;

			if (st->marked || st->is_behind || st->state != STREAM_OPEN)
				continue;
			st->marked = true;
			l->touched[n++] = st;
		}
	for (int w = 0; w < N_WIRES; w++) {
		buf_init(&made[w], 256);
		wire_position(&made[w], (enum wire)w, l->hub.position);
		if (buf_finish(&made[w], &position[w], &e) != 0)
			abort();
	}
	for (size_t i = 0; i < n; i++) {
		l->touched[i]->marked = false;
		if (l->touched[i]->state == STREAM_OPEN)
			write_stream(l, l->touched[i], position[l->touched[i]->wire]);
	}
	for (int w = 0; w < N_WIRES; w++)
		buf_free(&made[w]);
	hub_flushed(&l->hub);
}

/* ---- the feed -------------------------------------------------------------------------------- */

static struct stream *waiting(const struct live *l, uint32_t token)
{
	struct stream *s = l->by_fd[token % LIVE_TOKEN_FDS];

	return s != NULL && s->token == token && s->state == STREAM_REPLAY ? s : NULL;
}

static void take_replayed(struct live *l, const struct feed_packet *p)
{
	struct stream *s = waiting(l, p->token);

	if (s != NULL) // else it has left meanwhile
		live_replayed(l, s, p);
}

static void feed_start_again(struct live *l)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct err e = { 0 };

	if (feed_start(l->conf, l->hub.position, &l->feed, &e) != 0) {
		log_err(LOG_ERROR, "live.feed", &e);
		l->feed_again_us = clock_mono_us() + FEED_REST_MS * 1000;
		return;
	}
	ev.data.fd = l->feed.fd;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->feed.fd, &ev) != 0)
		abort();
	l->feed_again_us = 0;
}

/* Questions are lost with it; those who wait come back. */
static void feed_lost(struct live *l)
{
	log_event(LOG_WARN, "live.feed_lost");
	l->is_amid = false;
	close(l->feed.fd);
	l->feed.fd = -1;
	while (waitpid(l->feed.pid, NULL, 0) < 0 && errno == EINTR)
		;
	l->feed_again_us = clock_mono_us() + FEED_REST_MS * 1000;
	for (size_t i = 0; i < l->n_fds; i++)
		if (l->by_fd[i] != NULL && l->by_fd[i]->state == STREAM_REPLAY)
			live_end(l, l->by_fd[i]);
}

/* Streams that were there before the first position are told of it now. */
static void take_position(struct live *l, int64_t id)
{
	bool first = l->hub.position < 0;

	hub_position(&l->hub, id);
	for (size_t i = 0; first && i < l->n_fds; i++) {
		BUF_AUTO b;

		buf_init(&b, LIVE_MAX_PENDING);
		if (l->by_fd[i] != NULL && l->by_fd[i]->state == STREAM_OPEN)
			live_open_stream(l, l->by_fd[i], &b);
	}
}

static void read_feed(struct live *l)
{
	static char text[FEED_MAX_PACKET];
	struct feed_packet p;
	enum feed_state got = FEED_NOTHING;

	for (int i = 0; i < EVENTS && (got = feed_read(&l->feed, text, &p)) == FEED_GOT; i++) {
		l->is_amid = p.kind == FEED_EVENT || (l->is_amid && p.kind != FEED_POSITION);
		if (p.kind == FEED_POSITION)
			take_position(l, p.id);
		else if (p.kind == FEED_EVENT)
			hub_take(&l->hub, p.scope, p.id, p.json);
		else
			take_replayed(l, &p);
	}
	if (got == FEED_ENDED)
		feed_lost(l);
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Where it stands is said to a stream that has been quiet, so that one that comes back has little
 * to catch up with. */
static bool is_quiet(const struct live *l, const struct stream *s)
{
	for (size_t i = 0; i < s->n_subs; i++)
		if (!hub_settle(&l->hub, s->subs[i].scope))
			return false;
	return s->seen < l->hub.position;
}

static void heartbeat(struct live *l, struct stream *s)
{
	bool quiet = is_quiet(l, s);
	BUF_AUTO b;

	buf_init(&b, 256);
	if (!quiet || s->wire == WIRE_SOCKET) // a ping is what a client answers
		wire_heartbeat(&b, (enum wire)s->wire);
	if (quiet) {
		s->seen = l->hub.position;
		wire_position(&b, (enum wire)s->wire, s->seen);
	}
	live_send(l, s, &b);
}

static void tick_stream(struct live *l, struct stream *s)
{
	uint32_t age = l->ticks - s->since_s;

	if (s->state == STREAM_OPEN &&
		age > LIVE_STREAM_S + (uint32_t)s->fd % (LIVE_STREAM_S / 4)) {
		live_end(l, s);
	} else if (s->out != NULL ? l->ticks - s->stuck_s > LIVE_STUCK_S
				  : s->state != STREAM_OPEN && age > LIVE_HEAD_S) {
		live_kill(l, s);
	} else if (s->state == STREAM_OPEN && s->out == NULL &&
		   ((uint32_t)s->fd + l->ticks) % LIVE_HEARTBEAT_S == 0) {
		heartbeat(l, s);
	}
}

static void tick(struct live *l)
{
	l->ticks++;
	for (size_t i = 0; i < l->n_fds; i++)
		if (l->by_fd[i] != NULL)
			tick_stream(l, l->by_fd[i]);
	live_look(l);
	hub_tend(&l->hub, l->ticks);
	if (l->feed_again_us != 0 && clock_mono_us() >= l->feed_again_us)
		feed_start_again(l);
}

/* What was found by one look leaves together: the rest of it is on its way already. */
static bool is_to_leave(const struct live *l)
{
	return l->hub.dirty != NULL && !l->is_amid;
}

/* Until the window's end, or the next second. */
static int wait_ms(const struct live *l)
{
	int64_t now_us = clock_mono_us(), until_us = l->tick_us;

	if (is_to_leave(l) && l->flushed_us + LIVE_JOIN_MS * 1000 < until_us)
		until_us = l->flushed_us + LIVE_JOIN_MS * 1000;
	return until_us <= now_us ? 0 : (int)((until_us - now_us + 999) / 1000);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void add_fd(const struct live *l, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		abort();
}

static size_t raise_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return 1024;
	if (r.rlim_max > LIVE_MAX_STREAMS + SPARE_FDS)
		r.rlim_cur = LIVE_MAX_STREAMS + SPARE_FDS;
	else
		r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
	return (size_t)r.rlim_cur;
}

static void open_live(struct live *l, const struct config *conf, const struct live_doors *doors)
{
	sigset_t ends;

	*l = (struct live){ .conf = conf, .doors = *doors, .feed = { .fd = -1 } };
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	process_ignore((const int[]){ SIGPIPE }, 1);
	l->n_fds = raise_limit();
	l->by_fd = calloc(l->n_fds, sizeof(struct stream *));
	l->touched = calloc(l->n_fds, sizeof(struct stream *));
	l->dead = calloc(l->n_fds, sizeof(struct stream *));
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->by_fd == NULL || l->touched == NULL || l->dead == NULL || l->epoll < 0)
		abort();
	l->mem = arena_new(256 * 1024);
	hub_init(&l->hub);
	add_fd(l, l->signals);
	add_fd(l, doors->fcgi);
	add_fd(l, doors->http);
	l->tick_us = clock_mono_us() + 1000000;
	feed_start_again(l);
}

/* False when the process is to end. */
static bool turn(struct live *l)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(l->epoll, ev, EVENTS, wait_ms(l));
	bool go_on = true;

	for (int i = 0; i < n; i++) {
		int fd = ev[i].data.fd;

		if (fd == l->signals)
			go_on = false;
		else if (fd == l->doors.fcgi)
			accept_all(l, fd, WIRE_FCGI);
		else if (fd == l->doors.http)
			accept_all(l, fd, WIRE_SSE);
		else if (fd == l->feed.fd)
			read_feed(l);
		else if (l->by_fd[fd] != NULL)
			live_serve(l, l->by_fd[fd], ev[i].events);
	}
	if (is_to_leave(l) && clock_mono_us() >= l->flushed_us + LIVE_JOIN_MS * 1000)
		flush(l);
	if (clock_mono_us() >= l->tick_us) {
		l->tick_us += 1000000;
		tick(l);
	}
	live_bury(l);
	return go_on;
}

/* Streams are told to come back, each at its own time (wire_accept). */
static void close_live(struct live *l)
{
	if (l->hub.dirty != NULL)
		flush(l);
	for (size_t i = 0; i < l->n_fds; i++)
		if (l->by_fd[i] != NULL && l->by_fd[i]->state != STREAM_DEAD)
			live_end(l, l->by_fd[i]);
	live_bury(l);
	if (l->feed.fd >= 0) {
		kill(l->feed.pid, SIGKILL);
		(void)waitpid(l->feed.pid, NULL, 0);
	}
}

int live_run(const struct config *conf, const struct live_doors *doors, struct err *e)
{
	static struct live l;

	if (conf->session_secret[0] == '\0')
		return err_set(e, ERR_INVALID,
			"podium-live needs SESSION_SECRET, under which tickets are signed");
	open_live(&l, conf, doors);
	while (turn(&l))
		;
	close_live(&l);
	return 0;
}
