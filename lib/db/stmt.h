#ifndef DB_STMT_H
#define DB_STMT_H

#include <stddef.h>
#include <stdint.h>

#include "gen/stmt.h"

/*
 * What the build made of sql/query: one entry for each enum stmt. Types are PostgreSQL's type OIDs,
 * as the statement's header declares them; the tests compare them with what the server says.
 */
enum stmt_kind {
	STMT_ONE,
	STMT_MANY,
	STMT_EXEC
};

enum {
	STMT_REPLICA = 1, // reads only and tolerates lag: may run on a replica
	STMT_READ = 2,    // reads only: may be sent again after a lost connection
	STMT_PINNED = 4,  // planned once for all values, by index whatever the statistics say
	STMT_LONG = 8,    // may take up to DB_LONG_TIMEOUT_MS
	STMT_NEUTRAL = 16 // planned well pinned or not: as whatever stands beside it
};

struct stmt_field {
	const char *name;
	uint32_t type;
};

struct stmt_info {
	const char *name; // also the name of the prepared statement on the server
	const char *text;
	const struct stmt_field *args;
	const struct stmt_field *cols;
	size_t n_args;
	size_t n_cols;
	enum stmt_kind kind;
	unsigned flags;
};

extern const struct stmt_info stmt_table[]; // N_STMTS entries

/* The migrations and the role script, embedded in the program. */
struct schema_file {
	const char *name; // "0001_base.sql"
	const char *text;
};

extern const struct schema_file schema_files[]; // in order of their numbers
extern const size_t n_schema_files;
extern const char schema_roles[]; // sql/role.sql; may be empty

#endif
