#ifndef JOBS_JUDGE_PLAN_H
#define JOBS_JUDGE_PLAN_H

#include "jobs/judge/engine.h"

/* How a source is going to be built and started: found out from its files. */
struct plan {
	const struct language *language; // NULL: by scripts of its own, or not at all
	bool has_build, has_run;         // scripts
	struct judge_file *files;        // in the order of their names, renamed where it has to be
	size_t n_files;
	const char *entry, *class; // "" where there is none
	const char *why;           // it cannot be built, in one line; NULL if it can
};

/* In the arena. Files whose names nobody could give in a command are left out. */
void plan_make(const struct languages *all, struct arena *m, const struct judge_source *s,
	struct plan *out);

#endif
