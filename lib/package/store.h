#ifndef PACKAGE_STORE_H
#define PACKAGE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "package/tree.h"

/*
 * A tree while it is read: bytes go one after the other into a file without a name, which is mapped
 * when all is there.
 */
struct store_entry {
	struct span path;
	struct span link; // of a link: where it leads, from the entry's folder; else SPAN_NONE
	size_t at;
	size_t size;
};

struct store {
	struct package_report *r;
	struct store_entry *v;
	size_t n;
	size_t room;
	int fd;
	size_t size;
	size_t linked;   // bytes that links show once more
	size_t most;     // of both together
	size_t n_passed; // names that the format does not allow
	bool full;       // a limit was passed, and said so
};

int store_open(struct store *s, struct package_report *r, size_t most, struct err *e) ATTR_MUST_USE;
void store_close(struct store *s); // for CLEANUP

/*
 * A new entry under the name that the package gives it. NULL, and nothing to be read, if the name
 * is passed over or wrong; the report says so.
 */
struct store_entry *store_add(struct store *s, struct span name);

/* More bytes of the entry added last. False if a limit was passed. */
bool store_bytes(struct store *s, const void *p, size_t n, struct err *e);

/* Resolves links, finds the root, sorts and maps. */
int store_finish(
	struct store *s, struct span name, struct package_tree *out, struct err *e) ATTR_MUST_USE;

#endif
