#ifndef HTML_QR_H
#define HTML_QR_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

#define QR_MAX_TEXT 1000

/*
 * A QR code as one path for <svg viewBox="0 0 SIZE SIZE"><path d="PATH"/></svg>: dark modules are
 * rectangles of whole units; the quiet zone of four modules around them is inside the size.
 */
struct qr {
	int size;
	const char *path;
};

/* Corrects 15 % of damage. ERR_LIMIT for a longer text than QR_MAX_TEXT. */
int qr_make(struct arena *m, struct span text, struct qr *out, struct err *e) ATTR_MUST_USE;

#endif
