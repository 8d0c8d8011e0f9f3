#ifndef GEN_TMPL_WRITE_H
#define GEN_TMPL_WRITE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * The C side of the template compiler: collects template text until code comes between, so that
 * neighbouring pieces of text become one html_literal call.
 */
struct tmpl_write {
	struct buf *out;
	struct buf text;  // template text that waits
	const char *file; // for #line
	int text_line;    // where the waiting text begins
};

void tmpl_write_text(struct tmpl_write *w, int line, const char *p, size_t n);
void tmpl_write_flush(struct tmpl_write *w);
/* One line of C that belongs to this line of the template. */
void tmpl_write_code(struct tmpl_write *w, int line, const char *fmt, ...) ATTR_PRINTF(3, 4);

#endif
