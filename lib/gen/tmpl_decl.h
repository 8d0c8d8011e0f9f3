#ifndef GEN_TMPL_DECL_H
#define GEN_TMPL_DECL_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "gen/tmpl_compile.h"
#include "gen/tmpl_expr.h"

enum tmpl_kind {
	TMPL_LAYOUT,
	TMPL_PART,
	TMPL_PAGE,
	TMPL_MAIL,     // as text, with its header
	TMPL_MAIL_HTML // the same as HTML
};

struct tmpl {
	const struct tmpl_source *source;
	enum tmpl_kind kind;
	struct span name;
	struct span type;   // after "struct"
	struct span header; // below lib; NONE: view/<type>.h
	struct span var;
	struct span layout; // NONE: the page is whole by itself
	struct span rest;   // after the declarations
	int line;           // of rest
};

/* What the path and the first lines of a template say; *t points into the source. */
int tmpl_read_declarations(
	struct tmpl *t, const struct tmpl_source *source, struct err *e) ATTR_MUST_USE;

/* Takes {{ ... }} off *at; c gets what is between, trimmed, and the line, which counts on. */
int tmpl_take_directive(
	struct tmpl_code *c, struct span *at, int *line, struct err *e) ATTR_MUST_USE;

#endif
