#ifndef HTML_MARKDOWN_H
#define HTML_MARKDOWN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * CommonMark as clean HTML (html/clean.h). Formulas between dollar signs are kept from Markdown's
 * hands and come out as `<span class="math inline">` with their TeX in it; raw HTML is left out.
 * ERR_LIMIT if the text is longer than MARKDOWN_MAX_TEXT.
 */
int markdown_html(struct arena *m, struct span text, struct buf *out, struct err *e) ATTR_MUST_USE;

#endif
