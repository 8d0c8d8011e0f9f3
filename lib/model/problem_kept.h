#ifndef MODEL_PROBLEM_KEPT_H
#define MODEL_PROBLEM_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "db/db.h"
#include "model/cache.h"

/*
 * Rows of problems as caches keep them. The key of a value holds the mark of the thing that it was
 * made from: all problems, one problem, one member. A change gives the thing a new mark, and what
 * was kept under the old one is met by nobody any more, not even where it is stored after the
 * change by a reader who had begun before it. What two things outdate has the key of the one in
 * the name that it has for the other. For lib/model/problem*.c alone.
 *
 * Keeping never fails: without a cache there is nothing kept.
 */
enum problem_kept {
	PROBLEM_KEPT_ALL,    // id 0: lists, search, categories, tags
	PROBLEM_KEPT_ONE,    // id of a problem: its statistics, its tests for its creator
	PROBLEM_KEPT_MEMBER, // id of an account: what it has solved
	PROBLEM_KEPT_SOLVED  // id 0: lists in the order of how many have solved each
};

/* The key of a value; SPAN_NONE if nothing can be kept. what names the value: "search:graph:2". */
struct span problem_kept_key(
	struct cache *cache, struct arena *m, enum problem_kept of, int64_t id, const char *what);

/* False: there is nothing. key may be SPAN_NONE. */
bool problem_kept_get(struct cache *cache, struct arena *m, struct span key, struct rows *out);
void problem_kept_put(struct cache *cache, struct span key, const struct rows *rows, int ttl_s);

/* What is to be kept, and is in one round trip, when all has been read. */
struct kept_puts {
	struct cache_value v[CACHE_PUBLISH_MOST];
	size_t n;
};
void problem_kept_put_all(struct cache *cache, const struct kept_puts *puts);

/* A statement whose rows may be kept. */
struct kept_read {
	enum stmt stmt;
	const struct arg *args;
	struct span key; // SPAN_NONE: they are not kept
	int ttl_s;
	bool is_new;            // it is known that nothing is kept
	struct kept_puts *puts; // to which the rows are added; NULL: they are kept at once
};

/* What is kept, or else what the statement answers, which is kept from now on. */
int problem_kept_read(struct db *d, struct cache *cache, struct arena *m, const struct kept_read *r,
	struct rows *out, struct err *e) ATTR_MUST_USE;

/* The thing has changed. */
void problem_kept_evict(struct cache *cache, struct arena *m, enum problem_kept of, int64_t id);

#endif
