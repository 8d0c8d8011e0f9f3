#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct tx;

/*
 * The log of what happened (sql/schema/0016_event.sql): written in the transaction that made it
 * happen, read by whoever watches a scope. Names in use:
 *
 *   submission:ID   submission.state {state, n_tests}; judgement.run {ordinal, verdict, cpu_ms};
 *                   judgement {submission, problem, verdict, score, cpu_ms, memory_kib}
 *   user:ID         judgement as above; calendar.sync {state}; sync.* of model/room_event.h
 *   member:ID       member.synced {memberId, state}, by a trigger
 *   tracker         member.sweep {sweepId, state, members, done, failed}, by a trigger
 *   room:ID         room.* and sync.* of model/room_event.h
 */
struct event_new {
	struct span scope;   // "user:7"
	const char *kind;    // "judgement"
	struct span payload; // a JSON object of at most EVENT_MAX_PAYLOAD bytes
};

/* Part of the caller's transaction. Whether anybody listens is nobody's concern here. */
int event_append(struct tx *tx, const struct event_new *ev, struct err *e) ATTR_MUST_USE;

/*
 * From now on each commit of events is told in the cache's Redis too, for listeners that
 * PostgreSQL's NOTIFY does not reach. Nothing where there is none.
 */
void event_tell_by(struct db *d, struct cache *c);
void event_told(struct db *d); // after a statement that has made events and committed by itself

struct event {
	int64_t id;
	int64_t at; // unix us
	struct span scope;
	struct span kind;
	struct span payload;
};

struct events {
	struct event *v;
	size_t n;
	int64_t last; // where the next look begins
};

/*
 * At most `limit` events of some scopes after an id, in their order: only such as nothing can
 * appear before any more, so that whoever goes on from `last` misses none.
 */
struct event_look {
	const struct span *scopes;
	size_t n;
	int64_t after; // 0: from the first that is kept
	int limit;
};
int event_after(struct db *d, struct arena *m, const struct event_look *look, struct events *out,
	struct err *e) ATTR_MUST_USE;

/*
 * The same over all scopes: what the live line is fed with. EVENT_CHANNEL is notified when events
 * are committed.
 */
#define EVENT_CHANNEL "podium_event" // of NOTIFY and of Redis
int event_feed(struct db *d, struct arena *m, int64_t after, int limit, struct events *out,
	struct err *e) ATTR_MUST_USE;

/* Where such a feed begins: no event at or before it appears any more. */
int event_feed_start(struct db *d, struct arena *m, int64_t *out, struct err *e) ATTR_MUST_USE;

/* A payload is kept as it was written; line ends in it can only be white space. */
struct span event_on_one_line(struct arena *m, struct span payload);

/* The id of the newest event of a scope, 0 if there is none: where a page begins to watch. */
int event_last(struct db *d, struct arena *m, struct span scope, int64_t *out,
	struct err *e) ATTR_MUST_USE;

/* Forgets what is older than EVENT_KEEP_DAYS. */
int event_purge(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
