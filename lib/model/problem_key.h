#ifndef MODEL_PROBLEM_KEY_H
#define MODEL_PROBLEM_KEY_H

#include <stdint.h>

#include "auth/data_key.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

struct db;
struct envelope;

/*
 * The key of one problem, under which its test data and the sources that are sent in for it lie.
 * Frees itself with DATA_KEY_AUTO (auth/data_key.h). ERR_NOT_FOUND; ERR_TEMPORARY if seal is NULL,
 * as it is while ENCRYPTION_KEY is not set.
 */
int problem_key_open(struct db *d, struct arena *m, const struct envelope *seal, int64_t problem_id,
	struct data_key **out, struct err *e) ATTR_MUST_USE;

#endif
