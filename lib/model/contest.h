#ifndef MODEL_CONTEST_H
#define MODEL_CONTEST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/platform.h"

/*
 * What a source's parser makes of one contest; the normal form of all seven platforms. Identity is
 * platform + native id and survives a new time and a new title.
 */
struct contest_row {
	struct span native_id; // the platform's own id or slug
	struct span
		title; // UTF-8, entities decoded, white space collapsed, 1..CONTEST_MAX_TITLE bytes
	int64_t start_s; // unix seconds
	int64_t end_s;   // > start_s
	struct span url; // https, host among the platform's
};

/* What a source's answer held. Rows that could not be used are counted, not fatal. */
struct contest_rows {
	struct contest_row *v;
	size_t n;
	size_t size;
	size_t skipped;
	char first_skip[120]; // why the first one was skipped, for the log
};

/* Appends after the common checks (times, lengths, id alphabet); a row that fails them is skipped.
 */
void contest_rows_add(
	struct contest_rows *rows, struct arena *m, const struct contest_row *row, int64_t now_s);
void contest_rows_skip(struct contest_rows *rows, const char *why);

#endif
