#ifndef MODEL_PROBLEM_FACETS_H
#define MODEL_PROBLEM_FACETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct rows;

/* By what lists of problems can be narrowed, and how many problems have each. */
struct problem_count {
	struct span name; // of a difficulty: its number
	int64_t n;
};

struct problem_counts {
	const struct problem_count *v;
	size_t n;
};

struct problem_facets {
	struct problem_counts difficulties; // by number
	struct problem_counts categories;   // the largest first
	struct problem_counts tags;         // the largest first
	int64_t total;                      // problems
};

/* Of all public problems; kept for PROBLEM_LIST_S. */
int problem_facets_of_all(struct db *d, struct cache *cache, struct arena *m,
	struct problem_facets *out, struct err *e) ATTR_MUST_USE;

/* The first n of some rows, of which the column holds problem.facets as PostgreSQL writes it. */
struct problem_hits {
	const struct rows *rows;
	size_t n;
	int column;
};

/* Of these. What nothing has is left out. */
int problem_facets_of(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_hits *hits, struct problem_facets *out, struct err *e) ATTR_MUST_USE;

#endif
