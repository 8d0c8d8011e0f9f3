#ifndef HTML_URL_H
#define HTML_URL_H

#include "base/arena.h"
#include "base/span.h"
#include "html/html.h"

/* Addresses inside this site. The path is a literal that begins with a slash. */
#define url_path(literal) ((struct url){ "" literal })

/*
 * A path with arguments: each {} of the pattern takes the next text of the NULL-terminated list,
 * percent-encoded. url_to(m, "/problem/{}", slug, NULL)
 */
struct url url_to(struct arena *m, const char *pattern, ...) __attribute__((sentinel));

/* Adds ?name=value or &name=value, both percent-encoded; an absent value adds nothing. */
struct url url_with(struct arena *m, struct url u, const char *name, struct span value);

/* An address elsewhere: http, https or mailto and no control characters or blanks; else "#". */
struct url url_external(struct arena *m, struct span address);

/*
 * Path and query inside this site that came from outside, such as where to go back to. Anything
 * that is not one, and whatever a browser would read as another host, becomes "/".
 */
struct url url_local(struct arena *m, struct span address);

/* A static file under its content-hashed name; an unknown name does not get through the build's
 * tests. */
struct url url_asset(const char *name);

#endif
