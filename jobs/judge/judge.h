#ifndef JOBS_JUDGE_JUDGE_H
#define JOBS_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"
#include "judge/compare.h"
#include "judge/language.h"
#include "judge/rules.h"
#include "judge/verdict.h"

/*
 * The engine: builds programs and runs them against tests, all of it in boxes (jobs/box). It knows
 * neither the database nor the network; what it is given and what it gives are bytes.
 *
 * Two kinds of failure are kept apart. A function that returns -1 did not get an answer: the box or
 * the machine failed (ERR_TEMPORARY, ERR_INTERNAL), and the same call may work elsewhere. A verdict
 * JE is an answer: the problem's own parts misbehaved, and will again. Neither is ever told of a
 * contestant as a fault of theirs.
 */

/* One per worker process, with one podium-box of its own. */
struct judge;

struct judge_setup {
	const char *box_program;    // "" is podium-box beside this program
	const char *languages_file; // "" is languages.conf as it was installed
	const char *work;           // a folder of the judge's own; made if it is not there
	bool only_look;             // nothing is kept there for others, nor made in advance
};

/*
 * Reads the languages and starts podium-box. ERR_INVALID for what is wrong with languages.conf;
 * ERR_TEMPORARY if there is no box on this machine, with the reason.
 */
int judge_new(const struct judge_setup *setup, struct judge **out, struct err *e) ATTR_MUST_USE;
void judge_free(struct judge *j); // NULL is allowed

/* As they were read; which of them this machine has says judge_find_languages. */
const struct languages *judge_languages(const struct judge *j);

/* What the machine has of a language. Asked of the compiler in a box, once per change of its file.
 */
struct judge_found {
	const struct language *language;
	bool is_there;
	const char *version; // the first line that it prints of itself
	const char *why;     // it is not there, and what would bring it
};

/* One for each language, in their order. */
int judge_find_languages(struct judge *j, struct arena *m, struct judge_found **out, size_t *n,
	struct err *e) ATTR_MUST_USE;

/* Makes in advance what building in those languages takes: precompiled headers, which may take a
 * minute each. What another process is just making is left to it. */
int judge_prepare(struct judge *j, struct err *e) ATTR_MUST_USE;

/* Version and kind of the box that this machine gives, for the record of a judging. */
const char *judge_box_name(const struct judge *j);

/* ---- building ------------------------------------------------------------------------------- */

#define JUDGE_KEY 32 // bytes of a key

struct judge_file {
	struct span path; // relative; folders with slashes between
	struct span text;
	bool may_run; // a script that is executed
};

struct judge_source {
	const struct language
		*language; // NULL: by the files, as validators are: build, run, extension
	const struct judge_file *files;
	size_t n_files;
	struct span entry; // main class or file, where the package names it; SPAN_NONE: found out
};

struct judge_built {
	struct buf *artifact; // the caller's, initialised with JUDGE_MAX_ARTIFACT
	bool ok;
	struct span text;    // what the compiler said, cut at JUDGE_MAX_BUILD_TEXT, valid UTF-8
	struct span version; // of the compiler
	const char *why;     // it was not ok, in one line; "" if the compiler has said it
	uint64_t cpu_us;
};

/*
 * What names the artifact of a source on this machine: hash of files, language, compiler and flags.
 * ERR_NOT_FOUND if this machine does not have the language.
 */
int judge_key(struct judge *j, const struct judge_source *s, unsigned char key[JUDGE_KEY],
	struct err *e) ATTR_MUST_USE;

/* What a language's compiler, or what runs it, calls itself here; "" if it is not here. */
int judge_version(
	struct judge *j, const struct language *l, const char **out, struct err *e) ATTR_MUST_USE;

/*
 * Compiles in a box that sees the files and nothing else. The artifact, a tar, goes into
 * out->artifact; it is left empty unless out->ok. A source that does not compile, for whatever
 * reason of its own, is out->ok == false and 0.
 */
int judge_build(struct judge *j, struct arena *m, const struct judge_source *s,
	const struct judge_rules *r, struct judge_built *out, struct err *e) ATTR_MUST_USE;

/* ---- programs ------------------------------------------------------------------------------- */

/* An artifact made ready to be run: a folder of the judge's, kept for the next judging too. */
struct judge_program;

/* The one that this worker still has under that key, or NULL; to be closed like any other. */
struct judge_program *judge_program_find(struct judge *j, const unsigned char key[JUDGE_KEY]);
int judge_program_open(struct judge *j, const unsigned char key[JUDGE_KEY], struct span artifact,
	struct judge_program **out, struct err *e) ATTR_MUST_USE;
void judge_program_close(struct judge_program *p); // NULL is allowed

/*
 * Whether the judge's folder can be written: tried, so that quotas count. Programs that nobody
 * holds make room first. After a failure it tells a full disk, which ends, from one that will come
 * again.
 */
bool judge_has_room(struct judge *j);

/* ---- running -------------------------------------------------------------------------------- */

struct judge_test {
	struct span input;
	struct span answer;
	const char *const *args; // more words of the program's command line
	size_t n_args;
	const char *validator_flags;    // NULL: the rules'
	const struct judge_file *files; // put into the working folder before each pass
	size_t n_files;
	struct span given; // of a session without a program: its output; SPAN_NONE: there is none
};

struct judge_outcome {
	enum verdict verdict;
	bool has_score; // the validator gave one
	double score;
	bool has_multiplier; // score_multiplier.txt, 0 to 1
	double multiplier;
	int passes;        // that were run
	uint64_t cpu_us;   // of the slowest pass
	uint64_t wall_us;  // of all
	uint64_t memory;   // bytes at the peak
	bool was_repeated; // because somebody else may have made its end: see session.c
	bool by_signal;    // of RE: code is the signal, else the status
	int code;
	struct compare_place
		place; // of the default validator; fault COMPARE_SAME if nothing differs
	struct span judge_message; // judgemessage.txt, valid UTF-8, for the jury
	struct span team_message;  // teammessage.txt
	struct span output;        // the first JUDGE_MAX_SHOWN bytes that the program wrote
	struct span errors;        // and of its standard error
	const char *fault;         // of JE, in one line, for the jury; else ""
};

/* The package's own programs of one kind, in the order of their names. */
struct judge_programs {
	struct judge_program *v[JUDGE_MAX_VALIDATORS];
	size_t n;
};

/*
 * One submission and its boxes, for as many tests as the caller likes, one after the other, each as
 * if it were the first. Waits for a processor that no other judge on this machine uses. The
 * programs stay the caller's and must live as long. There are no validators for RULES_DEFAULT;
 * where there are several, all have to accept, and the first that does not decides. Without a
 * program (NULL) nothing is run: what each test was given is taken for the output.
 */
struct judge_session;

int judge_session_open(struct judge *j, const struct judge_program *program,
	const struct judge_programs *validators, const struct judge_rules *r,
	struct judge_session **out, struct err *e) ATTR_MUST_USE;
int judge_session_test(struct judge_session *s, struct arena *m, const struct judge_test *t,
	struct judge_outcome *out, struct err *e) ATTR_MUST_USE;
void judge_session_close(struct judge_session *s); // NULL is allowed

/*
 * What a static validator of format 2025-09 says of the session's program: it finds the source, and
 * what was built of it, in its working folder. Judged as a validator of output is; nothing else is
 * run, so the figures stay 0.
 */
struct judge_static {
	const struct judge_program *validator;
	const struct judge_source *source; // that the program was built from
	struct span flags;                 // words behind the three that the format names
};
int judge_session_static(struct judge_session *s, struct arena *m, const struct judge_static *ask,
	struct judge_outcome *out, struct err *e) ATTR_MUST_USE;

/*
 * What a legacy package's own graders make of a group: they read a line "VERDICT SCORE" for each of
 * its members and write one. Several have to agree. JE, with *fault in one line for the jury, if
 * they do not or one of them fails. The verdict codes are the format's: RTE for VERDICT_RE.
 */
struct judge_grade {
	struct span flags;   // grader_flags
	struct span members; // the lines
	enum verdict verdict;
	double score;
	const char *fault;
};
int judge_session_grade(struct judge_session *s, struct arena *m,
	const struct judge_programs *graders, struct judge_grade *g, struct err *e) ATTR_MUST_USE;

#endif
