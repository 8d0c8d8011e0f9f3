#include "fcgi/live/wire.h"

#include <stdio.h>
#include <string.h>

#include "auth/digest.h"
#include "base/arena.h"
#include "base/base64.h"
#include "base/limits.h"
#include "fcgi/protective.h"

#define RECORD_MOST 65528
#define SOCKET_UUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" // RFC 6455, 1.3

enum {
	FCGI_END = 3,
	FCGI_STDOUT = 6
};

enum {
	SOCKET_TEXT = 0x81,
	SOCKET_CLOSE = 0x88,
	SOCKET_PING = 0x89,
	SOCKET_PONG = 0x8a
};

static void add_record(struct buf *b, int type, struct span content)
{
	const unsigned char head[8] = { 1, (unsigned char)type, 0, 1,
		(unsigned char)(content.n >> 8), (unsigned char)content.n, 0, 0 };

	buf_add(b, head, sizeof(head));
	buf_add_span(b, content);
}

static void add_frame(struct buf *b, int kind, struct span content)
{
	buf_addc(b, (char)kind);
	if (content.n < 126) {
		buf_addc(b, (char)content.n);
	} else if (content.n <= UINT16_MAX) {
		buf_addc(b, 126);
		buf_addc(b, (char)(content.n >> 8));
		buf_addc(b, (char)content.n);
	} else {
		buf_fail(b); // no event is as long
	}
	buf_add_span(b, content);
}

static void add_records(struct buf *b, struct span text)
{
	while (text.n > 0) {
		struct span part = span_sub(text, 0, RECORD_MOST);

		add_record(b, FCGI_STDOUT, part);
		text = span_sub(text, part.n, text.n - part.n);
	}
}

/* Text of a stream of server-sent events. */
static void add_text(struct buf *b, enum wire w, struct span text)
{
	if (w == WIRE_FCGI)
		add_records(b, text);
	else
		buf_add_span(b, text);
}

void wire_add(struct buf *text, enum wire w, struct span json)
{
	if (w == WIRE_SOCKET) {
		add_frame(text, SOCKET_TEXT, json);
		return;
	}
	buf_adds(text, "data: ");
	buf_add_span(text, json);
	buf_adds(text, "\n\n");
}

void wire_add_position(struct buf *text, enum wire w, int64_t id)
{
	char json[48];
	int n = snprintf(json, sizeof(json), "{\"position\":\"%lld\"}", (long long)id);

	if (w != WIRE_SOCKET)
		buf_addf(text, "id: %lld\n", (long long)id);
	wire_add(text, w, (struct span){ json, (size_t)n });
}

void wire_pack(struct buf *b, enum wire w, struct buf *made)
{
	struct err e = { 0 };
	struct span text;

	if (buf_finish(made, &text, &e) != 0)
		buf_fail(b);
	else if (w == WIRE_FCGI)
		add_records(b, text);
	else
		buf_add_span(b, text);
}

void wire_event(struct buf *b, enum wire w, struct span json)
{
	BUF_AUTO text;

	buf_init(&text, LIVE_MAX_PENDING);
	wire_add(&text, w, json);
	wire_pack(b, w, &text);
}

void wire_position(struct buf *b, enum wire w, int64_t id)
{
	BUF_AUTO text;

	buf_init(&text, LIVE_MAX_PENDING);
	wire_add_position(&text, w, id);
	wire_pack(b, w, &text);
}

void wire_reset(struct buf *b, enum wire w)
{
	wire_event(b, w, SPAN("{\"kind\":\"reset\"}"));
}

void wire_heartbeat(struct buf *b, enum wire w)
{
	if (w == WIRE_SOCKET)
		add_frame(b, SOCKET_PING, SPAN(""));
	else
		add_text(b, w, SPAN(":\n\n"));
}

static void accept_socket(struct buf *b, struct span key)
{
	struct arena *m = arena_new(4096);
	unsigned char digest[DIGEST_SHA1_SIZE];
	struct span text;

	text = span_of(arena_printf(m, SPAN_FMT SOCKET_UUID, SPAN_ARG(key)));
	digest_sha1(text, digest);
	buf_adds(b,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: ");
	buf_add_span(b, base64_encode(m, (struct span){ (const char *)digest, sizeof(digest) }));
	buf_adds(b, "\r\n\r\n");
	arena_free(m);
}

void wire_accept(struct buf *b, enum wire w, struct span key, int retry_ms)
{
	BUF_AUTO text;

	buf_init(&text, 2048);
	if (w == WIRE_SOCKET) {
		accept_socket(b, key);
		return;
	}
	buf_adds(&text,
		w == WIRE_FCGI ? "Status: 200 OK\r\n" : "HTTP/1.1 200 OK\r\nConnection: close\r\n");
	buf_adds(&text, PROTECTIVE_STREAM_HEADERS
		"Content-Type: text/event-stream\r\nCache-Control: no-cache, no-transform\r\n"
		"X-Accel-Buffering: no\r\n\r\n");
	buf_addf(&text, "retry: %d\n\n", retry_ms);
	wire_pack(b, w, &text);
}

void wire_refuse(struct buf *b, enum wire w, int status, const char *text)
{
	BUF_AUTO answer;

	buf_init(&answer, 2048);
	buf_addf(&answer,
		w == WIRE_FCGI ? "Status: %d\r\n" : "HTTP/1.1 %d Refused\r\nConnection: close\r\n",
		status);
	buf_addf(&answer,
		PROTECTIVE_HEADERS
		"Content-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: %zu\r\n\r\n"
		"{\"error\":{\"message\":\"%s\"}}\n",
		strlen(text) + strlen("{\"error\":{\"message\":\"\"}}\n"), text);
	wire_pack(b, w == WIRE_FCGI ? w : WIRE_SSE, &answer);
	if (w == WIRE_FCGI)
		wire_end(b, w);
}

void wire_end(struct buf *b, enum wire w)
{
	if (w == WIRE_FCGI) {
		add_record(b, FCGI_STDOUT, SPAN(""));
		add_record(b, FCGI_END, (struct span){ "\0\0\0\0\0\0\0\0", 8 });
	} else if (w == WIRE_SOCKET) {
		add_frame(b, SOCKET_CLOSE, SPAN("\x03\xe9")); // 1001: going away
	}
}

void wire_pong(struct buf *b, struct span payload)
{
	add_frame(b, SOCKET_PONG, payload);
}
