#ifndef MODEL_PROBLEM_EXPORT_H
#define MODEL_PROBLEM_EXPORT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

struct problem_export_ask {
	struct span slug;
	const struct envelope *seal;
	size_t most; // bytes of the zip
};

/*
 * A problem's current version as a zip of the package format; all of it is opened, so it is for
 * owner and jury only. The arena holds it unpacked and packed: PACKAGE_ARENA has room for the
 * largest. ERR_NOT_FOUND; ERR_TEMPORARY if seal is NULL; ERR_LIMIT if it is too large.
 */
int problem_export(struct db *d, struct arena *m, const struct problem_export_ask *ask,
	struct span *zip, struct err *e) ATTR_MUST_USE;

#endif
