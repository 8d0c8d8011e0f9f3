#ifndef MODEL_BUCKET_H
#define MODEL_BUCKET_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "net/codeforces.h"

struct arena;
struct config;
struct db;
struct db_step;

/*
 * Starts of calls to one outside service, over all processes and machines: no two are closer than
 * gap_ms. The truth is one row in PostgreSQL and its clock; a start that comes more than
 * BUCKET_SLACK_MS late for its moment is given up and waits for another, so that a process that
 * was held up cannot run into the next one's.
 *
 * Who may queue how far ahead makes the order: a sweep takes only a moment that is free now, a
 * manual call may wait for the next one, a player's Sync for any within reach. So a Sync waits for
 * at most two calls of lower rank. The longer one has waited, the further it may reach.
 */
struct bucket {
	struct db *db;
	struct arena *mem; // of the job
	const char *name;
	int64_t gap_ms;
	int64_t next_us; // set by a call: before that moment of the own clock none is free
};

/* Returns when the call may start; at once, and on the dot, so start it at once. ERR_TEMPORARY with
 * retry_after_s if that is not within max_wait_ms. Not inside a transaction. */
int bucket_enter(struct bucket *b, enum codeforces_priority priority, int max_wait_ms,
	struct err *e) ATTR_MUST_USE;

/* Nobody starts for the next seconds, whoever asks; failing to say so is logged only. */
void bucket_pause(struct bucket *b, int seconds);

/*
 * Until when Codeforces rests because it asked for it (limit exceeded, HTTP 429 or 503), in unix
 * us; INT64_MIN: it does not. For pages, which say so. One statement; bucket_rest_step is that
 * statement alone, for db_read_ahead.
 */
void bucket_rest_step(struct db_step *out);
int bucket_rest(struct db *d, struct arena *m, int64_t *until_us, struct err *e) ATTR_MUST_USE;

/*
 * The same for a service that counts calls over a time and does not mind some at once: each call
 * costs cost_us of the name's time, which may be spent up to burst_us ahead. *wait_us is 0 if it
 * was paid, else when it might be; then nothing was spent.
 */
struct bucket_price {
	const char *name;
	int64_t cost_us;
	int64_t burst_us;
};
int bucket_spend(struct db *d, struct arena *m, const struct bucket_price *price, int64_t *wait_us,
	struct err *e) ATTR_MUST_USE;

/* The bucket of Codeforces (CODEFORCES_INTERVAL_MS), and the gate that lib/net/codeforces.h wants;
 * b must live as long as the gate is used. */
struct bucket bucket_codeforces(const struct config *conf, struct db *d, struct arena *m);
struct codeforces_gate bucket_gate(struct bucket *b);

#endif
