#ifndef MODEL_CONTEST_H
#define MODEL_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
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
	struct span title;     // UTF-8, entities decoded, white space collapsed; never empty
	int64_t start_s;       // unix seconds
	int64_t end_s;         // > start_s
	struct span url;       // https, host among the platform's
};

/*
 * What a source's answer held, over all its pages. Rows that could not be used are counted, not
 * fatal.
 *
 * Absence is evidence that a contest was called off only as far as the answer reaches: not at all
 * when it is partial, not behind horizon_s when the platform lists only the next few, and not for
 * a contest that is there but could not be read (unreadable).
 */
struct contest_rows {
	enum platform platform;
	struct contest_row *v; // one row an id: the first one met counts
	size_t n;
	size_t size;

	size_t seen;             // records looked at, of whatever sort
	size_t skipped;          // records that could not be used
	size_t malformed;        // of these, records of a wrong shape
	size_t over;             // contests that are over
	size_t others;           // records of another sort, such as events that are no contest
	char first_skip[120];    // why the first one was skipped, for the log and the sources page
	struct span *unreadable; // ids of skipped records
	size_t n_unreadable;
	size_t unreadable_size;

	bool more;         // the last page announced another one
	bool partial;      // part of the list is missing
	char note[120];    // what is unusual about the answer, or empty
	int64_t horizon_s; // the list is complete up to here; 0: without end
};

/* Empties rows for the answer of that platform. */
void contest_rows_start(struct contest_rows *rows, enum platform platform);

/*
 * Appends a copy of row. A contest that is over is left out without a word; one that fails the
 * checks that all platforms share (id, title, times, length, address; limits in base/limits.h) is
 * skipped, and counts as one of a wrong shape when it is as no contest can be: without id or title,
 * or with a time of another unit. The title is cleaned by contest_title (model/contest_title.h)
 * before.
 */
void contest_rows_add(
	struct contest_rows *rows, struct arena *m, const struct contest_row *row, int64_t now_s);

/* Counts a record of a wrong shape. id is what could be read of its id, or SPAN_NONE: then nothing
 * can be said about absent contests any more and the answer becomes partial. */
void contest_rows_skip(struct contest_rows *rows, struct arena *m, struct span id, const char *why);

/* Counts a well-formed record that is no contest yet, such as one without times. */
void contest_rows_leave(struct contest_rows *rows, const char *why);

/*
 * ERR_INVALID if the answer had records of a wrong shape and not one that could be used or is over:
 * then the shape has changed and "no contests" would be a wrong conclusion.
 */
int contest_rows_check(const struct contest_rows *rows, struct err *e) ATTR_MUST_USE;

#endif
