#ifndef MODEL_PROBLEM_SAMPLE_H
#define MODEL_PROBLEM_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct problem_about;

/*
 * What readers see of a problem's samples. Files beside a test stand for its own: .in.statement
 * for the input, .ans.statement or else .out for the answer, and .interaction, a dialogue, for both
 * of them. The data of interactive samples of the legacy formats and of Polygon are not for
 * readers: they see what stands for them, or nothing.
 */
struct sample_bytes {
	int64_t id; // of a blob; 0: there is none
	int64_t size;
};

struct sample {
	struct span path; // "sample/1"
	struct span note; // SPAN_NONE: none
	struct sample_bytes talk;
	struct sample_bytes input; // none where there is a dialogue
	struct sample_bytes answer;
	bool is_hidden; // the test's own data are not for readers
};

struct sample_list {
	const struct sample *v;
	size_t n;
};

/* In the order of judging; dialogues that belong to no test come last. */
int problem_samples(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_about *about, struct sample_list *out, struct err *e) ATTR_MUST_USE;

#endif
