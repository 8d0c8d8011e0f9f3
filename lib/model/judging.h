#ifndef MODEL_JUDGING_H
#define MODEL_JUDGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/submission.h"

struct cache;
struct db;
struct envelope;
struct tx;

/*
 * How a submission is judged: what the jobs judge.build and judge.run read and write. A job works
 * on one judging. It takes the next untaken tests, runs them, and says in one round trip what came
 * of them while it takes more; a test that it took is its own until it says so, also when it is
 * killed and begins anew. Whoever sees that all tests that matter have ended settles the judging,
 * together with the end of his job; of several only one does.
 */

enum {
	JUDGING_PRIORITY_CONTEST = 0,
	JUDGING_PRIORITY_ORDINARY = 10,
	JUDGING_PRIORITY_REJUDGE = 20 // and a package's own solutions
};

struct judging_new {
	int64_t submission_id;
	struct span public_id;
	int64_t version_id;
	int64_t rejudge_id; // 0: it counts at once
	int priority;
};

/* A judging that waits, its job and its event, in the caller's transaction. */
int judging_start(struct tx *tx, struct arena *m, const struct judging_new *j, int64_t *id,
	struct err *e) ATTR_MUST_USE;

/* After the commit: somebody should look at the queue. Never fails. */
void judging_wake(struct db *d);

/* ---- what a job knows ---- */

struct judging {
	int64_t id;
	int64_t submission_id;
	struct span public_id;
	int64_t user_id; // 0: none
	int64_t problem_id;
	int64_t version_id;
	int version_time_ms; // its time limit, the one thing of a version that is filled in later
	int64_t solution_id; // 0: the source is the submission's
	struct span solution_path; // of a jury's, among the package's files
	struct span solution_entry;
	bool runs_all; // every test, whatever comes of the first ones
	int64_t rejudge_id;
	int priority;
	enum judging_state state;
	struct span language;
	struct span file_name;
	struct span sealed_source; // purpose submission.source:PUBLIC_ID, under the problem's key
	int n_tests;
	struct span artifact; // key; SPAN_NONE until it was built
};

/* ERR_NOT_FOUND if it is no more. */
int judging_load(struct db *d, struct arena *m, int64_t id, struct judging *out,
	struct err *e) ATTR_MUST_USE;

/* It is being built. */
int judging_building(struct db *d, const struct judging *j, struct err *e) ATTR_MUST_USE;

/* Who is at work at it: the job, as the worker that holds it just now. */
struct judging_holder {
	int64_t job;
	int64_t judging_id;
	int32_t runner;
	int32_t worker;
	int queue;
	int priority;
};

/* What it was built by, and with. */
struct judging_built {
	struct judging_holder who;
	struct span artifact; // key, DIGEST_SIZE bytes
	struct span build_text;
	struct span host;
	struct span compiler;
	struct span box;
	int time_ms; // limits
	int memory_mib;
	const int32_t *ordinals; // of the tests to run, ascending
	size_t n_tests;
};

/* It runs now: a row for each test. Nothing happens if it was said before, or the job is another
 * worker's by now. */
int judging_built(struct db *d, struct arena *m, const struct judging *j,
	const struct judging_built *b, struct err *e) ATTR_MUST_USE;

/* ---- tests ---- */

/* What came of one test. */
struct judging_outcome {
	int ordinal;
	int verdict;    // enum verdict, not VERDICT_NONE
	bool has_score; // the validator gave one
	bool score_is_factor;
	double score;
	int cpu_ms;
	int wall_ms;
	int memory_kib;
	struct span sealed_detail; // purpose judging_run:JUDGING:ORDINAL; SPAN_NONE: nothing to say
};

struct judging_turn {
	struct judging_holder who;
	struct span public_id;
	const struct judging_outcome *done;
	size_t n_done;
	int want;       // tests to take; 0: none
	bool first_bad; // the first test that is not accepted decides: later ones need not run

	/* Answers. */
	bool ours;      // false: the job is somebody else's by now, and nothing was changed
	bool over;      // the judging has ended already
	int32_t *taken; // ordinals, ascending, in the arena
	size_t n_taken;
	struct judging_seen *seen; // all tests of the judging, by ordinal
	size_t n_seen;
	bool urgent; // something more urgent waits in the queue
	int idle;    // workers that have nothing to do, over all machines
};

struct judging_seen {
	int32_t ordinal;
	int verdict; // VERDICT_NONE: not ended
	bool skipped;
	bool has_score;
	bool score_is_factor;
	double score;
};

/* One round trip and one commit, which does not wait for the disk: what it says can be found again.
 * The answers are in t. */
int judging_turn(
	struct db *d, struct arena *m, struct judging_turn *t, struct err *e) ATTR_MUST_USE;

/* These tests need not run any more. */
int judging_skip(struct db *d, const struct judging_holder *who, const int32_t *ordinals, size_t n,
	struct err *e) ATTR_MUST_USE;

/* What the job has taken and did not end is for anybody again. */
int judging_release(struct db *d, const struct judging_holder *who, struct err *e) ATTR_MUST_USE;

/* What went wrong with the judge, while it is tried again; for the jury. */
int judging_trouble(struct db *d, int64_t id, const char *fault, struct err *e) ATTR_MUST_USE;

/* ---- the end ---- */

struct judging_verdict {
	int verdict;
	bool has_score;
	double score;
	struct span build_text; // of a compilation that failed
	struct span host;       // with it; SPAN_NONE: as judging_built said
	struct span compiler;
	struct span box;
	struct span fault; // of the judge, with VERDICT_JE
};

/*
 * Settles it: verdict, slowest and largest test, the problem's counts, events and the rejudging's
 * progress, in the caller's transaction. *first is false if it had ended already; then nothing was
 * changed. After the commit, judging_settled.
 */
int judging_settle(struct tx *tx, struct arena *m, const struct judging *j,
	const struct judging_verdict *v, bool *first, struct err *e) ATTR_MUST_USE;

/* Evicts what was cached of it and its problem. Never fails. */
void judging_settled(struct cache *c, struct arena *m, const struct judging *j);

/* Further jobs for its tests, in the caller's transaction. */
int judging_spread(struct tx *tx, struct arena *m, const struct judging *j, int n,
	struct err *e) ATTR_MUST_USE;

/* ---- hosts ---- */

/* What a judge's host has, as it found it; replaces what was known of the host. */
struct judging_language {
	struct span id;
	struct span name;
	struct span extension;
	bool is_there;
	bool for_members; // else only packages use it
	struct span version;
	struct span why;
};
struct judging_machine {
	struct span name;
	struct span box; // what box it gives
};
int judging_host(struct db *d, struct arena *m, const struct judging_machine *host,
	const struct judging_language *v, size_t n, struct err *e) ATTR_MUST_USE;

#endif
