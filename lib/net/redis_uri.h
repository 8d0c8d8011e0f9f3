#ifndef NET_REDIS_URI_H
#define NET_REDIS_URI_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* Where the cache server is; the forms are told in net/redis.h. Texts that are absent are "". */
struct redis_uri {
	char path[108]; // of a unix socket; else empty
	char host[256];
	int port;
	char user[128];
	char password[256];
	char db[8]; // digits
};

/* ERR_INVALID, without repeating the text: it holds a password. */
int redis_uri_parse(struct span text, struct redis_uri *out, struct err *e) ATTR_MUST_USE;

#endif
