#ifndef NET_HTTP_URL_H
#define NET_HTTP_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/* An address of http or https in its parts, normalised by the client's own parser. */
struct http_url {
	const char *scheme; // "https"
	const char *host;   // "dav.example.org", "[::1]"
	const char *port;   // always given
	const char *origin; // "https://dav.example.org:8443", the port left out where it is the
			    // usual one
	const char *path;   // with query, begins with a slash
};

/* False for another scheme, a user name, a fragment, blanks or what is no address at all. */
bool http_url_read(struct arena *m, struct span text, struct http_url *out);

/* reference as found in an answer of base: absolute, or relative to it. */
bool http_url_resolve(
	struct arena *m, const struct http_url *base, struct span reference, struct http_url *out);

/* origin and path together. */
struct span http_url_text(struct arena *m, const struct http_url *u);

#endif
