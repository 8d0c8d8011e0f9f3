#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Who decides about the output of a test. The numbers are stored (problem_version.validator). */
enum rules_validator {
	RULES_DEFAULT = 0, // comparison with the answer: judge/compare.h
	RULES_CUSTOM = 1,  // the package's program: input answer feedback/ flags, status 42 or 43
	/* Of Polygon's: a checker, behind it an interactor; input output answer, testlib's
	 * statuses.
	 */
	RULES_TESTLIB = 2
};

enum rules_grading {
	RULES_NO_GROUPS = 0, // the first test that is not accepted decides
	RULES_LEGACY = 1,    // testdata.yaml
	RULES_GROUPS = 2     // test_group.yaml of 2025-09
};

/*
 * How a version of a problem is judged: the columns of problem_version from is_scoring to
 * submits_answers, in their order and with their meaning. The model fills it, the engine reads it.
 */
struct judge_rules {
	bool is_scoring;     // tests and groups give scores
	bool is_interactive; // the validator talks with the program
	bool is_multipass;   // nextpass.in begins another pass
	int passes;          // most of them
	enum rules_validator validator;
	const char *validator_flags; // a line as in judge/flags.h; never NULL
	enum rules_grading grading;
	bool maximize; // the better score is the higher one
	int time_ms;   // processor time of one test and pass
	bool time_is_suggested;
	double time_multiplier;
	double time_margin;
	int time_resolution_ms;
	int memory_mib;
	int output_kib; // standard output of one pass
	int code_kib;   // of a submission's files together
	int build_ms;
	int build_mib;
	int check_ms; // the validator's own limits
	int check_mib;
	int check_kib;
	const char *const *languages; // ids; NULL: all
	size_t n_languages;
	bool may_write_files;  // in the working folder
	bool validator_scores; // of a problem that scores, the validator may say how much
	bool submits_answers; // what is handed in are answers to the tests: nothing is built or run
};

/* The package format's ordinary values: 1 s, 2048 MiB, 8 MiB of output, the default validator. */
void rules_init(struct judge_rules *r);

/* ERR_INVALID names the first value out of range, as the schema bounds them. */
int rules_check(const struct judge_rules *r, struct err *e) ATTR_MUST_USE;

/* How long a run may last by the clock: 2 * time_ms + 1 s, at least 3 s. Milliseconds. */
int64_t rules_wall_ms(const struct judge_rules *r);

#endif
