#ifndef GEN_TMPL_EXPR_H
#define GEN_TMPL_EXPR_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "gen/tmpl_compile.h"

/* The variables that a template can name at this point, all of them pointers in C. */
struct tmpl_scope {
	struct span v[TMPL_MAX_VARIABLES];
	size_t n;
};

/* What the parser reads; errors name the place. */
struct tmpl_code {
	struct span at;
	const char *file;
	int line;
	const struct tmpl_scope *scope;
};

/* Says where and why; both return -1. */
int tmpl_refuse(const struct tmpl_code *c, struct err *e, const char *why);
int tmpl_refuse_word(const struct tmpl_code *c, struct err *e, const char *why, struct span word);

void tmpl_skip_space(struct tmpl_code *c);
bool tmpl_word(struct tmpl_code *c, struct span *out);        // a C identifier
bool tmpl_accept_word(struct tmpl_code *c, const char *word); // exactly this identifier
int tmpl_end(struct tmpl_code *c, struct err *e) ATTR_MUST_USE;
bool tmpl_is_reserved(struct span name);

/* Each adds C to out; the code is well formed for any input that is not refused. */
int tmpl_operand(struct tmpl_code *c, struct buf *out, struct err *e) ATTR_MUST_USE;
int tmpl_path(struct tmpl_code *c, struct buf *out, struct err *e) ATTR_MUST_USE;
int tmpl_condition(struct tmpl_code *c, struct buf *out, struct err *e) ATTR_MUST_USE;

#endif
