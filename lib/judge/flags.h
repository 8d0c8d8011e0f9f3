#ifndef JUDGE_FLAGS_H
#define JUDGE_FLAGS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * Flags of a package's programs in one line, as they are stored: words with blanks between. A
 * backslash stands before a blank or a backslash that is part of a word; before anything else it
 * means itself, so that the lines of legacy packages are what they were.
 */

/* The next word, in the arena and with a NUL behind it; false when nothing is left. */
bool flags_next(struct span *rest, struct arena *m, struct span *word);

/* Adds a word that is not empty, with a blank in front unless the line was empty. */
void flags_add(struct buf *line, struct span word);

#endif
