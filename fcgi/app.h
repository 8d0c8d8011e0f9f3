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
 * Answers one request, whatever it is: *head and *body are the reply as response_finish gives it
 * and live until the next call.
 */
void app_answer(struct app *a, const struct app_source *src, struct span *head, struct span *body);

/* After the reply has left: counts and logs. */
void app_done(struct app *a, bool sent);

#endif
