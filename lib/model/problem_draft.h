#ifndef MODEL_PROBLEM_DRAFT_H
#define MODEL_PROBLEM_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/problem_blob.h"
#include "model/problem_edit.h"

struct data_key;
struct db;
struct judge_rules;

/*
 * A version on its way: read from the current one or empty, changed in memory, stored as the next
 * one. Bytes are in the database before they are in here. For model/problem_edit.c alone.
 */
struct draft_test {
	struct span path;
	bool is_sample;
	struct problem_blob input;
	struct problem_blob answer;
	struct span args; // a JSON array of strings
	struct span validator_flags;
	struct span hint;
	struct span description;
};

struct draft_file {
	enum problem_role role;
	struct span path;
	struct problem_blob blob;
};

struct draft_solution {
	struct jury_solution_new what;
	int64_t submission_id; // 0: not tried
	int outcome;           // enum solution_outcome
	struct span said;
};

struct problem_draft {
	struct span why;
	struct span format;
	struct span author;
	struct span source;
	struct span source_url;
	struct span license;
	const struct judge_rules *rules;
	bool show_difference;
	int by_hand; // enum problem_by_hand
	struct problem_text_new *texts;
	size_t n_texts;
	struct draft_file *files;
	size_t n_files;
	struct draft_test *tests;
	size_t n_tests;
	struct test_group_new *groups;
	size_t n_groups;
	struct draft_solution *solutions;
	size_t n_solutions;
	/* Of the version it was read from; zero of a new one. */
	int64_t from_version;
	unsigned char from_hash[DIGEST_SIZE];
};

/*
 * The version's rules, and the whole version. Arrays have room for `more` elements of each sort
 * besides. ERR_NOT_FOUND.
 */
int problem_rules(struct db *d, struct arena *m, int64_t version_id, struct judge_rules *out,
	struct err *e) ATTR_MUST_USE;
int problem_draft_read(struct db *d, struct arena *m, int64_t version_id, size_t more,
	struct problem_draft *out, struct err *e) ATTR_MUST_USE;

/* The test of that path, or NULL. */
struct draft_test *problem_draft_test(const struct problem_draft *v, struct span path);

/* Everything that can change a verdict: rules, tests, validators, include files, groups. */
void problem_draft_hash(const struct problem_draft *v, unsigned char out[DIGEST_SIZE]);

/*
 * Stores it as the next version of problem out->id and makes that the current one, with its title
 * and words for search. The problem's row is locked by the caller.
 */
int problem_draft_store(const struct problem_desk *desk, const struct problem_draft *v,
	struct problem_made *out, struct err *e) ATTR_MUST_USE;

#endif
