#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include <stdbool.h>

#include "base/span.h"

/*
 * What came of a test or of a whole submission. The numbers are stored (judging.verdict,
 * judging_run.verdict) and do not change.
 */
enum verdict {
	VERDICT_NONE = 0, // not judged yet
	VERDICT_AC = 1,   // accepted
	VERDICT_WA = 2,   // wrong answer
	VERDICT_TLE = 3,  // time limit exceeded, by the processor or by the clock
	VERDICT_MLE = 4,  // memory limit exceeded
	VERDICT_OLE = 5,  // output limit exceeded
	VERDICT_RE = 6,   // ended by a signal or with a status that is not 0
	VERDICT_CE = 7,   // did not compile
	VERDICT_JE = 8    // the judge failed: never the contestant's fault, never shown as final
};

#define N_VERDICTS 9

const char *verdict_code(enum verdict v);    // "AC"; "" for VERDICT_NONE
const char *verdict_name(enum verdict v);    // "accepted"
const char *verdict_explain(enum verdict v); // one sentence for a member

/* By its code, in any case. */
bool verdict_find(struct span code, enum verdict *out);

/* The word that the package format and its graders have for it: RTE for VERDICT_RE. */
const char *verdict_word(enum verdict v);
bool verdict_of_word(struct span word, enum verdict *out);

/*
 * The worse of two as the package format orders errors: JE, CE, RE, MLE, TLE, OLE, WA, AC, none.
 * For groups of tests; which verdict one run gets is the engine's matter.
 */
enum verdict verdict_worse(enum verdict a, enum verdict b);

#endif
