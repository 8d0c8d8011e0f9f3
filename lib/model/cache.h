#ifndef MODEL_CACHE_H
#define MODEL_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/redis.h"

/*
 * Values that can be made again. They are kept in Redis while it answers and in table cache
 * otherwise; nobody has to know which. In front of both, this process remembers small values for
 * CACHE_LOCAL_MS: a value that another process has changed is seen at most so much later. After
 * Redis was away, what was set or deleted meanwhile is deleted there before it is asked again.
 *
 * Not for use inside a transaction: evict after the commit.
 */
struct cache;
struct config;
struct db;

/* The database stays the caller's. ERR_INVALID when VALKEY_URI cannot be used. */
int cache_new(
	const struct config *conf, struct db *d, struct cache **out, struct err *e) ATTR_MUST_USE;
void cache_free(struct cache *c); // NULL is allowed

/*
 * Keys have at most CACHE_MAX_KEY bytes, values CACHE_MAX_VALUE; more is ERR_LIMIT. A missing value
 * is ERR_NOT_FOUND. ERR_TEMPORARY when neither store answers; a caller of cache_get treats every
 * failure as a miss, one of cache_set may ignore it.
 */
int cache_get(struct cache *c, struct arena *m, struct span key, struct span *out,
	struct err *e) ATTR_MUST_USE;
/* Several, those in the table in one round trip; SPAN_NONE for each that is missing. */
void cache_get_several(
	struct cache *c, struct arena *m, const struct span *keys, size_t n, struct span *out);
int cache_set(struct cache *c, struct span key, struct span value, int ttl_s,
	struct err *e) ATTR_MUST_USE;
int cache_delete(struct cache *c, struct span key, struct err *e) ATTR_MUST_USE;
/* As far as the first that cannot be deleted. From the table in one round trip. */
int cache_delete_several(
	struct cache *c, const struct span *keys, size_t n, struct err *e) ATTR_MUST_USE;

/*
 * A lock saves double work; it does not promise to exclude: it ends after ttl_ms whatever its
 * holder does, and one taken in Redis is not seen by those who cannot reach it. out->held tells
 * whether it was taken. The name lives in the caller's memory until cache_unlock.
 */
#define CACHE_MAX_SIGN 100 // bytes of who takes a lock
struct cache_lock {
	bool held;
	bool in_table;
	struct span name;
	int ttl_ms;
	char token[CACHE_MAX_SIGN + 34]; // the sign of who took it, ':' and what is random
};
int cache_lock(struct cache *c, struct span name, int ttl_ms, struct cache_lock *out,
	struct err *e) ATTR_MUST_USE;
void cache_unlock(struct cache *c, struct cache_lock *l); // does nothing if it is not ours any more
/* Locks that are taken from now on tell who took them, by the text that sign(data) gives when one
 * is taken: at most CACHE_MAX_SIGN bytes, of which none is ':'. */
void cache_sign(struct cache *c, const char *(*sign)(void *data), void *data);
/*
 * Who holds a lock that is not to be had: the sign, empty where none was set. *out is that holder's
 * lock, for those who know that he is lost: cache_unlock ends it unless it is another's by now.
 * False: nobody, or it is not known.
 */
bool cache_lock_see(struct cache *c, struct arena *m, struct span name, struct cache_lock *out,
	struct span *sign);

/*
 * A value, or where it is missing (*out is SPAN_NONE) the lock for whoever makes it, of which name
 * and ttl_ms are given; of the table in one round trip. Errors of cache_lock.
 */
int cache_get_or_lock(struct cache *c, struct arena *m, struct span key, struct span *out,
	struct cache_lock *lock, struct err *e) ATTR_MUST_USE;

/*
 * Several values, at most CACHE_PUBLISH_MOST, and the end of the lock behind which they were made,
 * if there was one (l may be NULL, and need not be held): in the table in one round trip. A failure
 * ends the lock too.
 */
struct cache_value {
	struct span key;
	struct span value;
	int ttl_s;
};
#define CACHE_PUBLISH_MOST 4
int cache_publish(struct cache *c, const struct cache_value *v, size_t n, struct cache_lock *l,
	struct err *e) ATTR_MUST_USE;

/* Removes what has ended from the tables behind; settles with Redis. For the maintenance job. */
int cache_maintain(struct cache *c, struct arena *m, struct err *e) ATTR_MUST_USE;

/* Since the process began. */
struct cache_stats {
	int64_t local;  // answered from this process's memory
	int64_t hits;   // from Redis or the table
	int64_t misses; // asked and not there, or not answered
};
struct cache_stats cache_stats(const struct cache *c);

/* As this process sees it: where values go, and why not to Redis. */
void cache_health(const struct cache *c, struct redis_health *out);

/* For the limits that live in the same stores; NULL when none is configured. */
struct redis *cache_redis(struct cache *c);
struct db *cache_db(struct cache *c);

#endif
