#ifndef GEN_ASSET_MIN_H
#define GEN_ASSET_MIN_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Smaller style sheets and scripts with the same meaning: comments go, and the white space that
 * separates nothing. Texts, templates and regular expressions stay as they are. ERR_INVALID, with
 * the line, for a text or comment that is not closed.
 */
int asset_min_css(struct span source, struct buf *out, struct err *e) ATTR_MUST_USE;
int asset_min_js(struct span source, struct buf *out, struct err *e) ATTR_MUST_USE;

#endif
