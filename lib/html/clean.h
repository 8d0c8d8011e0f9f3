#ifndef HTML_CLEAN_H
#define HTML_CLEAN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "html/html.h"

/*
 * HTML from outside, such as what a converter made of a statement, written anew from what is on
 * lists: elements of text, tables, pictures and MathML, few attributes, addresses that url_external
 * takes or that lead into the same text. All text is escaped again, nothing is copied as markup,
 * and every element that is opened is closed; so what comes out is the same for every browser,
 * whatever went in. Pictures are named by relative paths, which html_stored turns into addresses.
 *
 * ERR_INVALID if the text is no UTF-8, ERR_LIMIT if it is nested more than CLEAN_MAX_DEPTH deep.
 */
int html_clean(struct arena *m, struct span text, struct buf *out, struct err *e) ATTR_MUST_USE;

/* The words of clean HTML, without markup and without the sources of formulas: for search. */
void html_words(struct span clean, struct buf *out);

/*
 * What html_clean wrote and was kept in the database. pictures goes in front of the names of
 * pictures: "/problem/slug/picture/".
 */
struct html_safe html_stored(struct arena *m, struct span clean, const char *pictures);

#endif
