#ifndef MODEL_PROBLEM_TRIAL_H
#define MODEL_PROBLEM_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct tx;

/*
 * What a verification, and the command line, ask of versions beyond model/problem_verify.h.
 */
struct trial_solution {
	int64_t id;
	struct span path;
	struct span language;
	struct span expected; // JSON
	bool sets_time;
	bool runs_all;     // its submission is judged by every test, whatever comes of the first
	struct span tried; // the language of its submission
	bool settled;      // an outcome stands already
	struct span public_id; // of its submission; SPAN_NONE: none was made
	bool ended;            // it was judged
};
struct trial_solutions {
	struct trial_solution *v;
	size_t n;
};
int problem_trial_list(struct db *d, struct arena *m, int64_t version_id,
	struct trial_solutions *out, struct err *e) ATTR_MUST_USE; // by path

/* Whether what is sent in for the solution from now on is judged by every test. */
int problem_trial_whole(
	struct tx *tx, int64_t solution_id, bool runs_all, struct err *e) ATTR_MUST_USE;

/* Where nobody named a time limit, gives programs time_ms until a verification ends. */
int problem_trial_time(struct tx *tx, int64_t version_id, int time_ms, struct err *e) ATTR_MUST_USE;

struct trial_version {
	int64_t problem_id;
	int state; // enum problem_state
	struct span format;
	int try;         // which verification of it runs, or was the last
	bool is_current; // no later version has taken its place
};
/* ERR_NOT_FOUND. */
int problem_trial_version(struct db *d, struct arena *m, int64_t version_id,
	struct trial_version *out, struct err *e) ATTR_MUST_USE;

/* The current version of a problem by its slug; 0 if it has none. ERR_NOT_FOUND. */
int problem_trial_current(struct db *d, struct arena *m, struct span slug, int64_t *problem_id,
	int64_t *version_id, struct err *e) ATTR_MUST_USE;

/* All problems, for the operator. */
struct trial_problem {
	struct span slug;
	struct span name;
	struct span format;
	int number;
	int state;
	int time_ms;
	int64_t n_tests;
	bool is_signed;
};
int problem_trial_problems(struct db *d, struct arena *m, struct trial_problem **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

#endif
