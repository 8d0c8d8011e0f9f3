#ifndef JOBS_PACKAGE_PANDOC_H
#define JOBS_PACKAGE_PANDOC_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Statements into HTML by pandoc, which reads what strangers wrote and so runs in a box of its own.
 * Formulas come out as MathML that carries its TeX.
 */
enum pandoc_from {
	PANDOC_MARKDOWN,
	PANDOC_LATEX,
	PANDOC_HTML
};

/*
 * box_program: "" is podium-box beside this program. ERR_NOT_FOUND where there is no pandoc or no
 * box; ERR_INVALID with pandoc's words if it cannot read the source.
 */
int pandoc_html(const char *box_program, struct arena *m, enum pandoc_from from, struct span source,
	struct span *html, struct err *e) ATTR_MUST_USE;

#endif
