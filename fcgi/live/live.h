#ifndef FCGI_LIVE_LIVE_H
#define FCGI_LIVE_LIVE_H

#include "base/attr.h"
#include "base/err.h"

struct config;

/* Listening sockets of podium-live: what speaks FastCGI, what speaks HTTP. */
struct live_doors {
	int fcgi;
	int http;
};

/* Holds the streams until SIGTERM or SIGINT. */
int live_run(
	const struct config *conf, const struct live_doors *doors, struct err *e) ATTR_MUST_USE;

#endif
