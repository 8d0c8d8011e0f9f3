#ifndef MODEL_CONTEST_STORE_H
#define MODEL_CONTEST_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/contest.h"
#include "model/source.h"

struct db;

struct contest_stored {
	int64_t added;
	int64_t changed; // moved, renamed, returned
	int64_t cancelled;
	bool doubtful;   // a sudden zero: nothing is called off until a second answer agrees
	bool superseded; // a later fetch was stored already; nothing was done
};

/*
 * Stores a good answer, and that it was good, in one transaction. Fetches of one platform take
 * turns; storing the same answer twice changes nothing the second time. Contests are known by
 * platform and native id: new times and titles are updated, noted in contest_change, and counted in
 * `sequence`. What is absent is called off, as far as the answer's absence is evidence (struct
 * contest_rows), only if it begins more than SOURCE_PRUNE_MARGIN_S from now; a called-off contest
 * that is announced again returns. The members
 * concerned are synced (sync_after_fetch).
 */
int contest_store(struct db *d, struct arena *m, const struct source_try *t,
	const struct contest_rows *rows, struct contest_stored *out, struct err *e) ATTR_MUST_USE;

#endif
