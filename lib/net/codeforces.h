#ifndef NET_CODEFORCES_H
#define NET_CODEFORCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The one way to Codeforces: nothing else in the tree speaks to it. Every call passes the gate,
 * which all processes share (lib/model/bucket.h), asks with lang=en and reads the envelope before
 * the HTTP status, because the reason of a refusal stands in the body of an answer 400.
 */
struct config;
struct http;
struct http_reply;
struct http_request;

enum codeforces_priority {
	CODEFORCES_SYNC,   // a player waits for it
	CODEFORCES_MANUAL, // somebody asked for it
	CODEFORCES_SWEEP   // nobody waits
};

/* Given by lib/model, which this room may not include. */
struct codeforces_gate {
	/* Returns when a call may start, or ERR_TEMPORARY with retry_after_s if not in max_wait_ms.
	 */
	int (*enter)(void *data, enum codeforces_priority priority, int max_wait_ms, struct err *e);
	/* Nobody passes for so long. */
	void (*pause)(void *data, int seconds);
	void *data;
};

struct codeforces {
	const struct config *conf;
	struct http *http;
	struct codeforces_gate gate;
};

struct codeforces_param {
	const char *name;
	struct span value; // encoded here; SPAN_NONE leaves the parameter out
};

#define CODEFORCES_MAX_PARAMS 6

struct codeforces_call {
	const char *method; // "contest.list", "user.info", "user.rating", "user.status", ...
	struct codeforces_param params[CODEFORCES_MAX_PARAMS];
	enum codeforces_priority priority;
	int max_wait_ms; // at the gate
	size_t max_body; // 0: HTTP_MAX_BODY
	/*
	 * NULL, or the list that ends a long answer and that nobody wants: only what stands before
	 * it is fetched, CODEFORCES_MAX_FRONT at most. Such a call has no lang=en: the standings of
	 * a round are given only to who names the round and nothing else.
	 */
	const char *without; // "rows"
	/* NULL, or where to put the whole body of a good answer (in the arena), and when it was
	 * asked for (Unix time in microseconds). */
	struct span *body;
	int64_t *asked_us;
};

/*
 * One call. On success *result is the answer's "result": JSON, in the arena, of which nobody has
 * read anything yet; else SPAN_NONE. Errors, also of codeforces_read:
 *   ERR_NOT_FOUND  no such handle or contest: permanent
 *   ERR_INVALID    a malformed handle or parameter: permanent
 *   ERR_FORBIDDEN  blocked: a page for people (bot wall) with HTTP 403
 *   ERR_LIMIT      asked too often (limit exceeded, HTTP 429 or 503): the gate is closed for
 *                  CODEFORCES_PAUSE_S or what the server asks, which is retry_after_s
 *   ERR_TEMPORARY  no connection, out of order, not JSON, any other refusal
 * An answer whose form is not the known one is ERR_TEMPORARY and an alert line in the log.
 */
int codeforces_call(struct codeforces *cf, struct arena *m, const struct codeforces_call *call,
	struct span *result, struct err *e) ATTR_MUST_USE;

/* One exchange that is none of the API's and for which somebody waits: through the gate, as a Sync
 * and within CODEFORCES_WEB_WAIT_MS. ERR_TEMPORARY: no connection, an answer that is too large, or
 * HTTP 429 or 503, which close the gate as above.
 */
int codeforces_send(struct codeforces *cf, struct arena *m, const struct http_request *r,
	struct http_reply *out, struct err *e) ATTR_MUST_USE;

/* Tells the operators that an answer to the call has another form than the known one, and where. */
void codeforces_alert(const struct codeforces *cf, const struct codeforces_call *call, int status,
	const struct err *why);

/* What tells one call from another: "/api/user.info?lang=en&handles=a". */
const char *codeforces_path(struct arena *m, const struct codeforces_call *call);

/* The envelope alone: of a body that came with that HTTP status; *result is part of it. Pure. */
int codeforces_read(struct arena *m, int status, struct span body, struct span *result,
	struct err *e) ATTR_MUST_USE;

/*
 * The handle that "handles: User with handle X not found" speaks of, as a part of comment;
 * SPAN_NONE if it speaks of none.
 */
struct span codeforces_bad_handle(struct span comment);

#endif
