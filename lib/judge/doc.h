#ifndef JUDGE_DOC_H
#define JUDGE_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The short JSON that the judge keeps about groups and labels, read without a library so that
 * whatever judges needs none. RFC 8259, at most DOC_MAX_DEPTH deep and DOC_MAX_VALUES values.
 */
enum doc_kind {
	DOC_NULL,
	DOC_BOOL,
	DOC_NUMBER,
	DOC_TEXT,
	DOC_LIST,
	DOC_MAP
};

struct doc {
	enum doc_kind kind;
	struct span name; // of a map's member
	struct span text; // of DOC_TEXT, escapes resolved
	double number;
	bool truth;
	const struct doc *first; // of DOC_LIST and DOC_MAP
	const struct doc *next;
};

/* The value lives in the arena. ERR_INVALID says where it is malformed. */
int doc_read(
	struct arena *m, struct span text, const struct doc **out, struct err *e) ATTR_MUST_USE;

/* A map's member; NULL where there is none or d is no map. */
const struct doc *doc_get(const struct doc *d, const char *name);

/* What a member says; false, and *out as it was, when it is absent or of another kind. */
bool doc_bool(const struct doc *d, const char *name, bool *out);
bool doc_number(const struct doc *d, const char *name, double *out);
bool doc_text(const struct doc *d, const char *name, struct span *out);

/* Writing: a JSON string with its quotes, and a finite number that reads back as the same one. */
void doc_put_text(struct buf *b, struct span s);
void doc_put_number(struct buf *b, double v);

#endif
