#ifndef JOBS_JUDGE_SESSION_H
#define JOBS_JUDGE_SESSION_H

#include "jobs/judge/bout.h"
#include "jobs/judge/core.h"
#include "jobs/judge/engine.h"

/* What the parts of one session share. */

/* A validator and its box. */
struct checker {
	const struct judge_program *program;
	struct box_handle box;
};

struct judge_session {
	struct judge *judge;
	const struct judge_program *program;
	const struct judge_rules *rules;
	struct core core;
	struct box_handle box;                         // the program's
	struct checker checkers[JUDGE_MAX_VALIDATORS]; // none: the default validator
	size_t n_checkers;
	struct checker *check; // the one at work
	struct box_run run, check_run;
	struct bout bout, check_bout;
	struct compare compare;
	int n_stood; // tests that were run again and took too long each time
};

/* One test on its way. */
struct trial {
	struct judge_session *s;
	struct arena *mem;
	const struct judge_test *test;
	struct judge_outcome *out;
	struct span input; // of this pass
	int input_fd;
	int pass;           // from 1
	struct buf *output; // of this pass, for a validator
	struct buf *next;   // the input of the pass after this
	bool has_next;      // there is one
	bool was_disturbed;
	bool waits_longer; // by the clock: the machine, not the program, let it run out before
};

/* With nothing in it yet. */
void outcome_clear(struct judge_outcome *out);

#define CHECK_FEEDBACK "/box/" // the feedback folder, as validators are told of it

/* A fault of the problem's own parts: the verdict JE and why. Returns 0. */
int trial_fault(struct trial *x, const char *fmt, ...) ATTR_PRINTF(2, 3);

/*
 * What the validator's box and command are for this pass: its files put, its request written. For
 * RULES_TESTLIB the output is one of the files.
 */
int check_prepare(struct trial *x, struct err *e) ATTR_MUST_USE;

/* After it has run: its verdict and what it left. */
int check_conclude(struct trial *x, struct err *e) ATTR_MUST_USE;

/* The same for a program that ends with 42 or 43; asks for no further pass. */
int check_conclude_own(struct trial *x, struct err *e) ATTR_MUST_USE;

/* What testlib's interactor left becomes the output that its checker is asked about. */
int check_take_output(struct trial *x, struct err *e) ATTR_MUST_USE;

/* The limit by the clock of this run, of what it is on a machine that has nothing else to do. */
uint32_t trial_wall_ms(const struct trial *x, uint64_t wall);

/* A box of the session's for the program. */
int session_box(struct judge_session *s, const struct judge_program *p, struct box_handle *out,
	struct err *e) ATTR_MUST_USE;

/* The limits of a validator, or of another program of the package's; `disk` for what it is given.
 */
void check_limits(
	const struct judge_session *s, const struct language *l, uint64_t disk, struct box_run *r);

/* The status with which a validator accepts. */
int check_accepts(const struct judge_rules *r);

#endif
