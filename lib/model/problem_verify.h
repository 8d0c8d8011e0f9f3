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
	/* How far its submission is; SPAN_NONE and zeros where there is none. */
	struct span public_id;
	int state;   // enum judging_state
	int verdict; // enum verdict; VERDICT_NONE until it ended
	int n_tests;
	int n_ended;
};

struct jury_solutions {
	const struct jury_solution *v;
	size_t n;
};

/* By path. */
int problem_solutions(struct db *d, struct arena *m, int64_t version_id, struct jury_solutions *out,
	struct err *e) ATTR_MUST_USE;

/*
 * Has the jury's solutions judged, by a job of the kind problem.verify: the state becomes
 * IN_VERIFICATION, what an earlier verification found is forgotten, and one that still runs changes
 * nothing any more. ERR_INVALID if there are no solutions. Call job_wake for the queue "problem"
 * after the commit.
 */
int problem_verify_ask(
	struct tx *tx, struct arena *m, int64_t version_id, struct err *e) ATTR_MUST_USE;

/* Which verification of a version: its number is in the job's payload. */
struct verify_try {
	int64_t version_id;
	int try;
};

/* submission_id 0: stays. said is for the jury, at most 2,000 bytes; more is cut off. */
int problem_solution_tried(
	struct tx *tx, int64_t solution_id, int64_t submission_id, struct err *e) ATTR_MUST_USE;
int problem_solution_settle(struct tx *tx, int64_t solution_id, enum solution_outcome outcome,
	struct span said, struct err *e) ATTR_MUST_USE;

/*
 * The end of a verification. suggested_ms 0: none could be found. Where nobody named a time limit
 * (rules.time_is_suggested) the suggested one becomes the version's, which is the one thing of a
 * version that is filled in later; submissions are accepted after it only. ERR_NOT_FOUND if another
 * verification was asked for meanwhile.
 */
int problem_verify_end(struct tx *tx, const struct verify_try *which, bool is_sound,
	int suggested_ms, struct err *e) ATTR_MUST_USE;

/* It came to no end: the version is not verified, and the jury reads why. Nothing happens if
 * another verification was asked for meanwhile. */
int problem_verify_lapse(struct tx *tx, const struct verify_try *which, struct span why,
	struct err *e) ATTR_MUST_USE;

/* A jury member lets the version pass as it is. why: 1..500 bytes, ERR_INVALID otherwise. */
int problem_sign(struct tx *tx, struct arena *m, int64_t version_id, int64_t user_id,
	struct span why, struct err *e) ATTR_MUST_USE;

#endif
