#ifndef FCGI_PROBLEM_FILL_H
#define FCGI_PROBLEM_FILL_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "model/problem.h"
#include "model/problem_do.h"
#include "model/problem_right.h"
#include "model/problem_search.h"
#include "view/problem.h"

struct zone;

/* What the pages of problems have in common. */

/* The problem that the address names, for whoever asks. need: PROBLEM_MAY_... */
int problem_of_route(
	struct ctx *c, unsigned need, struct problem_ref *out, struct err *e) ATTR_MUST_USE;

/* For this request's changes. */
struct problem_hand problem_hand_of(const struct ctx *c);

/* The list of problems that have this: name is "tags", "category", ... */
struct url problem_list_url(struct arena *m, const char *name, struct span value);

/* Comma separated tags with their links. */
struct problem_links problem_tag_links(struct arena *m, struct span tags);

/* The tabs above a problem's pages. */
struct problem_head problem_head_of(
	struct arena *m, const struct problem_about *a, unsigned rights, enum problem_place place);

/* What a page says of a state: "signed off", and the colour of its badge. */
const char *problem_state_text(enum problem_state s, bool is_signed);
const char *problem_state_badge(enum problem_state s, bool is_signed);

/* Tags as people write them, with commas between them; the empty ones are left out. */
const struct span *problem_tags_read(struct arena *m, struct span list, size_t *n);

const char *problem_size_text(struct arena *m, int64_t bytes); // "1.2 KiB"
const char *problem_time_text(struct arena *m, int64_t ms);    // "1.5 s"
/* How long a source may be where the problem allows that much: "up to 8 KB", "less than 100 KB".
 */
const char *problem_source_text(struct arena *m, int64_t most_bytes);

/* Markdown as a statement and its words, and the source as a file to edit again. Of `of` the
 * language and the title are taken. ERR_INVALID on "markdown". */
struct problem_markdown {
	struct problem_text_new text;
	struct problem_file_new file;
};
int problem_markdown(struct arena *m, const struct problem_text_new *of, struct span markdown,
	struct problem_markdown *out, struct err *e) ATTR_MUST_USE;

/* The languages that the reader's browser asks for, the first one first; at most 8. */
size_t problem_reader_langs(const struct ctx *c, struct span *out, size_t room);

#endif
