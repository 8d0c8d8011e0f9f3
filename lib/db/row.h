#ifndef DB_ROW_H
#define DB_ROW_H

#include <libpq-fe.h>

#include "db/db.h"

/* Copies a result into the arena. ERR_LIMIT if it is larger than DB_MAX_RESULT. */
int rows_copy(const PGresult *res, struct arena *m, struct rows *out, struct err *e) ATTR_MUST_USE;

#endif
