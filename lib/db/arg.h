#ifndef DB_ARG_H
#define DB_ARG_H

#include "base/buf.h"
#include "db/db.h"
#include "db/stmt.h"

#define DB_MAX_ARGS 64

/* The arguments of one statement as libpq takes them. Pointers go into the callers' spans, into
 * small and into the scratch buffer. */
struct params {
	const char *values[DB_MAX_ARGS];
	int lengths[DB_MAX_ARGS];
	int formats[DB_MAX_ARGS];
	char small[DB_MAX_ARGS][8];
	size_t at[DB_MAX_ARGS]; // place in the scratch buffer of those that lie there
};

/* ERR_INTERNAL if number or types do not fit the statement, ERR_INVALID for a value that the type
 * cannot hold, ERR_LIMIT if the scratch buffer is full. Valid until the buffer's next use. */
int params_encode(struct params *p, struct buf *scratch, const struct stmt_info *s,
	const struct arg *a, struct err *e) ATTR_MUST_USE;

#endif
