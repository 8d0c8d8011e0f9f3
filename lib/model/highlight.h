#ifndef MODEL_HIGHLIGHT_H
#define MODEL_HIGHLIGHT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "view/problem.h"

/*
 * Where the words of a search stand in a text. What counts is the stem of a word, as it does for
 * PostgreSQL's configuration "english", so that "sorted" shows where "sorting" was asked for.
 * PostgreSQL's ts_headline does the same at a hundred times the price.
 *
 * The text in pieces, each word whose stem is one of `stems`, which blanks separate, as one of its
 * own. It must be well-formed UTF-8, and live as long as the pieces.
 */
struct problem_pieces highlight_words(struct arena *m, struct span stems, struct span text);

/* The same of the first words only, as many as one reads at a glance. Where the text is cut out of
 * a longer one it may begin and end inside a word; such a part of a word is left out.
 */
struct problem_pieces highlight_excerpt(struct arena *m, struct span stems, struct span text,
	bool is_cut_before, bool is_cut_behind);

#endif
