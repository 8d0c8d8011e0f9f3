#ifndef MODEL_CONTEST_TITLE_H
#define MODEL_CONTEST_TITLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * Makes a title out of a platform's text: HTML entities decoded once (if told so), malformed UTF-8,
 * control, direction and invisible characters removed, white space collapsed to single blanks and
 * trimmed, cut at a character within CONTEST_MAX_TITLE bytes. Empty if nothing is left.
 */
struct span contest_title(struct arena *m, struct span raw, bool entities);

#endif
