#ifndef MODEL_PROBLEM_META_H
#define MODEL_PROBLEM_META_H

#include "model/problem_edit.h"

/* Slugs and tags; for model/problem_edit.c. */

/* ERR_CONFLICT on "slug". Returns -1. */
int problem_slug_taken(struct span slug, struct err *e);

/* The problem has these tags and no others; the words for search are the caller's to renew. */
int problem_put_tags(const struct problem_desk *desk, int64_t problem_id, const struct span *tags,
	size_t n, struct err *e) ATTR_MUST_USE;

#endif
