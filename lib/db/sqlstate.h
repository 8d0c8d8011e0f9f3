#ifndef DB_SQLSTATE_H
#define DB_SQLSTATE_H

#include <libpq-fe.h>

#include "base/err.h"

/* The kind of error that a SQLSTATE means; the table stands at db.h. */
enum err_kind sqlstate_kind(const char *state);

/* Sets e from a failed result of the named statement. Returns -1. */
int sqlstate_error(const PGresult *res, const char *statement, struct err *e);

/* The same for a connection that failed. */
int sqlstate_lost(const PGconn *pg, const char *label, const char *what, struct err *e);

#endif
