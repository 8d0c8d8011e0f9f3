#ifndef MODEL_PROBLEM_IMPORT_H
#define MODEL_PROBLEM_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;
struct tx;
struct user;

/*
 * Problem packages that are sent in by the web. The zip is kept sealed until a job of the kind
 * problem.import, with the payload {"import":ID}, has read it; what that job found stays as the
 * report. Whoever sent it in sees it, jury and admins see all.
 */
enum problem_import_state {
	PROBLEM_IMPORT_WAITS,
	PROBLEM_IMPORT_READS,
	PROBLEM_IMPORT_IN,
	PROBLEM_IMPORT_REFUSED
};

enum problem_import_level {
	PROBLEM_IMPORT_NOTE,
	PROBLEM_IMPORT_WARNING,
	PROBLEM_IMPORT_ERROR // the package is refused
};

/* One thing that was found. */
struct problem_import_line {
	enum problem_import_level level;
	struct span file; // in the package; SPAN_NONE: of no one file
	int line;         // 0: of no one line
	struct span text;
};

struct problem_import_lines {
	const struct problem_import_line *v;
	size_t n;
};

struct problem_import {
	int64_t id;
	int64_t user_id;       // 0: the account is gone
	struct span user_name; // SPAN_NONE with 0
	int64_t problem_id;    // into which, or what it became; 0: none yet
	struct span slug;      // of that problem
	struct span name;      // of its current version; SPAN_NONE: there is none
	int64_t made_at;       // unix us
	int64_t ended_at;      // INT64_MIN: not yet
	struct span file_name;
	int64_t size;
	enum problem_import_state state;
	struct span step; // what is done just now
	struct problem_import_lines report;
};

struct problem_imports {
	const struct problem_import *v;
	size_t n;
};

/* ---- for pages ---- */

struct problem_import_new {
	const struct user *user;
	int64_t problem_id; // whose next version it is to be; 0: a new problem
	struct span file_name;
	struct span zip; // 1..IMPORT_MAX_ZIP bytes
	const struct envelope *seal;
};

/*
 * Stores the package and its job, in a transaction of its own. ERR_INVALID on "package": no zip, or
 * too large; ERR_LIMIT: IMPORT_MAX_WAIT of this member wait already; ERR_TEMPORARY: ENCRYPTION_KEY
 * is not set. Whether the user may make or change the problem is the caller's to ask.
 */
int problem_import_create(
	struct db *d, const struct problem_import_new *n, int64_t *id, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND if there is none for this reader. */
int problem_import_get(struct db *d, struct arena *m, const struct user *reader, int64_t id,
	struct problem_import *out, struct err *e) ATTR_MUST_USE;

/* The newest, without reports; the reader's own, or all for jury and admins. */
int problem_import_list(struct db *d, struct arena *m, const struct user *reader,
	struct problem_imports *out, struct err *e) ATTR_MUST_USE;

/* ---- for the job ---- */

/* Without a report. It reads from now on. ERR_NOT_FOUND; ERR_CONFLICT if it has ended. */
int problem_import_begin(struct db *d, struct arena *m, int64_t id, struct problem_import *out,
	struct err *e) ATTR_MUST_USE;

/* Writes the zip to a descriptor, from where it stands. ERR_TEMPORARY if seal is NULL. */
int problem_import_read(
	struct db *d, const struct envelope *seal, int64_t id, int fd, struct err *e) ATTR_MUST_USE;

/* What is done just now, for whoever watches; at most 200 bytes, more is cut off. */
int problem_import_step(struct db *d, int64_t id, const char *step, struct err *e) ATTR_MUST_USE;

/*
 * The end: as problem_id, or refused with 0. The zip goes. Of more than IMPORT_MAX_LINES lines the
 * rest is counted in a last one. Part of the caller's transaction.
 */
int problem_import_end(struct tx *tx, int64_t id, int64_t problem_id,
	const struct problem_import_lines *report, struct err *e) ATTR_MUST_USE;

/* Reports older than IMPORT_KEEP_DAYS. */
int problem_import_purge(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
