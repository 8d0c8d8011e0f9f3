/*
 * The accept loop of one web process. It takes what waits in the listener's queue first and looks
 * at epoll_pwait only when there is nothing, or after some requests in a row: that is the only
 * place where SIGTERM is not blocked, so a signal never falls between a test of the flag and the
 * wait, and a request that has begun is always finished. EPOLLEXCLUSIVE wakes one process for a
 * connection and not all of them. The listener does not block: when another process was faster,
 * this one goes back to wait. Log lines are held while requests follow each other, and some
 * requests are taken at once, so that they can ask the database together (app.h).
 *
 * The connection is accepted here and not by libfcgi, so that its time limits hold from the first
 * byte. libfcgi reads parameters and body (FCGX_*_r only; one request at a time); the reply is
 * written here: all STDOUT records and END_REQUEST in one writev, because each further write wakes
 * the web server once more. Standard input is read to its end before that; a server that is still
 * sending would find a closed socket and throw the answer away.
 */
#include "fcgi/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/app.h"
#include "os/fd.h"
#include "os/log.h"

#define SIGNALS_EVERY 24 // requests taken in a row before signals are looked at

#define RECORD_STDOUT 6
#define RECORD_STDIN  5
#define RECORD_END    3
#define RECORD_MOST   65535

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
		.length = { (unsigned char)(n >> 8), (unsigned char)n } };
}

/* Whether the connection takes more before its time limit. */
static bool wait_to_write(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, WEB_IO_TIMEOUT_S * 1000) > 0;
}

/* Writes all of it, however the kernel cuts it. */
static bool write_all(int fd, struct iovec *v, size_t n)
{
	while (n > 0) {
		struct msghdr message = { .msg_iov = v, .msg_iovlen = n < 64 ? n : 64 };
		ssize_t done = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done < 0 && (errno == EINTR || (errno == EAGAIN && wait_to_write(fd))))
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

/* The head has a record of its own: lighttpd copies what follows a head in its record once more.
 * Without padding: Apache reads it by a system call of its own. */
static bool send_reply(int fd, int request_id, struct span head, struct span body)
{
	static const unsigned char done[8]; // application status 0, protocol status 0 (complete)
	size_t n_records = head.n / RECORD_MOST + body.n / RECORD_MOST + 3;
	struct record *records = calloc(n_records, sizeof(*records));
	struct iovec *v = calloc(n_records * 2, sizeof(*v));
	struct span left[2] = { head, body };
	size_t n = 0;
	bool sent = false;

	if (records == NULL || v == NULL)
		goto out;
	for (int i = 0; i < 2; i++) {
		while (left[i].n > 0) {
			size_t length = left[i].n < RECORD_MOST ? left[i].n : RECORD_MOST;

			records[n / 2] = record_head(RECORD_STDOUT, request_id, length);
			v[n] = piece(&records[n / 2], sizeof(*records));
			v[n + 1] = piece(left[i].p, length);
			left[i] = span_sub(left[i], length, left[i].n);
			n += 2;
		}
	}
	records[n / 2] = record_head(RECORD_END, request_id, sizeof(done));
	v[n] = piece(&records[n / 2], sizeof(*records));
	v[n + 1] = piece(done, sizeof(done));
	sent = write_all(fd, v, n + 2);
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

/* libfcgi's reads block; writing has its limit in write_all. */
static void set_timeout(int fd)
{
	const struct timeval limit = { .tv_sec = WEB_IO_TIMEOUT_S };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/*
 * Hands the connection to libfcgi and takes its request in; false if it has none. keepConnection
 * makes FCGX_Accept_r take the descriptor as one that is still open; it has no listener of its own
 * to fall back to, so a malformed beginning ends in an error instead of another accept.
 */
static bool read_request(struct app *a, size_t seat, FCGX_Request *r, int fd)
{
	r->ipcFd = fd;
	r->keepConnection = 1;
	if (FCGX_Accept_r(r) < 0) {
		log_event(LOG_INFO, "fastcgi.malformed", LOG_NUMBER("code", errno));
		if (r->ipcFd >= 0)
			FCGX_Free(r, 1);
		r->ipcFd = -1;
		return false;
	}
	app_read(a, seat,
		&(struct app_source){ .params = r->envp, .read_body = read_fastcgi, .from = r });
	return true;
}

static void answer(struct app *a, size_t seat, FCGX_Request *r)
{
	struct span head;
	struct span body;
	int fd = r->ipcFd;

	app_answer(a, seat, &head, &body);
	app_done(a, send_reply(fd, r->requestId, head, body));
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

/* Whether a whole request lies there: what has come ends with the record that ends the input. */
static bool is_whole(int fd)
{
	ATTR_UNFILLED unsigned char seen[WEB_TAKE_ALONG];
	ssize_t n = recv(fd, seen, sizeof(seen), MSG_PEEK | MSG_DONTWAIT);
	struct record last;

	if (n < (ssize_t)sizeof(last) || n == (ssize_t)sizeof(seen))
		return false;
	memcpy(&last, seen + (size_t)n - sizeof(last), sizeof(last));
	return last.version == 1 && last.type == RECORD_STDIN && last.length[0] == 0 &&
	       last.length[1] == 0 && last.padding == 0;
}

static void serve_one(struct app *a, FCGX_Request *r, int fd)
{
	set_timeout(fd);
	if (read_request(a, 0, r, fd))
		answer(a, 0, r);
}

/*
 * Answers the request of this connection and, behind it, those of others that wait. They are taken
 * along as long as each can wait for the next; one that is not there whole yet is not waited for.
 * Returns how many connections there were.
 */
static unsigned long serve_some(struct app *a, FCGX_Request *requests, int listener, int fd)
{
	size_t n = 0;
	bool is_good;

	set_timeout(fd);
	do {
		is_good = read_request(a, n, &requests[n], fd);
		n += is_good;
		fd = is_good && n < APP_SEATS && app_may_wait(a, n - 1) ? take(listener) : -1;
	} while (fd >= 0 && is_whole(fd));
	if (n > 1)
		app_ask(a, n);
	for (size_t i = 0; i < n; i++)
		answer(a, i, &requests[i]);
	if (fd >= 0)
		serve_one(a, requests, fd);
	return n + (fd >= 0 || n == 0);
}

int serve_fastcgi(struct app *a, int listener, unsigned long most, struct err *e)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	FD_AUTO waiter = epoll_create1(EPOLL_CLOEXEC);
	FCGX_Request requests[APP_SEATS];
	sigset_t open_mask;

	if (fd_set_nonblock(listener, e) != 0)
		return -1;
	if (waiter < 0 || epoll_ctl(waiter, EPOLL_CTL_ADD, listener, &event) != 0)
		return err_set(e, ERR_INTERNAL, "could not watch the socket: errno %d", errno);
	sigemptyset(&open_mask);
	if (FCGX_Init() != 0)
		return err_set(e, ERR_INTERNAL, "could not start libfcgi");
	for (size_t i = 0; i < APP_SEATS; i++)
		if (FCGX_InitRequest(&requests[i], -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
			return err_set(e, ERR_INTERNAL, "could not start libfcgi");
	for (unsigned long done = 0, in_a_row = 0; done < most;) {
		int fd = in_a_row > 0 && in_a_row < SIGNALS_EVERY ? take(listener) : -1;
		unsigned long n = 1;

		if (fd >= 0) {
			n = serve_some(a, requests, listener, fd);
		} else {
			in_a_row = 0;
			if (next(waiter, listener, &open_mask, &fd, e) != 0)
				return -1;
			if (fd < 0)
				break;
			serve_one(a, requests, fd);
		}
		in_a_row += n;
		done += n;
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

	app_read(a, 0, &src);
	app_answer(a, 0, &head, &body);
	failed = fd_write_all(STDOUT_FILENO, head, e);
	if (failed == 0 && body.n > 0)
		failed = fd_write_all(STDOUT_FILENO, body, e);
	app_done(a, failed == 0);
	return failed;
}
