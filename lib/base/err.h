#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

/* What went wrong decides, in one place each, the HTTP status and the fate of a job. */
enum err_kind {
	ERR_NONE = 0,
	ERR_INVALID,   // the caller's data is wrong; err.field may name it  -> 422
	ERR_AUTH,      // not known who is asking                            -> 401 or sign-in
	ERR_FORBIDDEN, // known, but not allowed                             -> 403
	ERR_NOT_FOUND, //                                                    -> 404
	ERR_CONFLICT,  // unique key, stale version                          -> 409
	ERR_LIMIT,     // too large or too often                             -> 413, 429
	ERR_TEMPORARY, // database or network away; may work next time       -> 503, job is retried
	ERR_INTERNAL   // our fault                                          -> 500, job is dead
};

struct err {
	enum err_kind kind;
	int retry_after_s; // 0, or how long the failing side asked to be left alone
	char field[32];    // form field, or empty
	char text[200];    // may be shown to the user
	char detail[400];  // goes only to the log
};

/*
 * Fallible functions return 0 or -1 and take the struct err last. The first error wins: once
 * e->kind is set, later calls change nothing, so cleanup code may call fallible functions with the
 * same e. All three return -1. Texts that do not fit are cut at a character boundary.
 */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) ATTR_PRINTF(3, 4);
int err_field(struct err *e, const char *field, const char *fmt, ...) ATTR_PRINTF(3, 4);

/* Says of an ERR_NOT_FOUND what was not found; any other error stays as it is. -1. */
int err_absent(struct err *e, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Adds what only the log may know to the error that is set. */
int err_detail(struct err *e, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* "invalid", "temporary", ...: for logs and metrics. */
const char *err_kind_name(enum err_kind kind);

/* What an errno means, in English whatever the locale; never NULL. */
const char *err_reason(int number);

#endif
