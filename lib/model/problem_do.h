#ifndef MODEL_PROBLEM_DO_H
#define MODEL_PROBLEM_DO_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_edit.h"

struct cache;
struct db;
struct envelope;

/*
 * The changes of model/problem_edit.h, each as a transaction of its own that evicts what it
 * outdates: for pages and programs, with nothing else to do in it. The errors are the same.
 */
struct problem_hand {
	struct db *db;
	struct cache *cache; // may be NULL
	struct arena *mem;
	const struct envelope *seal;
	int64_t actor_id;
};

/* meta NULL: hidden, without category and difficulty; its slug is left alone. */
int problem_do_create(const struct problem_hand *h, const struct problem_new *n,
	const struct problem_meta *meta, struct problem_made *out, struct err *e) ATTR_MUST_USE;
/* change, meta: NULL: nothing. Both are done or none. */
int problem_do_change(const struct problem_hand *h, int64_t problem_id,
	const struct problem_change *change, const struct problem_meta *meta,
	struct problem_made *out, struct err *e) ATTR_MUST_USE;
/* As problem_show_to, problem_delete, problem_sign and problem_verify_ask. */
int problem_do_show_to(const struct problem_hand *h, int64_t problem_id, enum problem_visibility to,
	struct err *e) ATTR_MUST_USE;
int problem_do_delete(
	const struct problem_hand *h, int64_t problem_id, struct err *e) ATTR_MUST_USE;
int problem_do_sign(const struct problem_hand *h, int64_t problem_id, int64_t version_id,
	struct span why, struct err *e) ATTR_MUST_USE;
int problem_do_verify(const struct problem_hand *h, int64_t problem_id, int64_t version_id,
	struct err *e) ATTR_MUST_USE;

#endif
