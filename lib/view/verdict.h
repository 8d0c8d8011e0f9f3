#ifndef VIEW_VERDICT_H
#define VIEW_VERDICT_H

/* A verdict, or how far the judging is, as the badge of a line (templates/part/verdict.html). */
struct verdict_badge {
	const char *code;  // "AC", "…" while there is none
	const char *word;  // "accepted", "running, 3 of 10"
	const char *mood;  // "ok", "bad", "warn" or "wait"
	const char *score; // "87.5", or NULL
};

#endif
