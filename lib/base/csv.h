#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * Tables as text (RFC 4180): lines of fields, in quotes where they hold separators, line ends or
 * quotes. Read leniently: any line end, and a comma, semicolon or tab between fields, whichever the
 * first line has most of.
 */
struct csv {
	struct span rest;
	char separator;
	size_t line; // of the record that was read last, from 1
	size_t lines_read;
};

enum csv_result {
	CSV_END,
	CSV_RECORD,
	CSV_BROKEN // a quote without its end, or text behind one; reading goes on behind that line
};

/* The text without a mark of its encoding (base/utf8.h's texts); it must outlive the reading. */
void csv_begin(struct csv *c, struct span text);

/*
 * The next record that is not empty. At most `most` fields are put into v, trimmed of blanks where
 * they have no quotes; *n is how many there are. A field lies in the text, or in the arena if a
 * quote in it was written twice.
 */
enum csv_result csv_next(struct csv *c, struct arena *m, struct span *v, size_t most, size_t *n);

/*
 * One field, in quotes. What a spreadsheet would take for a formula (= + - @, tab or CR at the
 * start) begins with an apostrophe, which csv_plain takes away again.
 */
void csv_put(struct buf *b, struct span text);
struct span csv_plain(struct span text);

/*
 * The text in UTF-8: with a byte order mark of UTF-8 taken away, or converted from UTF-16 with one,
 * into the arena. Unpaired surrogates become U+FFFD. Text without a mark is given back as it is.
 * False if it would be longer than most.
 */
bool csv_decode(struct arena *m, struct span text, size_t most, struct span *out);

#endif
