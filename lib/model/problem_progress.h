#ifndef MODEL_PROBLEM_PROGRESS_H
#define MODEL_PROBLEM_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct tx;

/*
 * How far each member is with each problem. It is made from the submissions' judgings that count,
 * so it may be made anew at any time and comes out the same.
 */

/*
 * After a submission of this member's has got its verdict, another one or none any more (rejudged,
 * deleted); in the transaction that did it. problem_progress_evict after the commit.
 */
int problem_progress_count(
	struct tx *tx, int64_t user_id, int64_t problem_id, struct err *e) ATTR_MUST_USE;
void problem_progress_evict(
	struct cache *cache, struct arena *m, int64_t user_id, int64_t problem_id);

#endif
