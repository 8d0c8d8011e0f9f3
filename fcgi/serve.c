/*
 * The accept loop of one web process. It takes what waits in the listener's queue first and looks
 * at epoll_pwait only when there is nothing, or after some requests in a row: that is the only
 * place where SIGTERM is not blocked, so a signal never falls between a test of the flag and the
 * wait, and a request that has begun is always finished. EPOLLEXCLUSIVE wakes one process for a
 * connection and not all of them. The listener does not block: when another process was faster,
 * this one goes back to wait. Log lines are held while requests follow each other.
 *
 * The connection is accepted here and not by libfcgi, so that its time limits hold from the first
 * byte. libfcgi reads parameters and body (FCGX_*_r only; one request at a time); the reply is
 * written here: all STDOUT records and END_REQUEST in one writev, because each further write wakes
 * the web server once more. Standard input is read to its end before that; a server that is still
 * sending would find a closed socket and throw the answer away.
 */
#include "fcgi/serve.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/limits.h"
#include "fcgi/app.h"
#include "os/fd.h"
#include "os/log.h"

#define SIGNALS_EVERY 24 // requests taken in a row before signals are looked at

#define RECORD_STDOUT 6
#define RECORD_END    3
#define RECORD_MOST   65528 // a multiple of 8, so that only the last record needs padding

volatile sig_atomic_t serve_stop;

struct record {
	unsigned char version;
	unsigned char type;
	unsigned char request_id[2];
	unsigned char length[2];
	unsigned char padding;
	unsigned char reserved;
};

static struct record record_head(int type, int request_id, size_t n)
{
	return (struct record){ .version = 1,
		.type = (unsigned char)type,
		.request_id = { (unsigned char)(request_id >> 8), (unsigned char)request_id },
		.length = { (unsigned char)(n >> 8), (unsigned char)n },
		.padding = (unsigned char)(-n & 7) };
}

/* Writes all of it, however the kernel cuts it; the time limit is the socket's. */
static bool write_all(int fd, struct iovec *v, size_t n)
{
	while (n > 0) {
		struct msghdr message = { .msg_iov = v, .msg_iovlen = n < 64 ? n : 64 };
		ssize_t done = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		while (n > 0 && (size_t)done >= v->iov_len) {
			done -= (ssize_t)v->iov_len;
			v++;
			n--;
		}
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + done;
			v->iov_len -= (size_t)done;
		}
	}
	return true;
}

static struct iovec piece(const void *p, size_t n)
{
	union {
		const void *from;
		void *to;
	} u = { .from = p };

	return (struct iovec){ u.to, n };
}

static bool send_reply(int fd, int request_id, struct span head, struct span body)
{
	static const unsigned char zeros[8];
	size_t left = head.n + body.n;
	size_t n_records = left / RECORD_MOST + 1;
	struct record *records = calloc(n_records + 1, sizeof(*records));
	struct iovec *v = calloc(n_records * 4 + 2, sizeof(*v));
	struct span from[2] = { head, body };
	size_t n = 0;
	size_t k = 0;
	bool sent = false;

	if (records == NULL || v == NULL)
		goto out;
	for (int i = 0; left > 0; k++) {
		size_t length = left < RECORD_MOST ? left : RECORD_MOST;

		records[k] = record_head(RECORD_STDOUT, request_id, length);
		v[n++] = piece(&records[k], sizeof(records[k]));
		left -= length;
		while (length > 0) {
			size_t m = from[i].n < length ? from[i].n : length;

			if (m > 0)
				v[n++] = piece(from[i].p, m);
			from[i] = span_sub(from[i], m, from[i].n);
			length -= m;
			i += from[i].n == 0 && i == 0;
		}
		if (records[k].padding > 0)
			v[n++] = piece(zeros, records[k].padding);
	}
	// the body of END_REQUEST: application status 0, protocol status 0 (complete)
	records[k] = record_head(RECORD_END, request_id, sizeof(zeros));
	v[n++] = piece(&records[k], sizeof(records[k]));
	v[n++] = piece(zeros, sizeof(zeros));
	sent = write_all(fd, v, n);
out:
	free(records);
	free(v);
	return sent;
}

static ssize_t read_fastcgi(void *from, char *to, size_t n)
{
	FCGX_Request *r = from;
	int got = FCGX_GetStr(to, n < 65536 ? (int)n : 65536, r->in);

	return got == 0 && FCGX_GetError(r->in) != 0 ? -1 : got;
}

static void set_timeouts(int fd)
{
	const struct timeval limit = { .tv_sec = WEB_IO_TIMEOUT_S };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/*
 * Hands the connection to libfcgi and answers its request. keepConnection makes FCGX_Accept_r take
 * the descriptor as one that is still open; it has no listener of its own to fall back to, so a
 * malformed beginning ends in an error instead of another accept.
 */
static void answer(struct app *a, FCGX_Request *r, int fd)
{
	struct span head;
	struct span body;

	r->ipcFd = fd;
	r->keepConnection = 1;
	if (FCGX_Accept_r(r) < 0) {
		log_event(LOG_INFO, "fastcgi.malformed", LOG_NUMBER("code", errno));
		if (r->ipcFd >= 0)
			FCGX_Free(r, 1);
		r->ipcFd = -1;
		return;
	}
	const struct app_source src = { .params = r->envp, .read_body = read_fastcgi, .from = r };

	app_answer(a, &src, &head, &body);
	app_done(a, send_reply(r->ipcFd, r->requestId, head, body));
	fd = r->ipcFd;
	FCGX_Free(r, 0);
	r->ipcFd = -1;
	close(fd);
}

/* A connection that waits already; -1 if there is none, or none any more, or a fault in errno. */
static int take(int listener)
{
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

/* Lets signals in and waits for a connection; *fd is -1 when the process is told to stop. */
static int next(int waiter, int listener, const sigset_t *open_mask, int *fd, struct err *e)
{
	struct epoll_event event;

	for (*fd = -1; *fd < 0;) {
		log_flush();
		if (epoll_pwait(waiter, &event, 1, -1, open_mask) < 0 && errno != EINTR)
			return err_set(
				e, ERR_INTERNAL, "could not wait for requests: errno %d", errno);
		if (serve_stop)
			return 0;
		*fd = take(listener);
		if (*fd < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			return err_set(e, ERR_INTERNAL, "could not accept: errno %d", errno);
	}
	return 0;
}

int serve_fastcgi(struct app *a, int listener, unsigned long most, struct err *e)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	FD_AUTO waiter = epoll_create1(EPOLL_CLOEXEC);
	FCGX_Request r;
	sigset_t open_mask;

	if (fd_set_nonblock(listener, e) != 0)
		return -1;
	if (waiter < 0 || epoll_ctl(waiter, EPOLL_CTL_ADD, listener, &event) != 0)
		return err_set(e, ERR_INTERNAL, "could not watch the socket: errno %d", errno);
	sigemptyset(&open_mask);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return err_set(e, ERR_INTERNAL, "could not start libfcgi");
	for (unsigned long done = 0; done < most;) {
		int fd = done % SIGNALS_EVERY != 0 ? take(listener) : -1;

		if (fd < 0 && next(waiter, listener, &open_mask, &fd, e) != 0)
			return -1;
		if (fd < 0)
			break;
		set_timeouts(fd);
		answer(a, &r, fd);
		done++;
	}
	return 0;
}

static ssize_t read_cgi(void *from, char *to, size_t n)
{
	ssize_t got;

	(void)from;
	do
		got = read(STDIN_FILENO, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

int serve_cgi(struct app *a, char *const *environment, struct err *e)
{
	const struct app_source src = { .params = environment, .read_body = read_cgi };
	struct span head;
	struct span body;
	int failed;

	app_answer(a, &src, &head, &body);
	failed = fd_write_all(STDOUT_FILENO, head, e);
	if (failed == 0 && body.n > 0)
		failed = fd_write_all(STDOUT_FILENO, body, e);
	app_done(a, failed == 0);
	return failed;
}
