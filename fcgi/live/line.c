#include "fcgi/live/line.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

void live_kill(struct live *l, struct stream *s)
{
	if (s->state == STREAM_DEAD)
		return;
	for (size_t i = 0; i < s->n_subs; i++)
		hub_leave(&l->hub, &s->subs[i]);
	s->n_subs = 0;
	s->state = STREAM_DEAD;
	l->dead[l->n_dead++] = s;
}

void live_bury(struct live *l)
{
	for (size_t i = 0; i < l->n_dead; i++) {
		struct stream *s = l->dead[i];

		l->by_fd[s->fd] = NULL;
		close(s->fd);
		free(s->in);
		free(s->out);
		free(s->subs);
		free(s);
		l->n_streams--;
	}
	l->n_dead = 0;
}

/* Of an open stream of events nothing comes in any more but its end, which live_look finds. */
static bool is_silent(const struct stream *s)
{
	return s->wire != WIRE_SOCKET && (s->state == STREAM_OPEN || s->state == STREAM_REPLAY);
}

void live_watch(struct live *l, struct stream *s, bool room)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | (room ? EPOLLOUT : 0),
		.data.fd = s->fd };
	bool wanted = room || !is_silent(s);
	int how = !wanted ? EPOLL_CTL_DEL : s->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (s->watched == wanted && s->wants_room == room)
		return;
	if (epoll_ctl(l->epoll, how, s->fd, &ev) != 0) {
		live_kill(l, s);
		return;
	}
	s->watched = wanted;
	s->wants_room = room;
}

void live_after(struct live *l, struct stream *s, enum stream_sent how)
{
	if (how == STREAM_LOST || (how == STREAM_TAKEN && s->state == STREAM_ENDING))
		live_kill(l, s);
	else
		live_watch(l, s, how == STREAM_PENDING);
	if (how == STREAM_TAKEN)
		s->stuck_s = l->ticks;
}

void live_send(struct live *l, struct stream *s, struct buf *b)
{
	struct span text;
	struct err e = { 0 };
	struct iovec v;

	if (buf_finish(b, &text, &e) != 0) {
		live_kill(l, s);
		return;
	}
	v = (struct iovec){ (void *)(uintptr_t)text.p, text.n };
	if (text.n > 0)
		live_after(l, s, stream_send(s, &v, 1));
}

void live_end(struct live *l, struct stream *s)
{
	BUF_AUTO b;

	buf_init(&b, 256);
	wire_end(&b, (enum wire)s->wire);
	s->state = STREAM_ENDING;
	if (buf_size(&b) == 0)
		live_after(l, s, stream_drain(s));
	else
		live_send(l, s, &b);
}

void live_refuse(struct live *l, struct stream *s, int status, const char *text)
{
	BUF_AUTO b;

	buf_init(&b, 2048);
	wire_refuse(&b, (enum wire)s->wire, status, text);
	s->state = STREAM_ENDING;
	live_send(l, s, &b);
}
