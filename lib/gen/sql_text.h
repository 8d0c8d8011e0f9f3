#ifndef GEN_SQL_TEXT_H
#define GEN_SQL_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/* Both pass over what begins at the span's start, to its end or the text's; false if none does. */
bool sql_skip_comment(struct span *at); // to the end of the line, or nested ones between signs
bool sql_skip_quoted(struct span *at);  // 'text', "name" or $tag$text$tag$

/* The text, in the arena, with `by` in the place of every `word`, which is not empty. */
struct span sql_replace(struct arena *mem, struct span text, const char *word, struct span by);

#endif
