#ifndef JOBS_JUDGE_ENGINE_H
#define JOBS_JUDGE_ENGINE_H

#include <limits.h>

#include "jobs/box/client.h"
#include "jobs/judge/judge.h"

/* What the parts of the engine share; nobody else includes this. */

struct judge {
	struct arena *mem; // languages and what was found of them: as long as the judge
	struct languages languages;
	struct judge_found *found; // one for each language; NULL: not looked for yet
	bool only_look;
	char box_program[BOX_MAX_PATH];
	char work[BOX_MAX_PATH]; // the folder of all judges of this installation
	char home[BOX_MAX_PATH]; // this one's own below it, held by a lock
	int home_lock;
	struct box_server server;
	char box_name[120];
	struct judge_program *programs[JUDGE_MAX_PROGRAMS]; // NULL: free
	uint64_t n_programs;                                // that were ever made: names and ages
};

#define JUDGE_MANIFEST                                                                             \
	"podium.artifact" // first in an artifact: language, entry and class, a line each

struct judge_program {
	struct judge *judge;
	unsigned char key[JUDGE_KEY];
	char folder[BOX_MAX_PATH];       // mounted at /program
	const struct language *language; // NULL: scripts
	char *entry, *class;             // for the command; never NULL
	int holders;
	uint64_t used; // the later, the larger
};

/* The commands in a program's language. */
struct command {
	const struct language *language; // NULL: a script's
	const char *entry, *class;
	int memory_mib;
	const char *header;             // what {header} becomes; "" nothing
	const struct judge_file *files; // for {sources}
	size_t n_files;
};

/* Adds the words, each {name} replaced, to the request. ERR_LIMIT if there is no room. */
int command_add(struct box_run *r, const struct language_words *words, const struct command *c,
	struct err *e) ATTR_MUST_USE;

/* The words that start a program: its language's, or its own script. */
int command_start(struct box_run *r, const struct judge_program *p, int memory_mib,
	struct err *e) ATTR_MUST_USE;

/* Flags of a package, a line as in judge/flags.h, each a word. */
int command_flags(
	struct box_run *r, struct arena *m, struct span flags, struct err *e) ATTR_MUST_USE;

/* PATH and what else every program gets, and the language's own. */
int command_environment(struct box_run *r, const struct language *l, struct err *e) ATTR_MUST_USE;

/* Mounts of every box, and of a language's. NULL: none. */
int engine_mounts(struct box_open *o, const struct language *l, struct err *e) ATTR_MUST_USE;

/* A box of this judge's podium-box, which is started anew if it is gone. */
int engine_box(struct judge *j, const struct box_open *ask, struct box_handle *out,
	struct err *e) ATTR_MUST_USE;

/* What the machine has of a language, looked for if it was not; lives as long as the judge. */
int engine_found(struct judge *j, const struct language *l, const struct judge_found **out,
	struct err *e) ATTR_MUST_USE;

/*
 * The folder with the language's precompiled header for this compiler, made if nobody did and
 * nobody else is just making it; "" where there is none or it would not be used.
 */
int engine_header(struct judge *j, const struct judge_found *found, char folder[BOX_MAX_PATH],
	struct err *e) ATTR_MUST_USE;

/* Removes a folder and what is in it; what cannot be removed stays. */
void engine_remove(const char *folder);

/* A sealed file in memory, to be read from its beginning. */
int engine_memory(struct span bytes, int *fd, struct err *e) ATTR_MUST_USE;

/* Puts files into the box, the first one afresh unless how->flags has BOX_KEEP. */
int engine_put(struct box_handle *box, struct box_run *how, const struct judge_file *files,
	size_t n, struct err *e) ATTR_MUST_USE;

/* As valid UTF-8 without control characters other than line ends and tabs, in the arena. */
struct span engine_text(struct arena *m, struct span bytes);

#endif
