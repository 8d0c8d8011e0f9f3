#ifndef MODEL_MEMBER_IMPORT_H
#define MODEL_MEMBER_IMPORT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/member.h"

/*
 * Lists of members as spreadsheets write them. The first line may name the columns (name, email,
 * phone, handle, group, year, section, in any order); without such a line they stand in that order.
 * A line whose handle, or without one whose mail address, is known changes that member; others add
 * one. A group that does not exist is made. A line that cannot be taken is told of and the rest go
 * in, all in one transaction.
 */

/*
 * The text is what was sent, of any bytes: UTF-8, or UTF-16 with its mark. *id is the report's.
 * ERR_INVALID: no list of members at all; ERR_LIMIT: larger than MEMBER_MAX_TEXT or more than
 * MEMBER_MAX_LINES.
 */
int member_import(struct db *d, struct arena *m, const struct member_access *a, struct span text,
	int64_t *id, struct err *e) ATTR_MUST_USE;

struct member_report {
	int64_t n_lines; // of people
	int64_t n_added;
	int64_t n_changed;
	int64_t n_bad;
	struct span report; // CSV: line, reason; of every bad line
};

/* Whoever took it in sees it; ERR_NOT_FOUND otherwise. */
int member_import_get(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct member_report *out, struct err *e) ATTR_MUST_USE;

#endif
