#ifndef FCGI_CODE_VIEW_H
#define FCGI_CODE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "view/code.h"

/*
 * Source text for templates/part/code.html, in the colours of its language (judge/code.h). A text
 * over CODE_VIEW_MAX_COLOURS bytes comes without colours: as markup it would be too much for a
 * browser. marked: numbers of lines, ascending; every line end is one.
 */
void code_view(struct arena *m, struct span language, struct span source, const int *marked,
	size_t n_marked, struct code_lines *out);

/* Whether it comes without colours. */
bool code_view_is_plain(struct span source);

#endif
