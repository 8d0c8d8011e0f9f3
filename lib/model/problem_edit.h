#ifndef MODEL_PROBLEM_EDIT_H
#define MODEL_PROBLEM_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_file.h"

struct cache;
struct db;
struct envelope;
struct judge_rules;
struct tx;

/*
 * Making and changing problems. A version never changes: each call here that touches statement,
 * rules, tests or files makes the next one, which shares the bytes of all that stayed the same.
 * Whether the caller's user may do so was decided before (model/problem_right.h).
 *
 * All is part of the caller's transaction, so that a job or an event can go with it; after the
 * commit the caller evicts what is kept of the problem (problem_evict).
 */
struct problem_desk {
	struct tx *tx;
	struct arena *mem;
	const struct envelope *seal; // NULL: ERR_TEMPORARY
	int64_t actor_id;            // 0: the command line
};

/* A statement in one language. */
struct problem_text_new {
	struct span lang;  // "en", "pt-BR"
	struct span title; // 1..200 bytes
	struct span html;  // clean; empty where there is a PDF only
	struct span plain; // its words, for search
};

struct problem_file_new {
	enum problem_role role;
	struct span path;
	struct span bytes;
};

struct testcase_new {
	struct span path; // "sample/1", "secret/group1/03": without extension
	bool is_sample;
	struct span input;
	struct span answer;
	const struct span *args; // for the submission's command line
	size_t n_args;
	struct span validator_flags; // SPAN_NONE: as the rules say
	struct span hint;
	struct span description;
};

struct test_group_new {
	struct span path;   // "secret/group1"; "" is the root
	struct span config; // JSON (judge/group.h)
};

/* Its files have the role PROBLEM_JURY and are path itself or lie below path/. */
struct jury_solution_new {
	struct span path;
	struct span language; // SPAN_NONE: none of ours
	struct span entry;    // main class or file where it has to be named; else empty
	struct span expected; // JSON (judge/expect.h)
	bool sets_time;       // counts for the time limit
};

/* What people set on a problem's page; the bits are stored. */
enum problem_by_hand {
	PROBLEM_HAND_TIME = 1,
	PROBLEM_HAND_MEMORY = 2,
	PROBLEM_HAND_OUTPUT = 4,
	PROBLEM_HAND_DIFFERENCE = 8
};

/*
 * A whole problem, as a package says it or as somebody typed it in. Absent spans count as empty.
 * Bytes may lie anywhere, mapped files included; they are read once.
 */
struct problem_new {
	struct span slug; // for problem_create
	struct span why;  // for the history: "import of hello.zip"
	struct span format;
	struct span author;
	struct span source;
	struct span source_url;
	struct span license;
	const struct judge_rules *rules; // judge/rules.h
	bool show_difference;
	int by_hand; // enum problem_by_hand: of these, what nobody's package said
	const struct problem_text_new
		*texts; // at least one; the first is shown unless asked otherwise
	size_t n_texts;
	const struct problem_file_new *files;
	size_t n_files;
	const struct testcase_new *tests; // in the order of judging
	size_t n_tests;
	const struct test_group_new *groups;
	size_t n_groups;
	const struct jury_solution_new *solutions;
	size_t n_solutions;
	const struct span
		*tags; // words; cleaned by tag_clean, those that cannot be tags are left out
	size_t n_tags;
	enum {
		PROBLEM_REFUSES_EQUAL,   // tests that are equal: nothing is stored
		PROBLEM_KEEPS_EQUAL,     // they are only told of
		PROBLEM_LEAVES_OUT_EQUAL // so they are, but those that can change no verdict go:
					 // packages
	} equal_tests;
};

/* Two tests with the same input, arguments and flags. */
struct problem_equal {
	struct span first;
	struct span second;
	bool is_left_out; // the second
};

struct problem_made {
	int64_t id;
	int64_t version_id;
	int number; // of the version
	struct span slug;
	const struct problem_equal *equal; // pairs that were found, at most 100
	size_t n_equal;
	int kept; // enum problem_by_hand: what problem_replace has left as it was set by hand
};

/*
 * A new problem, owned by the actor and seen by owner and jury only. ERR_CONFLICT on "slug" if it
 * is taken; ERR_INVALID names what is wrong, with the test's path where it is a test's.
 */
int problem_create(const struct problem_desk *desk, const struct problem_new *n,
	struct problem_made *out, struct err *e) ATTR_MUST_USE;

/* The next version of a problem, all of it from n but the slug, what was set by hand, and the tags,
 * which stay if n_tags is 0. */
int problem_replace(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_new *n, struct problem_made *out, struct err *e) ATTR_MUST_USE;

/* A slug like wanted that nobody has: made of [a-z0-9-], with a number behind it if need be. */
int problem_slug_free(struct db *d, struct arena *m, struct span wanted, struct span *out,
	struct err *e) ATTR_MUST_USE;

/*
 * What the next version has that the current one has not; all that is not named here stays.
 * A text, a file and a test are found by language, role and path, and path.
 */
struct problem_change {
	struct span why;      // for the history: "test secret/3 added"
	int64_t from_version; // what the editor saw: ERR_CONFLICT if it is not current; 0: any
	const struct judge_rules *rules;      // NULL: stay
	const bool *show_difference;          // NULL: stays
	const struct problem_text_new *texts; // new or replaced; html SPAN_NONE: a new title alone
	size_t n_texts;
	const struct span *texts_gone; // languages
	size_t n_texts_gone;
	const struct problem_file_new *files; // new or replaced
	size_t n_files;
	const struct problem_file_new *files_gone; // role and path
	size_t n_files_gone;
	const struct testcase_new *tests; // new or replaced; new ones go behind those of their sort
	size_t n_tests;
	const struct span *tests_gone; // paths
	size_t n_tests_gone;
};

/*
 * ERR_CONFLICT if a new or replaced test equals another one; the message names that one.
 * ERR_NOT_FOUND if what should go is not there. A version whose data are the same as before stays
 * as sound as it was; any other has to be verified anew.
 */
int problem_revise(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_change *change, struct problem_made *out, struct err *e) ATTR_MUST_USE;

enum problem_visibility {
	PROBLEM_HIDDEN,   // owner and jury
	PROBLEM_CONTESTS, // in contests only
	PROBLEM_PUBLIC
};
const char *problem_visibility_name(enum problem_visibility v); // "hidden", "contests", "public"
/* The other way. ERR_INVALID on "visibility". */
int problem_visibility_read(
	struct span name, enum problem_visibility *out, struct err *e) ATTR_MUST_USE;

/* What is the problem's and not a version's. SPAN_NONE of category: none. */
struct problem_meta {
	struct span slug;
	enum problem_visibility visibility;
	int difficulty; // 1..10; 0: not said
	struct span category;
	const struct span *tags;
	size_t n_tags;
};
int problem_set_meta(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_meta *meta, struct err *e) ATTR_MUST_USE;

/* Only who sees it; the rest of its meta stays. */
int problem_show_to(const struct problem_desk *desk, int64_t problem_id, enum problem_visibility to,
	struct err *e) ATTR_MUST_USE;

/* ERR_CONFLICT while members have sent something in for it: then it can be hidden. */
int problem_delete(
	const struct problem_desk *desk, int64_t problem_id, struct err *e) ATTR_MUST_USE;

/* "Two Pointers " -> "two pointers"; SPAN_NONE if it cannot be a tag. */
struct span tag_clean(struct arena *m, struct span word);

/* After the commit: forgets what is kept of this problem and of lists. Never fails; cache may be
 * NULL. */
void problem_evict(struct cache *cache, struct arena *m, int64_t problem_id);

#endif
