#ifndef MODEL_PROBLEM_SEARCH_H
#define MODEL_PROBLEM_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/highlight.h"
#include "model/problem_facets.h"

struct cache;
struct db;

/*
 * The catalogue of public problems: lists, search, and what they are about. Everybody sees the
 * same, so answers are kept for all (lists PROBLEM_LIST_S, search PROBLEM_SEARCH_S) until a problem
 * changes; what depends on who asks, and what every verdict changes, is asked each time. A process
 * may be behind by CACHE_LOCAL_MS.
 *
 * At most PROBLEM_CAP problems are ranked and counted of whatever is asked for: counts are of the
 * first so many. Without any wish they are of all problems.
 */
enum problem_order {
	PROBLEM_BY_NEWEST,
	PROBLEM_BY_TITLE,
	PROBLEM_BY_SOLVED
};

enum problem_solved {
	PROBLEM_ANY,
	PROBLEM_SOLVED,
	PROBLEM_TRIED,    // and not solved
	PROBLEM_UNTOUCHED // nothing was sent in
};

struct problem_query {
	struct span
		words; // SPAN_NONE: a list; else hits, the best first, and order counts for nothing
	int least;     // difficulty; 0: any
	int most;      // 0: any
	struct span category;    // SPAN_NONE: any
	const struct span *tags; // all of them
	size_t n_tags;
	int64_t solver; // whose state; 0: a guest
	enum problem_solved solved;
	enum problem_order order;
	size_t limit; // up to PROBLEM_API_MAX
	size_t offset;
};

struct problem_row {
	int64_t id;
	struct span slug;
	struct span title;
	struct problem_pieces title_pieces; // cut where it was found
	int difficulty;                     // 0: not said
	struct span category;
	int64_t n_tried;
	int64_t n_solved;
	const struct span *tags;
	size_t n_tags;
	struct problem_pieces snippet; // of a hit: the place in its text, or nothing
	enum problem_solved solved;    // the solver's; PROBLEM_ANY for a guest
};

struct problem_found {
	const struct problem_row *v;
	size_t n;
	int64_t total;    // at most PROBLEM_CAP where something is asked for
	bool is_capped;   // there are more than total
	int64_t n_solved; // of total, how far the solver is; 0 for a guest
	int64_t n_tried;  // and not solved
	int64_t n_untouched;
	struct problem_facets facets; // of the PROBLEM_FACET_TAGS largest tags
};

/* A guest's solver is 0, and solved counts for nothing then. */
int problem_search(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_query *q, struct problem_found *out, struct err *e) ATTR_MUST_USE;

/* While somebody types: what could be meant. */
enum problem_hint_kind {
	PROBLEM_HINT_TITLE,
	PROBLEM_HINT_WORD, // a word of the title begins so
	PROBLEM_HINT_TAG
};

struct problem_hint {
	enum problem_hint_kind kind;
	struct span slug; // SPAN_NONE of a tag
	struct span name;
};

struct problem_hints {
	const struct problem_hint *v;
	size_t n;
};

/* Nothing for less than two characters. */
int problem_suggest(struct db *d, struct cache *cache, struct arena *m, struct span start,
	struct problem_hints *out, struct err *e) ATTR_MUST_USE;

/* Of the public ones. */
struct problem_sum {
	int64_t n_tried;
	int64_t n_solved;
};

/* How far a member is. */
int problem_progress_sum(struct db *d, struct cache *cache, struct arena *m, int64_t user_id,
	struct problem_sum *out, struct err *e) ATTR_MUST_USE;

#endif
