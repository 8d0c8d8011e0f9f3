#include "fcgi/live/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"

#define LEAST_BYTES 512

static bool add(struct bytes **b, const char *p, size_t n, size_t most)
{
	size_t have = *b != NULL ? (*b)->n : 0;

	if (have + n > most)
		return false;
	if (*b == NULL || have + n > (*b)->size) {
		size_t size = have + n < LEAST_BYTES ? LEAST_BYTES : (have + n) * 3 / 2;
		struct bytes *more = realloc(*b, sizeof(**b) + size);

		if (more == NULL)
			return false;
		more->n = have;
		more->size = size;
		*b = more;
	}
	memcpy((*b)->p + have, p, n);
	(*b)->n += n;
	return true;
}

bool stream_keep(struct stream *s, const char *p, size_t n, size_t most)
{
	return add(&s->in, p, n, most);
}

void stream_forget(struct stream *s)
{
	free(s->in);
	s->in = NULL;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == ENOBUFS;
}

static enum stream_sent keep_rest(struct stream *s, const struct iovec *v, int n, size_t sent)
{
	for (int i = 0; i < n; i++) {
		size_t skip = sent < v[i].iov_len ? sent : v[i].iov_len;

		sent -= skip;
		if (skip < v[i].iov_len && !add(&s->out, (const char *)v[i].iov_base + skip,
						   v[i].iov_len - skip, LIVE_MAX_PENDING))
			return STREAM_LOST;
	}
	return STREAM_PENDING;
}

/* The usual one piece takes the shorter way through the kernel. */
static ssize_t send_pieces(int fd, const struct iovec *v, int n)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)(uintptr_t)v, .msg_iovlen = (size_t)n };

	return n == 1 ? send(fd, v->iov_base, v->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL)
		      : sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

enum stream_sent stream_send(struct stream *s, const struct iovec *v, int n)
{
	size_t whole = 0;
	ssize_t sent;

	if (s->out != NULL)
		return keep_rest(s, v, n, 0);
	for (int i = 0; i < n; i++)
		whole += v[i].iov_len;
	do
		sent = send_pieces(s->fd, v, n);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && !would_block())
		return STREAM_LOST;
	if (sent == (ssize_t)whole)
		return STREAM_TAKEN;
	return keep_rest(s, v, n, sent < 0 ? 0 : (size_t)sent);
}

size_t stream_pending(const struct stream *s)
{
	return s->out != NULL ? s->out->n : 0;
}

enum stream_sent stream_drain(struct stream *s)
{
	ssize_t sent;

	if (s->out == NULL)
		return STREAM_TAKEN;
	do
		sent = send(s->fd, s->out->p, s->out->n, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return would_block() ? STREAM_PENDING : STREAM_LOST;
	if ((size_t)sent < s->out->n) {
		s->out->n -= (size_t)sent;
		memmove(s->out->p, s->out->p + sent, s->out->n);
		return STREAM_PENDING;
	}
	free(s->out);
	s->out = NULL;
	return STREAM_TAKEN;
}
