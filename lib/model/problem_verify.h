#ifndef MODEL_PROBLEM_VERIFY_H
#define MODEL_PROBLEM_VERIFY_H

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
 * Whether a version is sound: the jury's own solutions are judged and held against what the package
 * says must come of them. A version that is not sound is offered for no contest until a jury member
 * signs why it may be.
 */
enum problem_state {
	PROBLEM_UNVERIFIED,
	PROBLEM_IN_VERIFICATION,
	PROBLEM_SOUND,
	PROBLEM_UNSOUND
};

enum solution_outcome {
	SOLUTION_OPEN = -1, // not tried yet
	SOLUTION_AS_EXPECTED = 0,
	SOLUTION_NOT_AS_EXPECTED = 1,
	SOLUTION_NOT_TRIED = 2 // it could not be: its language is not here, the judge failed
};

struct jury_solution {
	int64_t id;
	struct span path;
	struct span language; // SPAN_NONE: none of ours
	struct span entry;
	struct span expected; // JSON (judge/expect.h)
	bool sets_time;
	int64_t submission_id; // 0: not tried
	enum solution_outcome outcome;
	struct span said;
};

struct jury_solutions {
	const struct jury_solution *v;
	size_t n;
};

/* By path. */
int problem_solutions(struct db *d, struct arena *m, int64_t version_id, struct jury_solutions *out,
	struct err *e) ATTR_MUST_USE;

/* Forgets the outcomes of an earlier verification; the state becomes IN_VERIFICATION. */
int problem_verify_begin(struct tx *tx, int64_t version_id, struct err *e) ATTR_MUST_USE;

/* submission_id 0: stays. said is for the jury, at most 2,000 bytes; more is cut off. */
int problem_solution_tried(
	struct tx *tx, int64_t solution_id, int64_t submission_id, struct err *e) ATTR_MUST_USE;
int problem_solution_settle(struct tx *tx, int64_t solution_id, enum solution_outcome outcome,
	struct span said, struct err *e) ATTR_MUST_USE;

/*
 * The end of a verification. suggested_ms 0: none could be found. Where nobody named a time limit
 * (rules.time_is_suggested) the suggested one becomes the version's, which is the one thing of a
 * version that is filled in later; submissions are accepted after it only.
 */
int problem_verify_end(struct tx *tx, int64_t version_id, bool is_sound, int suggested_ms,
	struct err *e) ATTR_MUST_USE;

/* A jury member lets the version pass as it is. why: 1..500 bytes, ERR_INVALID otherwise. */
int problem_sign(struct tx *tx, struct arena *m, int64_t version_id, int64_t user_id,
	struct span why, struct err *e) ATTR_MUST_USE;

#endif
