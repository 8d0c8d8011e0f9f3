#ifndef JOBS_PACKAGE_EXPORT_H
#define JOBS_PACKAGE_EXPORT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/*
 * A problem's current version as a zip of the package format; all of it is opened, so it is for
 * owner and jury only. ERR_NOT_FOUND; ERR_TEMPORARY if seal is NULL; ERR_LIMIT if it is too large.
 */
int export_problem(struct db *d, struct arena *m, const struct envelope *seal, struct span slug,
	struct span *zip, struct err *e) ATTR_MUST_USE;

#endif
