#ifndef FCGI_SUBMISSION_FILL_H
#define FCGI_SUBMISSION_FILL_H

#include <stdint.h>

#include "base/arena.h"
#include "judge/verdict.h"
#include "model/submission.h"
#include "view/submission.h"

struct ctx;
struct zone;

/* Submissions for the templates; used by the pages of lists, of one submission and of rejudges. */

/* verdict: enum verdict; state and counts say how far it is while there is none. */
struct verdict_badge submission_badge(struct arena *m, const struct submission_row *r);

/* "accepted" and its mood, of one test or of a verdict alone. */
struct verdict_badge submission_verdict(int verdict);

struct language_names {
	struct submission_languages all;
};
/* By the judges that there are; none where they cannot be read, which is logged. */
void submission_language_names(struct ctx *c, struct language_names *out);
/* The id where it has no name. */
struct span submission_language_name(const struct language_names *names, struct span id);

/* VERDICT_NONE, SPAN_NONE: any. A language that no judge has now is offered too: it was used. */
struct submission_choices submission_choices(struct arena *m, const struct language_names *names,
	enum verdict verdict, struct span language);

/* A line of a list. */
struct submission_item submission_item(const struct ctx *c, const struct zone *z,
	const struct language_names *names, const struct submission_row *r);

/* Head, progress and tests of one submission. */
void submission_live_fill(
	struct arena *m, const struct submission_full *s, struct submission_live *out);

const char *submission_memory(struct arena *m, int kib); // "4.5 MiB", NULL: not known (< 0)
const char *submission_time(struct arena *m, int ms);    // "0.12 s", NULL: not known (< 0)
const char *submission_size(struct arena *m, int64_t bytes);

#endif
