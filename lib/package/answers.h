#ifndef PACKAGE_ANSWERS_H
#define PACKAGE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "package/tree.h"

/*
 * What is handed in for a problem of type submit-answer. The format says that it is the answers to
 * the tests and leaves the form open (issue 578 of Kattis/problem-package-format; problemtools
 * judges no such problem). Here it is one file, or a zip with a file for each test: it has the
 * test's name, as it stands in data/ or in data/secret/, with .ans or .out behind it, or its last
 * part alone where no other test has the same. One file answers the only test that is no sample,
 * whatever it is called. The answers to samples are known to everybody, so they may be left out.
 */

bool answers_is_zip(struct span bytes); // begins as one

/*
 * The files of a zip that somebody sent: SUBMISSION_MAX_OPENED bytes at most, else as
 * package_tree_zip. *wrong says in one line what is wrong with it, in the arena, and is SPAN_NONE
 * if nothing is.
 */
int answers_unpack(struct arena *m, struct span zip, struct package_tree *out, struct span *wrong,
	struct err *e) ATTR_MUST_USE;

struct answers_test {
	struct span path; // "secret/group1/03"
	bool is_sample;
};

/* The answer to each test; SPAN_NONE where there is none. */
void answers_match(const struct package_file *files, size_t n_files,
	const struct answers_test *tests, size_t n_tests, struct span *out);

/* What the test's file is called at least: "group1/03" of "secret/group1/03". */
struct span answers_name(const struct answers_test *t);

#endif
