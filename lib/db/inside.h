#ifndef DB_INSIDE_H
#define DB_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "db/conn.h"
#include "db/db.h"
#include "db/question.h"

struct config;
struct replica;

/* What db.c, where statements run, and together.c, what travels with what, share. */

enum tx_state {
	TX_NONE,
	TX_PENDING, // tx_begin was called, BEGIN is not sent
	TX_OPEN,
	TX_BROKEN // the connection was lost
};

struct db {
	const struct config *conf;
	struct conn primary;
	struct replica *replicas;
	size_t n_replicas;
	size_t next; // whose turn it is
	int64_t max_lag_ms;
	enum tx_state tx;
	bool tx_wrote;
	bool wrote;                  // since position was asked
	uint64_t position;           // after the own writes since db_see
	uint64_t seen;               // given by db_see
	struct db_ahead ahead;       // done is NULL: nothing is expected
	struct db_question *noting;  // NULL: statements are run
	struct db_question *offered; // NULL, or what may be answered already
	struct db_question read;     // ahead, by the request itself
	uint64_t written; // the primary's position when it was last asked for the replicas' sake
	void (*told)(void *to); // after a commit that tells; NULL: nobody waits
	void *told_to;
	struct {
		const char *name;
		int64_t id;
	} known[DB_MAX_KNOWN];
	size_t n_known;
	int64_t known_at; // connections to the primary so far, when these were met
	int ca_fd;
	struct err broken; // the configuration cannot be used; what every call answers
};

/* Whether each of the statements has one of the flags (stmt.h). */
bool db_all_have(const struct db_step *steps, size_t n, unsigned flags);

/* What was read before is the answer where it can be (question.h). */
int db_run_on_primary(struct db *d, struct round *r, struct err *e) ATTR_MUST_USE;

/* Whether these are for a replica, if one can answer. */
bool db_is_elsewhere(const struct db *d, const struct db_step *steps, size_t n);

/* Where they are for: what a replica cannot answer is the primary's. */
int db_run_round(struct db *d, struct round *r, struct err *e) ATTR_MUST_USE;

/* One round of the caller's, together with what is expected where that is possible. */
int db_run(struct db *d, struct arena *m, struct db_step *steps, size_t n,
	struct err *e) ATTR_MUST_USE;

#endif
