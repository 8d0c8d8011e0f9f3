/*
 * Hits bring their facets along, as numbers; names and the numbers of all problems are few and
 * kept, so that counting asks the database nothing.
 */
#include "model/problem_facets.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/problem_kept.h"

#define IS_ALL      0
#define IS_TAG      1     // and above
#define IS_LEVEL    (-10) // to -1
#define IS_CATEGORY INT32_MIN

/* ---- counting -------------------------------------------------------------------------------- */

/* What the hits have, sorted, each as often as it was met. */
struct met {
	int64_t *v;
	size_t n;
};

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* "{3,-4,-17000}" has at most as many numbers as half its characters. */
static struct met meet(struct arena *m, const struct problem_hits *hits)
{
	struct met met = { .n = 0 };
	size_t size = 0;

	for (size_t i = 0; i < hits->n; i++)
		size += row_text(&hits->rows->v[i], hits->column).n / 2;
	met.v = arena_new_array(m, int64_t, size + 1);
	for (size_t i = 0; i < hits->n; i++) {
		struct span list = row_text(&hits->rows->v[i], hits->column);

		for (bool more = scan_char(&list, '{'); more; more = scan_char(&list, ','))
			met.n += scan_i64(&list, &met.v[met.n]);
	}
	qsort(met.v, met.n, sizeof(met.v[0]), by_value);
	return met;
}

static size_t first_not_below(const struct met *met, int64_t value)
{
	size_t low = 0;
	size_t high = met->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (met->v[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t count_met(const struct met *met, int64_t facet)
{
	return (int64_t)(first_not_below(met, facet + 1) - first_not_below(met, facet));
}

/* ---- what there is --------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	const struct problem_count *x = a;
	const struct problem_count *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : span_cmp(x->name, y->name);
}

static int by_number(const void *a, const void *b)
{
	const struct problem_count *x = a;
	const struct problem_count *y = b;

	return x->name.n != y->name.n ? (x->name.n > y->name.n) - (x->name.n < y->name.n)
				      : span_cmp(x->name, y->name);
}

/* Those of a range; met is NULL for all problems. */
static struct problem_counts counts_of(
	struct arena *m, const struct rows *all, const struct met *met, int64_t least, int64_t most)
{
	struct problem_count *v = arena_new_array(m, struct problem_count, all->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct row *r = &all->v[i];
		int64_t facet = row_i64(r, problem_facets_facet);
		int64_t count = met != NULL ? count_met(met, facet) : row_i64(r, problem_facets_n);

		if (facet >= least && facet <= most && count > 0)
			v[n++] = (struct problem_count){ row_text(r, problem_facets_name), count };
	}
	qsort(v, n, sizeof(*v), least == IS_LEVEL ? by_number : by_size);
	return (struct problem_counts){ v, n };
}

static void fill(
	struct arena *m, const struct rows *all, const struct met *met, struct problem_facets *out)
{
	out->difficulties = counts_of(m, all, met, IS_LEVEL, -1);
	out->categories = counts_of(m, all, met, IS_CATEGORY, IS_LEVEL - 1);
	out->tags = counts_of(m, all, met, IS_TAG, INT32_MAX);
}

static int read_all(
	struct db *d, struct cache *cache, struct arena *m, struct rows *out, struct err *e)
{
	const struct kept_read read = { q_problem_facets, NO_ARGS,
		problem_kept_key(cache, m, PROBLEM_KEPT_ALL, 0, "facets"), PROBLEM_LIST_S };

	return problem_kept_read(d, cache, m, &read, out, e);
}

int problem_facets_of_all(struct db *d, struct cache *cache, struct arena *m,
	struct problem_facets *out, struct err *e)
{
	struct rows all;

	*out = (struct problem_facets){ .total = 0 };
	if (read_all(d, cache, m, &all, e) != 0)
		return -1;
	fill(m, &all, NULL, out);
	for (size_t i = 0; i < all.n; i++)
		if (row_i64(&all.v[i], problem_facets_facet) == IS_ALL)
			out->total = row_i64(&all.v[i], problem_facets_n);
	return 0;
}

int problem_facets_of(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_hits *hits, struct problem_facets *out, struct err *e)
{
	struct met met = meet(m, hits);
	struct rows all;

	*out = (struct problem_facets){ .total = (int64_t)hits->n };
	if (read_all(d, cache, m, &all, e) != 0)
		return -1;
	fill(m, &all, &met, out);
	return 0;
}
