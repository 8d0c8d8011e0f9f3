#ifndef FCGI_CTX_H
#define FCGI_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct bearer;
struct cache;
struct config;
struct db;
struct envelope;
struct http;
struct keyring;
struct request;
struct response;
struct route;
struct session;
struct user;

/* What a handler can reach; nothing is global. */
struct ctx {
	struct arena *mem;
	const struct config *conf;
	struct db *db;
	struct cache *cache;
	const struct envelope *seal; // NULL while ENCRYPTION_KEY is not set
	struct http *http;           // for outside services
	const struct request *req;
	struct response *res;
	const struct user *user;         // NULL for a guest
	const struct session *session;   // NULL for a guest and for a program
	bool session_awaited;            // of a route that is late: not known yet (guard_settle)
	const struct err *session_fault; // it could not be read
	const struct bearer *bearer;     // a program that acts for the user; NULL otherwise
	struct keyring *keys;            // of access tokens
	const struct route *route;
	int64_t now_us; // wall clock at the start of the request
};

/* 0: the response is filled. -1: e says what went wrong and becomes the error page or JSON. */
typedef int handler(struct ctx *c, struct err *e);

#endif
