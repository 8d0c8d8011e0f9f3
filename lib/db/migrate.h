#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/attr.h"
#include "base/err.h"

struct config;

/*
 * Brings the database to the newest schema: every sql/schema file that is not yet recorded in table
 * migration, in order, each in its own transaction, then sql/role.sql. The files are compiled into
 * the program. A lock makes a second starter wait and then find nothing to do. A recorded file
 * whose text has changed is ERR_CONFLICT; a database newer than the program is ERR_CONFLICT too.
 */
int migrate_run(const struct config *conf, int *applied, struct err *e) ATTR_MUST_USE;

/* ERR_CONFLICT, naming the first missing migration, unless the schema is the program's. */
int migrate_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

#endif
