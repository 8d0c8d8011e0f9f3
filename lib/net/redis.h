#ifndef NET_REDIS_H
#define NET_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Valkey or Redis as a cache. Every call has a deadline (REDIS_TIMEOUT_MS). After a failure the
 * server is left alone for a moment that grows with repeated failures, and calls fail at once
 * meanwhile, so that a dead cache costs nothing. The caller always has another way: PostgreSQL
 * (lib/model/cache.h).
 */
struct redis;
struct config;

/* *out is NULL when VALKEY_URI is empty. rediss:// is ERR_INVALID with hiredis before 1.0. */
int redis_new(const struct config *conf, struct redis **out, struct err *e) ATTR_MUST_USE;
void redis_free(struct redis *r);
bool redis_up(struct redis *r); // false for NULL and while the server is left alone

/* All return ERR_TEMPORARY when the server cannot be used; redis_get ERR_NOT_FOUND for a missing
 * key. */
int redis_get(struct redis *r, struct arena *m, struct span key, struct span *out,
	struct err *e) ATTR_MUST_USE;
int redis_set(struct redis *r, struct span key, struct span value, int ttl_s,
	struct err *e) ATTR_MUST_USE;
int redis_set_new(struct redis *r, struct span key, struct span value, int ttl_ms, bool *done,
	struct err *e) ATTR_MUST_USE; // only if absent
int redis_del(struct redis *r, struct span key, struct err *e) ATTR_MUST_USE;

/* Sliding window: counts this call, answers how many fell in the last window_s, this one included.
 */
int redis_count(
	struct redis *r, struct span key, int window_s, int64_t *out, struct err *e) ATTR_MUST_USE;

#endif
