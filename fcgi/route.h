#ifndef FCGI_ROUTE_H
#define FCGI_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "model/scope.h"
#include "model/user.h"

struct api_doc;

enum csrf_rule {
	CSRF_SAFE,   // reads only
	CSRF_TOKEN,  // session token and same origin
	CSRF_ORIGIN, // same origin: forms of guests, who have no session
	CSRF_NONE    // machines: authenticated by something that a browser does not send by itself
};

enum cache_rule {
	CACHE_NONE,    // no-store
	CACHE_PRIVATE, // private, no-cache; may use ETag
	CACHE_PUBLIC,  // public, max-age=60; the same for everybody
	CACHE_COPY     // as CACHE_PUBLIC, and written through to PAGE_DIR for guests
};

/* All that matters for the safety of an address stands on its line in routes.c; guard.c enforces
 * it. */
struct route {
	enum method method;  // GET also answers HEAD
	const char *pattern; // "/contest/:slug": a colon names one path segment, not empty
	handler *run;
	enum role need;
	enum csrf_rule csrf;
	enum cache_rule cache;
	const char *limit;         // name in lib/model/rate.c; NULL: that of pages (fcgi/flow.h)
	size_t max_body;           // bytes; 0: none is accepted
	const struct api_doc *doc; // of the JSON API (fcgi/api_doc.h); NULL: a page
	enum scope scope;          // what a token made by hand must be allowed, where doc is set
	/* Who asks is read together with what he asks for: for pages that everybody may see. The
	 * handler reads only and is quick: it may run twice, and others may wait for it (app.h). */
	bool late;
	/* Hashes a password, which keeps a processor busy for a quarter of a second: the web server
	 * sends it to processes of its own, so that no page waits behind it. So it does with an
	 * upload, the one kind of request that may be larger than REQUEST_MAX_BODY. */
	bool slow;
	const char *also; // a second limit, or NULL
};

extern const struct route routes[];
extern const size_t n_routes;

struct route_match {
	const struct route *route; // NULL: 404, or 405 if allowed is not empty
	char allowed[64];          // methods of the routes whose pattern fits: "GET, HEAD, POST"
};

/* The first route of the table that fits. */
void route_find(const struct route *table, size_t n, enum method method, struct span path,
	struct route_match *out);

const char *method_name(enum method m); // "" for METHOD_OTHER

/* True if a described route of the JSON API stands at this address, whatever its method. */
bool route_is_api(const struct route *table, size_t n, struct span path);

/* One line for each route: method, pattern, role, rules and limits. */
void route_print(const struct route *table, size_t n, struct buf *out);

/* Why the table cannot be used, or NULL: two equal lines, a write without a rule against forgery.
 */
const char *route_fault(const struct route *table, size_t n);

/* The value of a pattern's segment; the route is c->route. */
struct span route_param(const struct ctx *c, const char *name);

#endif
