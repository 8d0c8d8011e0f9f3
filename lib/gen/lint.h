#ifndef GEN_LINT_H
#define GEN_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/span.h"

/* One file of the tree, split by lint_source into what is code, quoted text and comment. */
struct source {
	const char *path; // from the root of the tree: "lib/base/err.c"
	const char *name; // as #include writes it: "base/err.c"
	const char *room; // "lib/base", "fcgi", "jobs/kind", ...: the folder
	struct span text;

	/* C files only: as long as text, the other bytes blank (line ends stay). */
	char *code;
	char *quoted;
	char *notes;
};

struct lint {
	struct arena *mem;
	struct source *v;
	size_t n;
	size_t size;
	unsigned found; // complaints so far
};

/* Prints path:line: and the message. */
void lint_say(struct lint *l, const struct source *s, size_t line, const char *fmt, ...)
	ATTR_PRINTF(4, 5);
/* The same, the line being the one that holds byte `at`. */
void lint_say_at(struct lint *l, const struct source *s, size_t at, const char *fmt, ...)
	ATTR_PRINTF(4, 5);

bool source_is_c(const struct source *s); // .c or .h
bool source_is(const struct source *s, const char *suffix);
bool source_under(const struct source *s, const char *folder);
const struct source *lint_find(const struct lint *l, const char *path); // NULL if there is none

/* Fills code, quoted and notes. */
void lint_split(struct lint *l, struct source *s);

/* The checks; each is told what it looks at in its own file. */
void lint_text(struct lint *l, const struct source *s);
void lint_includes(struct lint *l, const struct source *s);
void lint_words(struct lint *l, const struct source *s);
void lint_secrets(struct lint *l, const struct source *s);
void lint_shape(struct lint *l, const struct source *s);
void lint_header(struct lint *l, const struct source *s);
void lint_tree(struct lint *l, const char *root);

/* True if c may stand in a C identifier. */
bool is_word(char c);

#endif
