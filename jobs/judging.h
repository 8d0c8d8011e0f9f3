#ifndef JOBS_JUDGING_H
#define JOBS_JUDGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "jobs/judge/judge.h"
#include "jobs/kind.h"
#include "model/judging.h"
#include "model/problem_judge.h"
#include "package/tree.h"

/*
 * What the kinds judge.build and judge.run have in common. A worker opens its judge with the first
 * such job and keeps it, with the versions of problems, the test data and the programs that it met
 * last, so that the next submission for the same problem finds all of it ready.
 */

/* This worker's judge. ERR_TEMPORARY if the machine gives no box, or JUDGE_WORK is not set. */
int judging_judge(struct job_ctx *c, struct judge **out, struct err *e) ATTR_MUST_USE;

/* Makes known what this machine has of the languages, then what they need in advance; a warning in
 * the log if that fails. */
void judging_introduce(struct job_ctx *c);

/* The name of this machine, as it stands in job_runner. */
struct span judging_host_name(void);

/* This job, as whose worker it is. */
struct judging_holder judging_holder_of(struct job_ctx *c, const struct judging *j);

/* ---- data (judging_data.c) ---- */

/* A version, from memory if it was met lately; valid until the next call. */
int judging_version(struct job_ctx *c, const struct judging *j, const struct problem_judged **out,
	struct err *e) ATTR_MUST_USE;

/*
 * Bytes of a test, opened once while they are kept: JUDGING_KEEP bytes of those used last. Valid
 * until the call after the next one, so that input and answer can be had together.
 */
int judging_bytes(struct job_ctx *c, const struct problem_judged *p, int64_t blob_id, int64_t size,
	struct span *out, struct err *e) ATTR_MUST_USE;

/* ---- programs (judging_build.c) ---- */

struct judging_program {
	struct judge_program *program; // NULL: it does not compile, or answers are handed in
	unsigned char key[JUDGE_KEY];
	struct span build_text;
	struct span compiler;
	struct judge_source source; // what it was built from
};

/*
 * The submission's program: the one this worker has, the one that is kept, or a new one.
 * ERR_NOT_FOUND if this machine does not have the language.
 */
int judging_program(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, struct judging_program *out, struct err *e) ATTR_MUST_USE;

/* What was sent in, or a jury's solution, as files. */
int judging_files(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct judge_source *out, struct err *e) ATTR_MUST_USE;

/* True for the first file of each program of the role: they stand in the order of their paths. */
bool judging_begins_program(const struct problem_judged *p, size_t at, enum problem_role role);

/* The files of the role's program in the folder of that first one, as a program of the package's
 * own. */
int judging_own_program(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	const struct problem_file *first, struct judging_program *out, struct err *e) ATTR_MUST_USE;

/*
 * The version's own validators of output, of sources, and graders; *fault says why one is missing
 * that should be there, for JE, and is NULL otherwise. To be closed whatever comes of it.
 */
int judging_validators(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e) ATTR_MUST_USE;
int judging_statics(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e) ATTR_MUST_USE;
int judging_graders(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e) ATTR_MUST_USE;
void judging_close(const struct judge_programs *all);

/* ---- inputs (judging_input.c) ---- */

/* What one of the version's input validators says of an input. */
struct judging_remark {
	struct span name; // of its folder
	bool accepts;
	struct span said; // what it wrote, or why it could not be run
};

struct judging_remarks {
	struct judging_remark *v;
	size_t n;
};

struct judging_asked {
	struct judge *judge;
	const struct problem_judged *problem;
	struct span input;
	struct span flags; // words for their command lines
};
/* All of them, by name; none where the version has none. */
int judging_input(struct job_ctx *c, const struct judging_asked *asked, struct judging_remarks *out,
	struct err *e) ATTR_MUST_USE;

/* ---- answers (judging_answer.c) ---- */

/* Of each test, by ordinal, what was handed in; samples that were left out have their own answer.
 */
struct judging_answers {
	struct package_tree tree; // of a zip
	struct span *v;           // SPAN_NONE: there is none
};
int judging_answers(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct judging_answers *out, struct err *e) ATTR_MUST_USE;
void judging_answers_free(struct judging_answers *a);

/* ---- the tests (judging_run.c) ---- */

/* Runs tests until none is left for this job; settles the judging if it is the one that sees all of
 * them ended. */
int judging_run(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, const struct judging_program *built,
	struct err *e) ATTR_MUST_USE;

/* The verdict, without or after the tests, together with the job's end. */
int judging_end(struct job_ctx *c, const struct judging *j, const struct judging_verdict *v,
	struct err *e) ATTR_MUST_USE;

/* Another job goes on in this one's place, on whichever machine has a worker for it, after a while.
 * why, for the jury; NULL: nothing is wrong. */
int judging_hand_on(struct job_ctx *c, const struct judging *j, const char *kind, int64_t delay_ms,
	const char *why, struct err *e) ATTR_MUST_USE;

/* The judging that a payload names. */
int judging_of(struct span payload, int64_t *id, struct err *e) ATTR_MUST_USE;

#endif
