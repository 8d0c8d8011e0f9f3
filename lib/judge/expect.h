#ifndef JUDGE_EXPECT_H
#define JUDGE_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "judge/verdict.h"

/*
 * What must come of a jury's solution, and whether it did. A label comes from the folder it lies
 * in, from @EXPECTED_RESULTS@ and @EXPECTED_SCORE@ in its source, or from
 * submissions/submissions.yaml; it is kept as JSON in jury_solution.expected.
 */
#define EXPECT_BIT(verdict) (1u << (verdict))

struct expect_rule {
	struct span scope; // pattern of test or group paths below data/, "" for all: expect_matches
	unsigned final;    // bits; 0, or the verdict of the whole must be one of these
	unsigned permitted; // 0, or each test in scope that ran must have one of these
	unsigned required;  // 0, or at least one test in scope must have one of these
	bool has_score;     // of the whole, or of each group that scope names
	double least;
	double most;
	bool below_most;     // the score of the whole is less than the best
	bool is_most;        // the score of the whole is the best, where the best is known
	struct span message; // "" or what stands in some judgemessage.txt of the scope
	bool untimed;        // bounds no time limit, though it says what is too slow or not
};

/* Readings of a label, of which one must hold; a reading holds when all of its rules do. */
struct expect_reading {
	struct expect_rule *rules;
	size_t n;
};
struct expect {
	struct expect_reading *readings; // none: nothing is expected, and everything is right
	size_t n;
	bool lower; // its slowest test bounds the time limit from below: expect_bounds
	bool upper; // its slowest test bounds it from above: it must be too slow
};

/* What a rule says of the time limit, for the tests in its scope. */
bool expect_rule_lower(const struct expect_rule *r);
bool expect_rule_upper(const struct expect_rule *r);

/* Whether the time of this test, by its path below data/, bounds the limit from below. */
bool expect_bounds(const struct expect *x, struct span path);

/* Which rules a folder's name stands for. */
enum expect_format {
	EXPECT_LEGACY,
	EXPECT_2025
};

/*
 * The label of a folder below submissions/. A name that is no label gives one that expects nothing,
 * and false.
 */
bool expect_folder(struct arena *m, enum expect_format format, bool is_scoring, struct span folder,
	struct expect *out);

/*
 * @EXPECTED_RESULTS@: A, B and @EXPECTED_SCORE@: N in a source. *found is false, and *out stays,
 * when it holds neither. ERR_INVALID names a word that is no verdict.
 */
int expect_source(struct arena *m, struct span source, struct expect *out, bool *found,
	struct err *e) ATTR_MUST_USE;

/* As JSON, and back. ERR_INVALID for JSON that is no label. */
void expect_write(struct buf *b, const struct expect *x);
int expect_read(struct arena *m, struct span json, struct expect *out, struct err *e) ATTR_MUST_USE;

/* "AC", "WA", "TLE", "RTE" and the longer words of the tag, in any case, as bits; 0: none of them.
 */
unsigned expect_word(struct span word);

/*
 * Patterns of submissions.yaml: `*` and `?` stay within a name, {a,b} is either. A path matches too
 * when a folder above it does.
 */
bool expect_matches(struct span pattern, struct span path);

/* The same of the path alone: what lies in a folder that matches is not meant. */
bool expect_names(struct span pattern, struct span path);

/* One test that ran, or did not (VERDICT_NONE). */
struct expect_run {
	struct span path; // "secret/group1/03"
	enum verdict verdict;
	struct span message; // the validator's judgemessage.txt
};
struct expect_group {
	struct span path;
	bool has_score;
	double score;
};

struct expect_found {
	enum verdict verdict; // of the whole; VERDICT_CE has no runs
	bool has_score;
	double score;
	double best; // score; infinite where it is not known
	bool least_is_best;
	const struct expect_run *runs;
	size_t n_runs;
	const struct expect_group *groups; // may be none
	size_t n_groups;
};

/* Whether the label asks for something that a test behind the first failure may bring: a verdict or
 * a message that some test must have. */
bool expect_asks_tests(const struct expect *x);

/* True if the label holds; else *why says in one line, for the jury, what did not. */
bool expect_holds(const struct expect *x, const struct expect_found *found, struct arena *m,
	const char **why);

/* The label in words: "accepted", "wrong answer", "accepted or too slow", "score 40". */
const char *expect_text(const struct expect *x, struct arena *m);

/*
 * The time limit that the jury's solutions suggest. Legacy: the slowest accepted times the
 * multiplier, in whole seconds, at least one. 2025-09: the least multiple of the resolution that is
 * as much; `conflict` when a solution that must be too slow is not by the margin.
 */
struct expect_time_rule {
	enum expect_format format;
	double multiplier;
	double margin;
	int resolution_ms;
};
struct expect_time {
	int limit_ms; // 1..600000
	bool conflict;
};
struct expect_time expect_time_limit(
	const struct expect_time_rule *rule, int64_t slowest_good_us, int64_t fastest_bad_us);

#endif
