#ifndef GEN_TMPL_COMPILE_H
#define GEN_TMPL_COMPILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Compiles templates to C. The language:
 *
 *   {{ view struct calendar_view v }}        first line: what it prints; from view/calendar.h
 *   {{ view struct day d from view/x.h }}    the same, from another header of lib/view
 *   {{ layout base }}                        pages: the frame, which prints it at its {{ body }}
 *   {{ v->title }}  {{ fmt_x(v->n) }}        print, by the value's type, escaped
 *   {{ if v->n == 0 and !v->user }} {{ else if }} {{ else }} {{ end }}
 *   {{ for t in v->tags }} {{ t->name }} {{ else }} none {{ end }}     over { v, n } vectors
 *   {{ part row(t) }}                        another template; its argument is a structure
 *   <!-- ... -->                             not part of the page
 *
 * Where a template lies says what it is: NAME.html a layout, part/NAME.html, page/NAME.html,
 * mail/NAME.txt, mail/NAME.html, the last with style attributes instead of style sheets.
 * Expressions are paths that begin at a variable, integers, constants in capitals, texts as
 * arguments, ! and or == != < <= > >=, and calls of fmt_* and url_*. A variable alone stands for
 * the element and not for its address.
 */
struct tmpl_source {
	const char *path; // below the template folder: "page/home.html"
	const char *file; // as messages and #line show it
	struct span text;
};

#define TMPL_MAX_NESTING   32
#define TMPL_MAX_VARIABLES 16
#define TMPL_MAX_OUTPUT    (16 * 1024 * 1024)

/*
 * Adds a header with one prototype for each page and mail, and the C source. ERR_INVALID with
 * "file:line: reason" for a template that is refused.
 */
int tmpl_compile(const struct tmpl_source *v, size_t n, struct buf *header, struct buf *source,
	struct err *e) ATTR_MUST_USE;

#endif
