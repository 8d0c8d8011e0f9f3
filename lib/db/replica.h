#ifndef DB_REPLICA_H
#define DB_REPLICA_H

#include <stdbool.h>
#include <stdint.h>

#include "db/conn.h"

/* A read replica and what was last heard of it. */
struct replica {
	struct conn conn;
	bool up;             // answers and is inside the lag limit
	uint64_t replayed;   // position in the primary's log
	int64_t fresh_at_us; // monotonic: it had all that was committed until then
	int64_t checked_at_us;
	int64_t check_at_us; // when to ask again
	unsigned failures;
};

/* Asks a server where its log stands. */
int server_state(struct conn *c, int timeout_ms, uint64_t *position, int64_t *age_ms,
	struct err *e) ATTR_MUST_USE;

/*
 * True if the replica may answer now: it is up and has replayed `need`. Asks it first if the last
 * answer is older than DB_REPLICA_CHECK_MS, or DB_REPLICA_WAIT_MS while `need` is missing.
 * `written` gives the primary's position, 0 when the primary is away.
 */
bool replica_ready(struct replica *r, uint64_t need, int64_t max_lag_ms,
	uint64_t (*written)(void *primary), void *primary);

/* Asks now, whatever was heard. */
void replica_check(struct replica *r, int64_t max_lag_ms, uint64_t written);

/* It failed in the middle of its work. */
void replica_failed(struct replica *r, const struct err *why);

#endif
