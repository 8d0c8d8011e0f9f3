#ifndef JOBS_JUDGE_BOUT_H
#define JOBS_JUDGE_BOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "jobs/box/client.h"
#include "judge/compare.h"

/* The first bytes of a stream. */
struct bout_head {
	size_t n;
	char text[JUDGE_MAX_SHOWN];
};

/* One program run once in a box, and what it wrote. */
struct bout {
	struct box_handle *box;
	const struct box_run *run;
	int input;               // -1: nothing to read
	uint64_t most;           // bytes of output; one more, and it is killed
	struct compare *compare; // is given the output as it comes; or NULL
	struct buf *keep;        // gets the output; or NULL
	size_t keep_most;        // bytes of it that are kept
	bool together;           // errors go where the output goes

	struct box_result result;
	bool flooded; // it wrote more than `most`
	uint64_t written;
	struct bout_head output, errors;
};

/* -1 if the box failed. */
int bout_run(struct bout *b, struct err *e) ATTR_MUST_USE;

/*
 * Whether it was ended by a signal that is sent, not raised by a fault, and that its box did not
 * send. Whether the program itself did or somebody else on the machine, nothing tells: it is run
 * again, BOUT_MOST_REPEATS times, and only what ends so each time has done it itself.
 */
bool bout_was_killed(const struct bout *b);
#define BOUT_MOST_REPEATS 2

/*
 * Two programs, the output of each the input of the other. What one writes after the other has
 * ended goes nowhere; it is not told. As soon as `judge` has ended with a status other than
 * `goes_on`, `team` is stopped; `judge` is, a while after `team` broke a limit. Neither's output is
 * kept.
 */
#define DUEL_GRACE_MS 2000

struct duel {
	struct bout *judge, *team;
	int goes_on;
	bool judge_first;   // it ended first
	bool judge_stopped; // it would not end after the other had broken a limit
};
int duel_run(struct duel *d, struct err *e) ATTR_MUST_USE;

#endif
