#ifndef TESTS_UNIT_HTTPD_H
#define TESTS_UNIT_HTTPD_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scan.h"

/*
 * A web server on 127.0.0.1 for tests, one thread a connection. The test gives the function that
 * answers; it writes whatever bytes it likes and says whether the connection stays open.
 */
struct httpd_request {
	int fd;
	char method[16];
	char path[1024];
	char head[8192]; // request line and headers
	char body[4096];
	size_t body_n;
};

typedef bool httpd_answer(const struct httpd_request *r);

static struct {
	int fd;
	int port;
	httpd_answer *answer;
	atomic_int connections;
	atomic_int requests;
	pthread_t thread;
} httpd;

__attribute__((unused)) static void httpd_write(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		at += done;
		n -= (size_t)done;
	}
}

__attribute__((unused)) static bool httpd_text(int fd, const char *text)
{
	httpd_write(fd, text, strlen(text));
	return true;
}

static bool httpd_read(struct httpd_request *r)
{
	size_t n = 0;
	char *end;
	struct span length;
	uint64_t want = 0;

	memset(r->head, 0, sizeof(r->head));
	memset(r->body, 0, sizeof(r->body));
	while ((end = strstr(r->head, "\r\n\r\n")) == NULL) {
		ssize_t got = n < sizeof(r->head) - 1
				      ? recv(r->fd, r->head + n, sizeof(r->head) - 1 - n, 0)
				      : 0;

		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	end += 4;
	r->body_n = n - (size_t)(end - r->head);
	memcpy(r->body, end, r->body_n < sizeof(r->body) ? r->body_n : 0);
	*end = '\0';
	length = span_of(strcasestr(r->head, "\r\ncontent-length: "));
	if (scan_lit(&length, "\r\nContent-Length: "))
		scan_u64(&length, sizeof(r->body), &want);
	while (r->body_n < want) {
		ssize_t got = recv(r->fd, r->body + r->body_n, sizeof(r->body) - r->body_n, 0);

		if (got <= 0)
			return false;
		r->body_n += (size_t)got;
	}
	snprintf(r->method, sizeof(r->method), "%.*s", (int)strcspn(r->head, " "), r->head);
	end = strchr(r->head, ' ');
	snprintf(r->path, sizeof(r->path), "%.*s", (int)strcspn(end + 1, " "), end + 1);
	return true;
}

static void *httpd_connection(void *data)
{
	struct httpd_request *r = calloc(1, sizeof(*r));

	r->fd = (int)(long)data;
	while (httpd_read(r)) {
		httpd.requests++;
		if (!httpd.answer(r))
			break;
	}
	close(r->fd);
	free(r);
	return NULL;
}

static void *httpd_listen(void *data)
{
	int fd;

	(void)data;
	while ((fd = accept(httpd.fd, NULL, NULL)) >= 0) {
		pthread_t t;

		httpd.connections++;
		if (pthread_create(&t, NULL, httpd_connection, (void *)(long)fd) == 0)
			pthread_detach(t);
	}
	return NULL;
}

static void httpd_start(httpd_answer *answer)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	httpd.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(httpd.fd, (struct sockaddr *)&a, n) != 0 || listen(httpd.fd, 64) != 0 ||
		getsockname(httpd.fd, (struct sockaddr *)&a, &n) != 0)
		abort();
	httpd.port = ntohs(a.sin_port);
	httpd.answer = answer;
	if (pthread_create(&httpd.thread, NULL, httpd_listen, NULL) != 0)
		abort();
}

static void httpd_stop(void)
{
	shutdown(httpd.fd, SHUT_RDWR);
	pthread_join(httpd.thread, NULL);
	close(httpd.fd);
}

#endif
