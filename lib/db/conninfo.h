#ifndef DB_CONNINFO_H
#define DB_CONNINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Keywords and values for libpq: what the operator wrote, completed with deadlines, session
 * settings, the certificate authority and the application's name. The operator's own options come
 * last, so they win. Lives until conninfo_free.
 */
struct conninfo {
	char **keys; // NULL at the end
	char **values;
	size_t n;
};

struct conninfo_spec {
	struct span text;  // libpq keywords or a URI
	const char *label; // "primary", "replica 1": for messages
	const char *application_name;
	int ca_fd;     // holds the authority's PEM text; -1: none
	bool writable; // of several hosts, one that accepts writes is meant
};

/* ERR_INVALID if libpq cannot read the text; the message does not quote it, for it may hold a
 * password. */
int conninfo_make(
	const struct conninfo_spec *spec, struct conninfo *out, struct err *e) ATTR_MUST_USE;
void conninfo_free(struct conninfo *c);

/* For a pooler that accepts no startup options. */
void conninfo_drop_options(struct conninfo *c);

#endif
