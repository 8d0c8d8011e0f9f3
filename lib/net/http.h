#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The HTTP client for outside services. It speaks https, and http only to a base URL that the
 * configuration wrote so; follows at most HTTP_MAX_REDIRECTS; refuses, after name resolution and at
 * every redirect, loopback, private, link-local and other special addresses unless the configured
 * base URL itself names such a host; keeps connections to a host open between requests.
 */
struct http;
struct config;

struct http *http_new(const struct config *conf); // one per process, made after fork
void http_free(struct http *h);

/* Where a request may go. */
enum http_reach {
	HTTP_REACH_CONFIGURED, // the operator wrote the base: it may name a private host, and http
	HTTP_REACH_PUBLIC,     // a member gave it: https to the public internet and nothing else
	HTTP_REACH_PRIVATE     // a member gave it and the operator lists its host: also to private
			       // addresses, also over http
};

struct http_request {
	enum http_reach reach;
	bool stay;                  // a redirect is an answer like any other and is not followed
	const char *method;         // "GET" when NULL
	const char *base;           // configured base URL: decides what is allowed
	const char *path;           // appended to base; begins with / or ?, or is empty
	const char *const *headers; // "Name: value", NULL at the end; may be NULL
	struct span body;
	int timeout_ms;  // whole exchange; 0: HTTP_TIMEOUT_MS
	size_t max_body; // 0: HTTP_MAX_BODY
	bool front;      // a longer answer is cut off there, and that is no error
	bool cookies;    // keep cookies of this host between requests of this process
};

struct http_reply {
	int status;
	struct span body;
	struct span content_type;
	struct span etag;
	struct span location;
	int retry_after_s; // from seconds or an HTTP date, clamped to 0..HTTP_MAX_RETRY_AFTER_S
	int64_t elapsed_us;
	bool repeated; // sent twice, because a kept connection ended without an answer: what was
		       // asked may have been done before
};

/*
 * One exchange. Any HTTP status is success here: judging it is the caller's work. No connection, a
 * timeout or a cut-off body is ERR_TEMPORARY; a body over max_body ERR_LIMIT; a refused address or
 * protocol ERR_FORBIDDEN. The reply lives in the arena.
 */
int http_send(struct http *h, struct arena *m, const struct http_request *r, struct http_reply *out,
	struct err *e) ATTR_MUST_USE;

/* Percent-encodes everything but unreserved characters (RFC 3986). */
const char *http_escape(struct arena *m, struct span s);

#endif
