#ifndef JOBS_PACKAGE_STATEMENT_H
#define JOBS_PACKAGE_STATEMENT_H

#include "model/problem_edit.h"
#include "package/package.h"

/*
 * The statements of a package as they are shown: clean HTML with MathML, and their words. What
 * cannot be converted well is shown as it was written, and the report warns of it.
 */
struct problem_text_new *statements_make(
	const char *box_program, const struct package *p, struct package_report *r);

/* One text in Markdown, for people who write statements here. Never fails; *why is set, or NULL. */
struct problem_text_new statement_make(const char *box_program, struct arena *m,
	const struct package_text *text, const char **why);

#endif
