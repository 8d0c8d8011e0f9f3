#ifndef FCGI_SERVE_H
#define FCGI_SERVE_H

#include <signal.h>

#include "base/attr.h"
#include "base/err.h"

struct app;

/* Set by the handler of SIGTERM and SIGINT, which are blocked except while waiting for a request.
 */
extern volatile sig_atomic_t serve_stop;

/*
 * Answers FastCGI requests from the listening socket, one after the other, until serve_stop is set
 * or `most` requests are done. Expects SIGTERM blocked.
 */
int serve_fastcgi(struct app *a, int listener, unsigned long most, struct err *e) ATTR_MUST_USE;

/* Answers the one CGI request of the environment and standard input. */
int serve_cgi(struct app *a, char *const *environment, struct err *e) ATTR_MUST_USE;

#endif
