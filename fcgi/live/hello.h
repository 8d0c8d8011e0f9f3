#ifndef FCGI_LIVE_HELLO_H
#define FCGI_LIVE_HELLO_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What a stream asks for, read from the bytes that have arrived so far. Pure: spans point into the
 * input or lie in the arena.
 */
struct hello {
	bool is_get;
	bool upgrade; // to a WebSocket
	struct span query;
	struct span last_id; // Last-Event-ID
	struct span key;     // Sec-WebSocket-Key
	struct span version; // Sec-WebSocket-Version
};

enum hello_state {
	HELLO_MORE, // not complete yet
	HELLO_READY
};

/* A FastCGI request of the responder role with number 1, up to the end of its parameters. */
int hello_fcgi(struct span in, struct arena *m, struct hello *out, enum hello_state *state,
	struct err *e) ATTR_MUST_USE;

/* The head of an HTTP/1.1 request. */
int hello_http(
	struct span in, struct hello *out, enum hello_state *state, struct err *e) ATTR_MUST_USE;

/* The value of a name in a query, not decoded; SPAN_NONE if it is not there. */
struct span hello_param(struct span query, const char *name);

#endif
