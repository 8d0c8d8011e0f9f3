#ifndef JOBS_SOURCE_REQUEST_H
#define JOBS_SOURCE_REQUEST_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "model/platform.h"

struct http_reply;
struct http_request;
struct source_ctx;

/*
 * One request in the manner of the platform's pace: with its User-Agent, session and body cap, and
 * up to SOURCE_TRIES times while the answer is a lost connection, a timeout, 429, 500, 502, 503 or
 * 504. Between tries it waits as long as the pace says or, if that is longer, as Retry-After asks;
 * a wait over SOURCE_MAX_WAIT_S ends the tries with retry_after_s set. The last answer is given
 * whatever its status.
 */
int source_send(struct source_ctx *c, enum platform p, const struct http_request *request,
	struct http_reply *reply, struct err *e) ATTR_MUST_USE;

/*
 * Waits between the try-th request and the next one, as source_send does; false if there shall be
 * no next one.
 */
bool source_wait(struct source_ctx *c, enum platform p, int try, int retry_after_s);

/* 0 for 200. Else the error that the status means: see source_fetch_fn. */
int source_status(enum platform p, const struct http_reply *reply, struct err *e) ATTR_MUST_USE;

#endif
