#ifndef JUDGE_GROUP_H
#define JUDGE_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "judge/verdict.h"

/*
 * Groups of tests, after the problem package format: what a package says of each (test_group.config
 * as JSON), which tests need not run any more, and from the results of the tests the result of the
 * submission. Nothing here depends on the order in which tests end: what a test before it makes
 * superfluous does not count even where it ran.
 */
enum group_grading {
	GROUPS_NONE = 0,   // the first test that is not accepted decides; no scores
	GROUPS_LEGACY = 1, // testdata.yaml and the default grader
	GROUPS_2025 = 2    // test_group.yaml of format 2025-09
};

enum group_score {
	GROUP_SUM,
	GROUP_MIN,
	GROUP_PASS_FAIL, // 2025-09 only
	GROUP_AVG,       // legacy only, like what follows
	GROUP_MAX
};

enum group_verdict {
	GROUP_WORST_ERROR,
	GROUP_FIRST_ERROR,
	GROUP_ALWAYS_ACCEPT
};

/* What a package says of one group, inherited values filled in. */
struct group_config {
	enum group_score score;

	/* legacy */
	enum group_verdict verdict;
	bool goes_on; // on_reject: continue
	bool ignore_sample;
	bool accept_if_any_accepted;
	bool is_custom;    // grading: custom: by the package's own graders
	struct span flags; // of theirs
	double accept_score;
	double reject_score;
	double least; // range; infinite where it is open
	double most;  // 2025-09: max_score

	/* 2025-09 */
	const struct span *requires; // paths of groups that must be accepted whole
	size_t n_requires;
	bool full_feedback;
	double static_most; // that its static validation gives, where its tests have scores
};

/*
 * What a group asks of the source (static_validation_score) is one of its tests: the one of this
 * name, which no file can have. It stands before the others of its folder, so that a source that is
 * refused there need not be run: format 2025-09 leaves the order open, and problemtools runs none.
 */
#define GROUP_STATIC_TEST "(static)"
bool group_is_static(struct span path);

/* What holds where a package says nothing; the path matters in 2025-09 only. */
struct group_config group_config_default(enum group_grading grading, struct span path);

/* The words of legacy grader_flags added to c. ERR_INVALID names a word that is none. */
int group_config_flags(struct group_config *c, struct span flags, struct err *e) ATTR_MUST_USE;

/* As JSON, and back. ERR_INVALID names the group and what is wrong with it. */
void group_config_write(struct buf *b, enum group_grading grading, const struct group_config *c);
int group_config_read(struct arena *m, enum group_grading grading, struct span path,
	struct span json, struct group_config *out, struct err *e) ATTR_MUST_USE;

/* A row of test_group. */
struct group_row {
	struct span path; // "" is the root; "sample", "secret", "secret/group1"
	struct span config;
};

/*
 * The groups of one version. `tests` are the paths of all tests in the order of judging; a test
 * belongs to the longest path among the rows that leads to it. Rows may be missing, the root's too;
 * they may come in any order. Everything lives in the arena, and the spans are not copied.
 * ERR_INVALID names a config that cannot be read.
 */
struct group_source {
	enum group_grading grading;
	bool is_scoring;
	const struct group_row *rows;
	size_t n_rows;
	bool runs_all; // no test makes another one superfluous; the result is the same
	const struct span *tests;
	size_t n_tests;
};
struct groups;
int groups_new(struct arena *m, const struct group_source *from, struct groups **out,
	struct err *e) ATTR_MUST_USE;

/*
 * Who grades the groups of `grading: custom`: lines "VERDICT SCORE" of a group's members in, its
 * own verdict and score out. False: that failed, and the group stays without a result. Without one
 * the default grader stands in.
 */
struct group_grader {
	bool (*run)(void *ctx, struct span flags, struct span lines, enum verdict *verdict,
		double *score);
	void *ctx;
};
void groups_grade_by(struct groups *g, const struct group_grader *grader);
bool groups_are_custom(const struct groups *g); // at least one

/* What came of one test. VERDICT_NONE: it has not run, or runs. */
struct group_run {
	enum verdict verdict;
	bool has_score; // the validator gave one
	bool is_factor; // it is score_multiplier.txt: 0..1 of what the test is worth
	double score;
};

/*
 * False: a test before it, in `runs` of all tests in order, has decided already that its result
 * does not count. Once false for some runs, it stays false for whatever else becomes known.
 */
bool groups_wants(const struct groups *g, const struct group_run *runs, size_t test);

/* No test that is wanted is left to run. */
bool groups_settled(const struct groups *g, const struct group_run *runs);

/* What an accepted test gives: what a factor is a factor of. Infinite in 2025-09 where the
 * validator has to say. */
double groups_worth(const struct groups *g, size_t test);

struct group_sum {
	enum verdict verdict; // VERDICT_NONE while tests that are wanted have not run
	bool has_score;       // the problem scores and the verdict is accepted
	double score;
	double least; // the range of what can be had, infinite where nothing says
	double most;
};

/* The result of the whole, from what has run. */
struct group_sum groups_sum(const struct groups *g, const struct group_run *runs);

/*
 * The result of each group below the root, in the order of judging, for pages and labels. A group's
 * score stands whatever its verdict is.
 */
struct group_line {
	struct span path;
	size_t first; // its tests are first .. first + n - 1
	size_t n;
	struct group_sum sum;
};
size_t groups_lines(const struct groups *g, const struct group_run *runs, struct arena *m,
	struct group_line **out);

#endif
