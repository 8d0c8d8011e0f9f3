#ifndef PACKAGE_PACKAGE_H
#define PACKAGE_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "judge/language.h"
#include "judge/rules.h"
#include "package/report.h"
#include "package/tree.h"

/*
 * A problem as a package says it: the formats legacy, legacy-icpc, 2023-07-draft and 2025-09, what
 * DOMjudge adds to them, and Polygon's. What the packages leave open is filled in as the format
 * says.
 */

/* What a file is for; the numbers are those of enum problem_role. */
enum package_role {
	PACKAGE_STATEMENT,
	PACKAGE_PICTURE,
	PACKAGE_ATTACHMENT,
	PACKAGE_VALIDATOR,
	PACKAGE_INPUT_VALIDATOR,
	PACKAGE_INCLUDE,
	PACKAGE_GRADER,
	PACKAGE_JURY,
	PACKAGE_TEST_FILE,
	PACKAGE_OTHER,
	PACKAGE_STATIC_VALIDATOR
};

struct package_item {
	enum package_role role;
	struct span path; // below the role's folder
	struct span bytes;
};

enum package_markup {
	PACKAGE_MARKDOWN,
	PACKAGE_LATEX,
	PACKAGE_HTML,
	PACKAGE_PLAIN,
	PACKAGE_PDF
};

struct package_text {
	struct span lang;
	struct span title;
	enum package_markup markup;
	struct span source; // SPAN_NONE for a PDF
	struct span file;   // in the package, for findings
};

struct package_test {
	struct span path; // "secret/group1/03"
	bool is_sample;
	struct span input;
	struct span answer;
	const struct span *args;
	size_t n_args;
	struct span flags; // of the validator; SPAN_NONE: the rules'
	struct span hint;
	struct span description;
};

struct package_group {
	struct span path;
	struct span config; // JSON (judge/group.h)
};

struct package_solution {
	struct span path;     // "accepted/main.cpp"
	struct span language; // SPAN_NONE: none of ours
	struct span entry;
	struct span expected; // JSON (judge/expect.h)
	bool sets_time;
};

struct package {
	struct span slug; // what it would like to be called: [a-z0-9-]+
	struct span format;
	struct span author;
	struct span source;
	struct span source_url;
	struct span license;
	struct judge_rules rules;
	bool show_difference;
	struct package_text *texts; // English first
	size_t n_texts;
	struct package_item *files;
	size_t n_files;
	struct package_test *tests; // in the order of judging
	size_t n_tests;
	struct package_group *groups;
	size_t n_groups;
	struct package_solution *solutions; // by path
	size_t n_solutions;
	const struct span *tags;
	size_t n_tags;
};

/*
 * Reads a package. Errors and warnings go to the report; where it has errors, *out is not complete
 * and of no use. The result lives in the report's arena and in the tree.
 */
void package_read(const struct package_tree *tree, const struct languages *languages,
	struct package_report *r, struct package *out);

/*
 * The same problem as the files of a package of its own format: 2025-09 where its groups are that
 * format's, else legacy. Reading it again gives the same problem. ERR_INVALID for interactors of
 * Polygon's, which no other format knows.
 */
int package_write(const struct package *p, struct arena *m, struct package_file **files, size_t *n,
	struct err *e) ATTR_MUST_USE;

#endif
