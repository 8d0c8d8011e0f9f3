#ifndef MODEL_TESTCASE_H
#define MODEL_TESTCASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_edit.h"

struct cache;
struct data_key;
struct db;
struct problem_ref;

/*
 * Tests as their makers see them; readers see samples. Changing one makes the problem's next
 * version (problem_revise). A test keeps its path over versions and gets a new id with each; an id
 * that it had before still finds it.
 */
struct testcase {
	int64_t id;
	int ordinal;
	struct span path;
	bool is_sample;
	bool is_static;   // it reads sources: no input, no answer
	int64_t input_id; // blobs
	int64_t input_size;
	int64_t answer_id;
	int64_t answer_size;
	struct span hint;
	struct span description;
};

struct testcase_list {
	const struct testcase *v;
	size_t n;
};

/*
 * All of them, in the order of judging. Kept for PROBLEM_TESTS_S
 * until the problem changes; what is kept holds names and sizes and no data.
 */
int testcase_list(struct db *d, struct cache *cache, struct arena *m, const struct problem_ref *of,
	struct testcase_list *out, struct err *e) ATTR_MUST_USE;

/* Only the samples of a list. */
struct testcase_list testcase_samples(struct arena *m, const struct testcase_list *all);

/* ERR_NOT_FOUND. */
int testcase_by_path(const struct testcase_list *all, struct span path, struct testcase *out,
	struct err *e) ATTR_MUST_USE;

/* What an id names now. */
struct testcase_ref {
	int64_t problem_id;
	struct span path;
	int64_t id;   // of the current version; 0: it is gone
	bool is_same; // the bytes are as they were under the id that was asked for
};
int testcase_find(struct db *d, struct arena *m, int64_t id, struct testcase_ref *out,
	struct err *e) ATTR_MUST_USE;

/*
 * What is wrong with the form of a test's input and answer: lines that end with a carriage return,
 * a missing last line end, blanks at the end of a line, zero bytes, no text at all. Each is one
 * sentence with the line; none of them hinders storing. At most TESTCASE_MAX_REMARKS.
 */
struct testcase_remarks {
	const struct span *v;
	size_t n;
};
struct testcase_remarks testcase_remarks(struct arena *m, struct span input, struct span answer);

#endif
