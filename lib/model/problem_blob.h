#ifndef MODEL_PROBLEM_BLOB_H
#define MODEL_PROBLEM_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "auth/digest.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct data_key;
struct tx;

/* The writing side of blobs; model/problem_file.h reads them. */

/* What the key of a problem is sealed for. */
struct span problem_key_purpose(struct arena *m, int64_t problem_id);

/* A text as it is kept: where, how long, and its mac under the problem's key. */
struct problem_blob {
	int64_t id;
	int64_t size;
	unsigned char mac[DIGEST_SIZE];
};

/* Into which problem. */
struct problem_shelf {
	struct tx *tx;
	const struct data_key *key;
	int64_t problem_id;
};

/*
 * Keeps the texts; out[i] is where texts[i] lies. One that the problem has already is not written
 * again. ERR_LIMIT for one of more than PROBLEM_MAX_BLOB bytes. Needs a few times PROBLEM_PIECE of
 * memory, however much it is given.
 */
int problem_blobs_put(const struct problem_shelf *to, const struct span *texts, size_t n,
	struct problem_blob *out, struct err *e) ATTR_MUST_USE;

#endif
