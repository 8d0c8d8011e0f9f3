#ifndef JUDGE_LANGUAGE_H
#define JUDGE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The languages that are judged, as data: etc/languages.conf says how each is compiled and run, and
 * this reads it. Which of them this machine has is the engine's to find out (jobs/judge/judge.h).
 */

/* A command: words, of which some stand for others (etc/languages.conf lists them). */
struct language_words {
	const char *const *v;
	size_t n;
};

/* What is started, where a source has several files. */
enum language_entry {
	LANGUAGE_FILE,      // the file that is named, or language.main, or the first by name
	LANGUAGE_JAVA_CLASS // the class that has a main method; a single file is named after its
			    // public class
};

struct language {
	const char *id;                   // cpp20: stored, in addresses, [a-z0-9_+]{1,20}
	const char *name;                 // C++20
	struct language_words extensions; // without the dot; the first is the one a new file gets
	struct language_words packages;   // Debian packages that bring it, for whoever installs
	const char *source;               // a single file is called so; "" keeps its own name
	enum language_entry entry;
	const char *main; // stem of the entry among several files, in any case; "" if it has none
	struct language_words build; // none: nothing to be compiled
	struct language_words run;
	struct language_words
		version;           // prints it; its first word must be there for the language to be
	struct language_words env; // NAME=value, of both
	struct language_words mounts; // more folders that it needs, beside /usr
	struct language_words
		no_memory;  // on standard error, of a run that failed for lack of memory
	const char *header; // precompiled for the build: bits/stdc++.h; "" none
	int processes;      // and threads, while it runs
	int files;          // open at once
	int memory_mib;     // of the runtime itself, beside the problem's limit
	int wall_ms;        // of its start, beside the limit by the clock
	bool is_virtual;    // its address space can be bounded
	bool is_submitted;  // members may choose it; else only packages use it
	bool is_meant;      // of those with its extensions, the one that packages mean
};

struct languages {
	const struct language *v;
	size_t n;
};

/* What stands for the language of a submission that is no program: rules.submits_answers. */
#define LANGUAGE_ANSWER "answer"

/*
 * The text of languages.conf. ERR_INVALID names the line of the first error; a word, key or
 * placeholder that is not known is one. The result lives in the arena.
 */
int languages_parse(
	struct span text, struct arena *m, struct languages *out, struct err *e) ATTR_MUST_USE;

const struct language *language_find(const struct languages *all, struct span id); // or NULL

/*
 * What a package may mean by a file in this language, if nothing but its extension names it, the
 * likeliest first: packages know one Python 3 and one C++. `out` has room for all languages.
 */
size_t language_readings(
	const struct languages *all, const struct language *l, const struct language **out);

/*
 * The language of a file as its name, and for Python its first line, tell: the first in the order
 * of languages.conf. NULL if none is known, Python 2 included: nothing judges that.
 */
const struct language *language_detect(
	const struct languages *all, struct span file_name, struct span text);

/* Its extension is one of the language's. */
bool language_has(const struct language *l, struct span file_name);

/*
 * What the package format calls the language of this id: cpp for cpp17 and cpp20, python3 for
 * whatever runs Python 3. Ids that it has no other name for are its own.
 */
struct span language_code(struct span id);

/* A name that a submitted file may have: [A-Za-z0-9_][A-Za-z0-9_.+-]*, at most 100 bytes. */
bool language_file_name(struct span name);

/* What a Java source says of itself; comments and strings do not count. Absent ones are SPAN_NONE.
 */
struct language_java {
	struct span package;
	struct span public_type; // the file must bear its name
	struct span main;        // the first type with a main method, the public one before others
};
void language_java_read(struct span text, struct language_java *out);

#endif
