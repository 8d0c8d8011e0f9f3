#ifndef PACKAGE_REPORT_H
#define PACKAGE_REPORT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * What is wrong with a package, all of it at once: every error with its file and line. With an
 * error nothing is imported; a warning says what was passed over.
 */
enum package_level {
	PACKAGE_ERROR,
	PACKAGE_WARNING
};

struct package_finding {
	enum package_level level;
	struct span file; // in the package; "" is the package itself
	int line;         // 0: the whole file
	struct span text;
	struct package_finding *next;
};

struct package_report {
	struct arena *m; // everything lives here
	struct package_finding *first;
	struct package_finding *last;
	size_t n; // at most PACKAGE_MAX_FINDINGS are kept, and all are counted
	size_t n_errors;
};

void package_report_init(struct package_report *r, struct arena *m); // an empty one

/* Adds a finding; file and text are copied. */
void package_say(struct package_report *r, enum package_level level, struct span file, int line,
	const char *fmt, ...) ATTR_PRINTF(5, 6);

/* A JSON array of {"level":"error","file":"problem.yaml","line":3,"text":".."}, in their order. */
void package_report_json(struct buf *b, const struct package_report *r);

/* "error: problem.yaml:3: text" a line. */
void package_report_text(struct buf *b, const struct package_report *r);

#endif
