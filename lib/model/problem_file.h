#ifndef MODEL_PROBLEM_FILE_H
#define MODEL_PROBLEM_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct data_key;
struct db;

/*
 * What a file of a problem is for; the numbers stand in the database. Paths are below the role's
 * folder and have slashes between their parts.
 */
enum problem_role {
	PROBLEM_STATEMENT = 0, // "problem.en.pdf", and the source it was made from: "problem.en.md"
	PROBLEM_PICTURE = 1,   // of the statement, as its HTML names them: "fig/tree.png"
	PROBLEM_ATTACHMENT = 2, // for readers: "testing_tool.py"
	PROBLEM_VALIDATOR =
		3, // of outputs: "PROGRAM/file"; one program, or several that must all accept
	PROBLEM_INPUT_VALIDATOR = 4, // "PROGRAM/file"
	PROBLEM_INCLUDE = 5,         // put beside a submission: "LANGUAGE/file" or "default/file"
	PROBLEM_GRADER = 6,          // "PROGRAM/file"
	PROBLEM_JURY = 7,            // "accepted/solution.cpp", "mixed/two_files/main.py"
	PROBLEM_TEST_FILE = 8, // beside a test: "sample/1.interaction", "secret/3.files/extra.txt"
	PROBLEM_OTHER = 9,     // kept for export only
	PROBLEM_STATIC_VALIDATOR = 10 // of sources: "PROGRAM/file"
};

/* Any reader of the problem may fetch files of these roles; the others are for owner and jury. */
#define PROBLEM_ROLE_IS_OPEN(role) ((role) <= PROBLEM_ATTACHMENT)

struct problem_file {
	enum problem_role role;
	struct span path;
	int64_t blob_id;
	int64_t size;
};

struct problem_files {
	const struct problem_file *v;
	size_t n;
};

/* Where files are looked for. */
struct problem_folder {
	int64_t version_id;
	enum problem_role role;
	struct span path; // problem_files: what paths begin with, SPAN_NONE: all;
			  // problem_file_find: whole
};

/* By path. */
int problem_files(struct db *d, struct arena *m, const struct problem_folder *in,
	struct problem_files *out, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND. */
int problem_file_find(struct db *d, struct arena *m, const struct problem_folder *in,
	struct problem_file *out, struct err *e) ATTR_MUST_USE;

/* Where a problem's bytes lie, and its key. Both stay the caller's. */
struct problem_store {
	struct db *db;
	const struct data_key *key;
};

/*
 * A blob's bytes, piece by piece (PROBLEM_PIECE bytes at most), so that a large one never lies in
 * memory whole. put returns 0, or -1 with e set, which ends the reading.
 */
struct problem_sink {
	int (*put)(void *to, struct span piece, struct err *e);
	void *to;
};
int problem_blob_read(const struct problem_store *s, int64_t blob_id,
	const struct problem_sink *sink, struct err *e) ATTR_MUST_USE;

/* Into a descriptor, such as a memfd's, from where it stands. */
int problem_blob_to_fd(
	const struct problem_store *s, int64_t blob_id, int fd, struct err *e) ATTR_MUST_USE;

/* Whole, in the arena. ERR_LIMIT if it has more than max bytes. */
int problem_blob_open(const struct problem_store *s, struct arena *m, int64_t blob_id, size_t max,
	struct span *out, struct err *e) ATTR_MUST_USE;

/*
 * Several small blobs in few round trips: out[i] is the one of ids[i]. Each has to be of at most
 * PROBLEM_PIECE bytes (ERR_LIMIT); the caller sees to it that all fit into the arena.
 */
int problem_blobs_open(const struct problem_store *s, struct arena *m, const int64_t *ids, size_t n,
	struct span *out, struct err *e) ATTR_MUST_USE;

#endif
