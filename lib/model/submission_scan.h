#ifndef MODEL_SUBMISSION_SCAN_H
#define MODEL_SUBMISSION_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct config;

/*
 * What the static scan (judge/static_scan.h) says of a source, as it is kept with the submission:
 * [{"rule":"process","level":"warn","says":"starts other programs","line":12,"n":2}]. The rules are
 * read anew each time, so that a change of SCAN_RULES holds from then on. Rules that cannot be read
 * are logged as an error and named in a flag of their own; no source is refused for them. Lives in
 * the arena.
 */
struct span submission_scan(
	const struct config *conf, struct arena *m, struct span language, struct span source);

struct submission_flag {
	struct span rule;
	struct span says;
	bool is_warning;
	int line; // 0: of no one place
	int n;    // places
};

struct submission_flags {
	const struct submission_flag *v;
	size_t n;
};

/* The same read back; text that is none of ours gives no flags. */
void submission_flags(struct arena *m, struct span json, struct submission_flags *out);

#endif
