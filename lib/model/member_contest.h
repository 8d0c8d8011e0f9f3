#ifndef MODEL_MEMBER_CONTEST_H
#define MODEL_MEMBER_CONTEST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/*
 * How many problems a contest has, so that a member's page can say how many of them are left. Asked
 * for once, when the first member's rating changed by it.
 */
struct codeforces_desk;
struct db;
struct tx;

/* A job for each rated contest of the member of which that is not known; part of the transaction.
 */
int member_contest_want(
	struct tx *tx, struct arena *m, int64_t member_id, struct err *e) ATTR_MUST_USE;

/* Asks, as a sweep does, and keeps the answer; that there is no such contest is one too. Errors of
 * codeforces_call. */
int member_contest_fetch(struct codeforces_desk *desk, struct db *d, struct arena *m,
	int64_t contest_id, struct err *e) ATTR_MUST_USE;

#endif
