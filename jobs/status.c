/*
 * A small server of its own: one epoll inside the supervisor's, at most MOST_CLIENTS connections,
 * one request on each. Requests are only compared with the two it knows.
 */
#include "jobs/status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/config.h"

#define MOST_CLIENTS 32
#define STATUS_S     5
#define MAX_REQUEST  4096
#define MAX_ANSWER   (1024 * 1024)
#define BACKLOG      64

struct client {
	int fd; // -1: free
	int64_t until_us;
	char request[MAX_REQUEST];
	size_t n_request;
	struct buf answer;
	size_t sent;
	bool answering;
};

struct status {
	const struct runner *run;
	int listen_fd;
	int epoll;
	struct client clients[MOST_CLIENTS];
};

static void drop(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_free(&c->answer);
	c->fd = -1;
}

static int open_port(int64_t port, struct err *e)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
		bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		listen(fd, BACKLOG) == 0)
		return fd;
	err_set(e, ERR_INTERNAL, "could not listen on WORKER_PORT %lld", (long long)port);
	err_detail(e, "%s", err_reason(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int status_open(const struct runner *r, struct status **out, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
	struct status *s;

	*out = NULL;
	if (r->conf->worker_port == 0)
		return 0;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		abort();
	s->run = r;
	for (size_t i = 0; i < MOST_CLIENTS; i++)
		s->clients[i].fd = -1;
	s->listen_fd = open_port(r->conf->worker_port, e);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->listen_fd < 0 || s->epoll < 0 ||
		epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listen_fd, &ev) != 0) {
		free(s);
		return err_set(e, ERR_INTERNAL, "could not serve WORKER_PORT");
	}
	*out = s;
	return 0;
}

int status_fd(const struct status *s)
{
	return s->epoll;
}

static struct client *free_client(struct status *s)
{
	struct client *oldest = &s->clients[0];

	for (size_t i = 0; i < MOST_CLIENTS; i++) {
		if (s->clients[i].fd < 0)
			return &s->clients[i];
		if (s->clients[i].until_us < oldest->until_us)
			oldest = &s->clients[i];
	}
	drop(oldest);
	return oldest;
}

static void accept_clients(struct status *s)
{
	for (;;) {
		int fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct epoll_event ev = { .events = EPOLLIN };
		struct client *c;

		if (fd < 0)
			return;
		c = free_client(s);
		memset(c, 0, sizeof(*c));
		c->fd = fd;
		c->until_us = clock_mono_us() + STATUS_S * INT64_C(1000000);
		buf_init(&c->answer, MAX_ANSWER);
		ev.data.ptr = c;
		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
			drop(c);
	}
}

/* The request's method and its path, without what may follow that as a query. */
static void read_line(const struct client *c, struct span *method, struct span *path)
{
	struct span line = { c->request, c->n_request };
	struct span target;

	*method = *path = SPAN_NONE;
	if (span_split(&line, ' ', method) && span_split(&line, ' ', &target))
		(void)span_split(&target, '?', path);
}

static void compose(struct status *s, struct client *c)
{
	BUF_AUTO body = { 0 };
	const char *type = "text/plain; charset=utf-8", *line = "404 Not Found";
	struct span method, path, text;
	struct err e = { 0 };

	buf_init(&body, MAX_ANSWER - 1024);
	read_line(c, &method, &path);
	if (!span_is(method, "GET") && !span_is(method, "HEAD")) {
		line = "405 Method Not Allowed\r\nAllow: GET, HEAD";
		buf_adds(&body, "only GET and HEAD are answered\n");
	} else if (span_is(path, "/health")) {
		line = status_health(s->run, &body) == 200 ? "200 OK" : "503 Service Unavailable";
		type = "application/json";
	} else if (span_is(path, "/metrics")) {
		status_metrics(s->run, &body);
		type = "text/plain; version=0.0.4; charset=utf-8";
		line = "200 OK";
	} else {
		buf_adds(&body, "there is /health and /metrics\n");
	}
	if (buf_finish(&body, &text, &e) != 0) {
		line = "500 Internal Server Error";
		text = SPAN("");
	}
	buf_addf(&c->answer,
		"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
		"Cache-Control: no-store\r\nConnection: close\r\n\r\n",
		line, type, text.n);
	if (!span_is(method, "HEAD"))
		buf_add_span(&c->answer, text);
	c->answering = true;
}

/* False: the client is to be dropped. */
static bool take_request(struct status *s, struct client *c)
{
	ssize_t n = recv(c->fd, c->request + c->n_request, MAX_REQUEST - c->n_request, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->n_request += (size_t)n;
	if (memmem(c->request, c->n_request, "\r\n\r\n", 4) != NULL)
		compose(s, c);
	else if (n == 0 || c->n_request == MAX_REQUEST)
		return false;
	return true;
}

static bool send_answer(struct status *s, struct client *c)
{
	struct epoll_event ev = { .events = EPOLLOUT, .data.ptr = c };
	struct span text;
	struct err e = { 0 };
	ssize_t n;

	if (buf_finish(&c->answer, &text, &e) != 0)
		return false;
	n = send(c->fd, text.p + c->sent, text.n - c->sent, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return false;
	c->sent += n > 0 ? (size_t)n : 0;
	if (c->sent == text.n) {
		(void)shutdown(c->fd, SHUT_WR);
		return false;
	}
	return epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &ev) == 0;
}

void status_serve(struct status *s)
{
	struct epoll_event ev[MOST_CLIENTS + 1];
	int n = epoll_wait(s->epoll, ev, MOST_CLIENTS + 1, 0);
	int64_t now_us = clock_mono_us();
	bool more = false;

	for (int i = 0; i < n; i++) {
		struct client *c = ev[i].data.ptr;

		if (c == NULL) {
			more = true;
			continue;
		}
		if (c->fd < 0)
			continue;
		if ((!c->answering && !take_request(s, c)) || (c->answering && !send_answer(s, c)))
			drop(c);
	}
	for (size_t i = 0; i < MOST_CLIENTS; i++)
		if (s->clients[i].fd >= 0 && now_us > s->clients[i].until_us)
			drop(&s->clients[i]);
	if (more)
		accept_clients(s);
}
