#ifndef TESTS_UNIT_HTTP_LAB_H
#define TESTS_UNIT_HTTP_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/http.h"
#include "os/config.h"
#include "tests/unit/httpd.h"

/* The server that the tests of the HTTP client talk to, one address for each way to answer. */

static struct config conf = { .user_agent = "test/1", .connection_pool_limit = 4 };
static struct arena *mem;
static struct http *http;
static char home[64];
static char seen[4096]; // head of the last request

static const char ok_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

static bool say(int fd, const char *text)
{
	char head[200];

	snprintf(head, sizeof(head), "%sContent-Length: %zu\r\n\r\n", ok_head, strlen(text));
	httpd_text(fd, head);
	return httpd_text(fd, text);
}

static bool redirect(int fd, int status, const char *to)
{
	char head[1200];

	snprintf(head, sizeof(head),
		"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 5\r\n\r\nmoved", status, to);
	return httpd_text(fd, head);
}

static unsigned char *put_bits(unsigned char *at, unsigned *have, unsigned value, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		*at = (unsigned char)(*at | ((value >> i & 1) << *have));
		if (++*have == 8) {
			*have = 0;
			at++;
		}
	}
	return at;
}

/* gzip of 1 + 258 * matches zero bytes, 1.6 bytes for each match. */
static bool gzip_zeros(int fd, unsigned matches, const char *coding)
{
	static const unsigned char begin[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	unsigned char *out = calloc(1, matches * 2 + 64);
	unsigned char *at = out + sizeof(begin);
	unsigned have = 0;
	char head[300];

	memcpy(out, begin, sizeof(begin));
	at = put_bits(at, &have, 3, 3);    // last block, fixed codes
	at = put_bits(at, &have, 0x0c, 8); // literal 0, bits reversed
	for (unsigned i = 0; i < matches; i++) {
		at = put_bits(at, &have, 0xa3, 8); // length 258, bits reversed
		at = put_bits(at, &have, 0, 5);    // distance 1
	}
	at = put_bits(at, &have, 0, 7); // end of block
	snprintf(head, sizeof(head), "%sContent-Encoding: %s\r\nContent-Length: %td\r\n\r\n",
		ok_head, coding, at + 1 - out);
	httpd_text(fd, head);
	httpd_write(fd, out, (size_t)(at + 1 - out));
	free(out);
	return true;
}

static bool drip(int fd, const char *text, int wait_ms)
{
	for (const char *p = text; *p != '\0'; p++) {
		httpd_write(fd, p, 1);
		usleep((useconds_t)wait_ms * 1000);
	}
	return false;
}

static bool answer_redirects(const struct httpd_request *r)
{
	char to[1100];

	if (strncmp(r->path, "/to?", 4) == 0)
		return redirect(r->fd, 302, r->path + 4);
	if (strncmp(r->path, "/to303?", 7) == 0)
		return redirect(r->fd, 303, r->path + 7);
	if (strncmp(r->path, "/to307?", 7) == 0)
		return redirect(r->fd, 307, r->path + 7);
	if (strncmp(r->path, "/chain/", 7) == 0 && r->path[7] > '0') {
		snprintf(to, sizeof(to), "/chain/%c", r->path[7] - 1);
		return redirect(r->fd, 301, to);
	}
	return say(r->fd, "end");
}

static bool answer_body(const struct httpd_request *r)
{
	int fd = r->fd;

	if (strcmp(r->path, "/cut") == 0)
		httpd_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
	else if (strcmp(r->path, "/cut-chunk") == 0)
		httpd_text(
			fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
	else if (strcmp(r->path, "/nothing") == 0)
		return false;
	else if (strcmp(r->path, "/garbage") == 0)
		httpd_text(fd, "SSH-2.0-OpenSSH\r\n\r\n");
	else if (strcmp(r->path, "/slow") == 0)
		usleep(1500000);
	else if (strcmp(r->path, "/drip") == 0)
		return drip(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcdefghi", 60);
	else if (strcmp(r->path, "/announced") == 0)
		httpd_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx");
	else if (strcmp(r->path, "/endless") == 0) {
		httpd_text(fd, "HTTP/1.1 200 OK\r\n\r\n");
		for (int i = 0; i < 5000; i++)
			httpd_text(fd, "0123456789012345678901234567890123456789");
	} else if (strncmp(r->path, "/exact/", 7) == 0) {
		httpd_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
		for (int i = 0; i < 100; i++)
			httpd_text(fd, "0123456789");
		return true;
	}
	return false;
}

static bool answer_headers(const struct httpd_request *r)
{
	static const struct {
		const char *path;
		const char *reply;
	} replies[] = {
		{ "/204", "HTTP/1.1 204 No Content\r\nETag: \"n\"\r\n\r\n" },
		{ "/304", "HTTP/1.1 304 Not Modified\r\nETag: W/\"v1\"\r\n\r\n" },
		{ "/404", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone" },
		{ "/503", "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n" },
		{ "/100", "HTTP/1.1 100 Continue\r\nETag: \"no\"\r\n\r\n"
			  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
		{ "/bad-etag", "HTTP/1.1 200 OK\r\nETag: \"a\001b\"\r\nContent-Length: 0\r\n\r\n" },
		{ "/etag", "HTTP/1.1 200 OK\r\neTaG:   \"a b\" \r\nContent-Type: text/html; "
			   "charset=utf-8\r\nContent-Length: 0\r\n\r\n" },
		{ "/location", "HTTP/1.1 201 Created\r\nLocation: /made/1\r\n"
			       "Content-Length: 0\r\n\r\n" },
	};
	char head[300];

	for (size_t i = 0; i < countof(replies); i++) {
		if (strcmp(r->path, replies[i].path) == 0)
			return httpd_text(r->fd, replies[i].reply);
	}
	if (strncmp(r->path, "/after?", 7) == 0) {
		snprintf(head, sizeof(head), "HTTP/1.1 429 Slow\r\nRetry-After: %.200s\r\n",
			r->path + 7);
		for (char *p = head; *p != '\0'; p++)
			*p = *p == '_' ? ' ' : *p;
		httpd_text(r->fd, head);
		return httpd_text(r->fd, "Content-Length: 0\r\n\r\n");
	}
	return false;
}

static bool answer(const struct httpd_request *r)
{
	char text[4600];

	snprintf(seen, sizeof(seen), "%.4000s", r->head);
	if (strcmp(r->method, "HEAD") == 0)
		return httpd_text(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
	if (strcmp(r->path, "/hello") == 0)
		return say(r->fd, "hello");
	if (strncmp(r->path, "/echo", 5) == 0) {
		snprintf(text, sizeof(text), "%s %s", r->method, r->body);
		return say(r->fd, text);
	}
	if (strcmp(r->path, "/cookie") == 0)
		return httpd_text(r->fd, "HTTP/1.1 200 OK\r\nSet-Cookie: k=v1\r\nContent-Length: "
					 "0\r\n\r\n");
	if (strcmp(r->path, "/gzip") == 0)
		return gzip_zeros(r->fd, 100, "gzip");
	if (strcmp(r->path, "/bomb") == 0)
		return gzip_zeros(r->fd, 400000, "gzip");
	if (strcmp(r->path, "/coding") == 0)
		return gzip_zeros(r->fd, 10, "rot13");
	if (strncmp(r->path, "/to", 3) == 0 || strncmp(r->path, "/chain", 6) == 0)
		return answer_redirects(r);
	return answer_headers(r) || answer_body(r);
}

__attribute__((unused)) static int http_lab_start(void **state)
{
	(void)state;
	httpd_start(answer);
	snprintf(home, sizeof(home), "http://127.0.0.1:%d", httpd.port);
	mem = arena_new(256 << 20);
	http = http_new(&conf);
	return 0;
}

__attribute__((unused)) static int http_lab_stop(void **state)
{
	(void)state;
	http_free(http);
	arena_free(mem);
	httpd_stop();
	return 0;
}

static struct err fault;

static int send_full(const struct http_request *r, struct http_reply *out)
{
	fault = (struct err){ 0 };
	return http_send(http, mem, r, out, &fault);
}

__attribute__((unused)) static struct http_reply get(const char *path)
{
	struct http_reply reply;

	if (send_full(&(struct http_request){ .base = home, .path = path }, &reply) != 0)
		fail_msg("%s: %s %s", path, fault.text, fault.detail);
	return reply;
}

static void refuse_at(const char *base, const char *path, enum err_kind kind)
{
	struct http_reply reply;

	if (send_full(&(struct http_request){ .base = base, .path = path, .timeout_ms = 700 },
		    &reply) == 0)
		fail_msg("%s%s was answered: %d", base, path, reply.status);
	if (fault.kind != kind)
		fail_msg("%s%s: kind %d, %s %s", base, path, fault.kind, fault.text, fault.detail);
}

__attribute__((unused)) static void refuse(const char *path, enum err_kind kind)
{
	refuse_at(home, path, kind);
}

#endif
