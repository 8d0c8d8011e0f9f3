#ifndef GEN_TMPL_TEXT_H
#define GEN_TMPL_TEXT_H

#include <stdbool.h>

#include "base/span.h"
#include "gen/tmpl_place.h"
#include "gen/tmpl_write.h"

/*
 * The template's own text on its way to the page: follows the place, and leaves out comments and
 * the white space that only lays out the source.
 */
struct tmpl_text {
	struct tmpl_write *write;
	struct place place;
	char blank;       // white space that waits: 0, a blank or a line break
	bool after_block; // the last thing was a tag beside which white space means nothing
	bool plain;       // mail: everything is kept, no places
};

/* Takes one character, or one comment, off the front of *at and counts *line on. NULL or the
 * reason for a refusal. */
const char *tmpl_text_step(struct tmpl_text *t, struct span *at, int *line);

/* A directive follows: the white space that waits is written if it counts. */
void tmpl_text_stop(struct tmpl_text *t, int line);

#endif
