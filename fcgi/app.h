#ifndef FCGI_APP_H
#define FCGI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct config;

/* What one web process needs to answer requests: connections, arena, reply. Made after the fork. */
struct app;

int app_open(const struct config *conf, struct app **out, struct err *e) ATTR_MUST_USE;
void app_close(struct app *a); // NULL is allowed

/* Where a request comes from. */
struct app_source {
	char *const *params; // "NAME=value", NULL at the end
	/* Reads up to n bytes of the body: > 0, 0 at its end, -1 if it was cut off or too slow. */
	ssize_t (*read_body)(void *from, char *to, size_t n);
	void *from;
};

/*
 * A process takes up to APP_SEATS requests before it answers the first, so that their first reads
 * of the database can share a round trip. Every request has a seat, counted from 0. app_read takes
 * it in: head, route and body.
 */
#define APP_SEATS 8
void app_read(struct app *a, size_t seat, const struct app_source *src);

/* Whether the request can wait for others: it is a plain read that everybody may ask for. */
bool app_may_wait(const struct app *a, size_t seat);

/* Asks together what the first n seats will ask first. What comes of it shows in app_answer only.
 */
void app_ask(struct app *a, size_t n);

/*
 * Answers the request, whatever it is: *head and *body are the reply as response_finish gives it
 * and live until the next call.
 */
void app_answer(struct app *a, size_t seat, struct span *head, struct span *body);

/* After the reply of the last app_answer has left: counts and logs. */
void app_done(struct app *a, bool sent);

#endif
