#ifndef MODEL_SUBMISSION_H
#define MODEL_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct envelope;
struct tx;
struct user;

/* Where a judging stands (judging.state). */
enum judging_state {
	JUDGING_WAITS,
	JUDGING_BUILDS,
	JUDGING_RUNS,
	JUDGING_ENDED
};
const char *judging_state_name(enum judging_state s); // "waiting"

/* ---- sending in ---- */

struct submission_new {
	const struct user *user; // NULL only with solution_id
	int64_t problem_id;      // or
	struct span slug;        // of the problem, where problem_id is 0
	int64_t contest_id;      // 0: practice
	int64_t solution_id;     // a jury's from the package: its files are there; 0: none
	int64_t version_id;      // 0: the problem's current one
	struct span language;    // id in etc/languages.conf; LANGUAGE_ANSWER for answers
	struct span file_name;   // SPAN_NONE: main and the language's extension
	struct span source;      // ignored with solution_id
	struct span flags;       // what the static scan says, a JSON array; SPAN_NONE: []
	const struct envelope *seal;
};

struct submission_made {
	int64_t id;
	int64_t judging_id;
	struct span public_id;
};

/*
 * Checks, seals and stores a submission and has it judged: all of it in the caller's transaction.
 * Call judging_wake after the commit.
 *
 * ERR_INVALID with the field: source (empty, over SUBMISSION_MAX_SOURCE or the problem's own limit,
 * not UTF-8; of answers, over SUBMISSION_MAX_ANSWERS, or none to any test), language (unknown, on
 * no judge, or not allowed by the problem), contest, file_name. ERR_NOT_FOUND: no such problem for
 * this member. ERR_LIMIT with retry_after_s: more than SUBMISSION_A_MINUTE or SUBMISSION_A_DAY of
 * this member; the jury's own solutions are not counted. ERR_TEMPORARY: ENCRYPTION_KEY is not set.
 */
int submission_create(struct tx *tx, struct arena *m, const struct submission_new *s,
	struct submission_made *out, struct err *e) ATTR_MUST_USE;

/* Whether these are answers that came as a zip. */
bool submission_is_zip(struct span language, struct span source);

/* ---- looking ---- */

/*
 * Who sees what: the member who sent it in sees source, compiler's text and what the problem shows
 * of its tests; the problem's owner, jury and admins see all; for everybody else there is none.
 */

/* One line of a list. */
struct submission_row {
	int64_t id;
	struct span public_id;
	struct span problem_slug;
	struct span problem_name;
	int64_t user_id;       // 0: the account is gone, or the jury's own
	struct span user_name; // SPAN_NONE with 0
	struct span language;
	int size;        // of the source, bytes
	int64_t made_at; // unix us
	enum judging_state state;
	int n_tests; // 0 until it was built
	int n_ended;
	int verdict; // enum verdict; VERDICT_NONE until it ended
	bool has_score;
	double score;
	int cpu_ms;     // of the slowest test; -1: none ran
	int memory_kib; // of the largest; -1: none ran
	bool flagged;   // the static scan saw something; false for those who may not know
	bool is_jury;   // a solution of the package
};

struct submission_rows {
	struct submission_row *v;
	size_t n;
	int64_t next; // for .before of the next page; 0: there are no more
};

struct submission_filter {
	int64_t user_id;    // 0: everybody's
	int64_t problem_id; // 0: any; or
	struct span slug;   // of the problem; SPAN_NONE: any
	struct span language;
	int verdict;               // enum verdict; 0: any
	int state;                 // enum judging_state; -1: any
	bool flagged;              // only those
	bool with_jury;            // solutions of packages too
	int64_t before;            // submission.id; 0: from the newest
	struct span before_public; // the same by public id, for programs; SPAN_NONE: by before
	int limit;                 // 1..SUBMISSION_MAX_PAGE
};

/* Newest first, without what the reader may not see. Members see their own only. ERR_INVALID:
 * before_public is no submission's. */
int submission_list(struct db *d, struct arena *m, const struct user *reader,
	const struct submission_filter *f, struct submission_rows *out,
	struct err *e) ATTR_MUST_USE;

/* One test of a judging, as its reader may see it. */
struct submission_test {
	int ordinal;
	struct span path; // "secret/group1/03"; SPAN_NONE for members, but for samples
	bool is_sample;
	bool is_static; // it read the source, and nothing was run: no figures
	int verdict;    // VERDICT_NONE: not run, or not yet
	bool running;
	bool has_score;
	bool score_is_factor; // of what the test is worth
	double score;
	int cpu_ms;
	int wall_ms;
	int memory_kib;
	/* SPAN_NONE: nothing to say, or not to be shown. */
	struct span difference; // the first place that differs
	struct span output;     // the beginning of what it wrote
	struct span errors;     // and of its standard error
	struct span team_text;  // what the validator says to the contestant
	struct span jury_text;  // and to the jury, or what is the judge's fault
	struct span exit_text;  // "status 1", "signal 11"
};

/* Why nothing happens yet, for whoever asks "why is my submission waiting?". */
enum submission_wait {
	SUBMISSION_WAITS_NOT,      // it is judged or was
	SUBMISSION_WAITS_TURN,     // ahead says for how many others
	SUBMISSION_WAITS_PAUSE,    // an operator paused the queue
	SUBMISSION_WAITS_JUDGE,    // no judge is alive
	SUBMISSION_WAITS_LANGUAGE, // no living judge has the language
	SUBMISSION_WAITS_RETRY     // an attempt failed by the judge's fault and is repeated
};

struct submission_full {
	struct submission_row row;
	bool jury_view; // the reader sees everything
	int64_t judging_id;
	int64_t problem_id;
	int version_number; // of the problem
	struct span file_name;
	struct span source; // SPAN_NONE for a jury's solution
	struct span build_text;
	struct submission_test *tests;
	size_t n_tests;
	enum submission_wait wait;
	int ahead;             // judgings that come before it
	struct span wait_text; // one line for people; SPAN_NONE with SUBMISSION_WAITS_NOT
	int64_t began_at;      // unix us; INT64_MIN: not yet
	int64_t ended_at;
	int64_t last_event; // where to go on watching the scope submission:PUBLIC_ID

	/* For the jury; SPAN_NONE for others. */
	struct span flags; // JSON
	struct span fault; // of the judge
	struct span host;
	struct span compiler;
	struct span box;
	struct span data_hash; // hex
	int time_ms;           // limits; -1: nothing was run
	int memory_mib;
};

/* Who looks at which. */
struct submission_look {
	const struct user *reader; // NULL: a guest, who sees none
	struct span public_id;
	const struct envelope *seal; // NULL: nothing that is sealed is shown
	struct cache *cache;         // for submission_result_kept; NULL: nothing is cached
};

/* ERR_NOT_FOUND if there is none for this reader. */
int submission_get(struct db *d, struct arena *m, const struct submission_look *look,
	struct submission_full *out, struct err *e) ATTR_MUST_USE;

/* What has become of it so far, without what is sealed: cheap enough to be asked often. The tests
 * have no texts. */
int submission_progress(struct db *d, struct arena *m, const struct submission_look *look,
	struct submission_full *out, struct err *e) ATTR_MUST_USE;

/*
 * The answer to a reader, as text, for SUBMISSION_RESULT_S: kept of finished ones only, each for
 * its member and for the jury apart; evicted by whatever changes it. Never fails.
 */
bool submission_result_kept(struct arena *m, const struct submission_look *look, struct span *text);
void submission_result_keep(struct db *d, struct arena *m, const struct submission_look *look,
	const struct submission_full *s, struct span text);

/* After the commit of a change of what it came to. Never fails. */
void submission_evict(struct cache *c, struct arena *m, struct span public_id);

/*
 * Takes it out of its member's lists; nothing else changes, and the jury still sees it. Only its
 * member and admins may, and not while it is judged (ERR_CONFLICT).
 */
int submission_delete(struct db *d, struct arena *m, const struct user *by, struct span public_id,
	struct err *e) ATTR_MUST_USE;

/* ---- languages ---- */

/* What can be sent in just now: on some judge that was heard of lately. */
struct submission_language {
	struct span id;        // "cpp17"
	struct span name;      // "C++17"
	struct span version;   // as the compiler says; SPAN_NONE if it is on no judge
	struct span extension; // "cpp"
	bool is_there;
	struct span why; // it is not there
};
struct submission_languages {
	struct submission_language *v;
	size_t n;
};
/* In the order of etc/languages.conf, absent ones too. */
int submission_languages(struct db *d, struct arena *m, struct submission_languages *out,
	struct err *e) ATTR_MUST_USE;

#endif
