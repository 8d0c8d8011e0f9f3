#ifndef MODEL_PROBLEM_JUDGE_H
#define MODEL_PROBLEM_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/data_key.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "judge/rules.h"
#include "model/problem_file.h"

struct db;
struct envelope;

/*
 * What a judging needs to know of a problem's version. A version never changes, so whoever judges
 * keeps this as long as it likes, by version id. Bytes are not in it: they are opened on demand by
 * problem_blob_read and its kin (model/problem_file.h) with the key that is here, in the process
 * that judges and nowhere else.
 */
struct problem_test {
	int64_t id;
	int ordinal;       // 0.. in the order of judging, without gaps
	struct span path;  // "secret/group1/03"
	struct span group; // "secret/group1": path without its last part
	bool is_sample;
	int64_t input_id; // blobs
	int64_t input_size;
	int64_t answer_id;
	int64_t answer_size;
	const struct span *args;
	size_t n_args;
	struct span validator_flags; // what holds: its own, or the rules'
};

struct problem_group {
	struct span path;
	struct span config; // JSON (judge/group.h)
};

struct problem_judged {
	int64_t problem_id;
	int64_t version_id;
	struct span slug;
	struct judge_rules rules;
	bool show_difference;
	unsigned char data_hash[DIGEST_SIZE];
	const struct problem_test *tests;
	size_t n_tests;
	const struct problem_group *groups; // by ordinal
	size_t n_groups;
	/* Of the roles VALIDATOR, INPUT_VALIDATOR, INCLUDE, GRADER, TEST_FILE and
	 * STATIC_VALIDATOR, by role and path. */
	const struct problem_file *files;
	size_t n_files;
	const struct data_key *key;
};

/* ERR_NOT_FOUND; ERR_TEMPORARY if seal is NULL. Freed by problem_judge_free. */
int problem_judge_load(struct db *d, const struct envelope *seal, int64_t version_id,
	struct problem_judged **out, struct err *e) ATTR_MUST_USE;
void problem_judge_free(struct problem_judged **p); // sets it to NULL; NULL inside is allowed

#endif
