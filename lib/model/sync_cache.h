#ifndef MODEL_SYNC_CACHE_H
#define MODEL_SYNC_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

struct cache;
struct sync_member;
struct sync_recorded;

/*
 * What syncs need of a member, kept for SYNC_CACHE_S as cache:user:ID and cache:synced_events:ID.
 * Each value carries the version (sync_state.version) it was read at and is good for that one only;
 * so an eviction that did not arrive does no harm. No secret is in it. Whatever the cache cannot do
 * is a miss.
 */
bool sync_cache_member(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	struct sync_member *out);
void sync_cache_keep_member(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	const struct sync_member *member);
bool sync_cache_recorded(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	struct sync_recorded *out);
void sync_cache_keep_recorded(struct cache *c, struct arena *m, int64_t user_id, int64_t version,
	const struct sync_recorded *recorded);

/* For tests: the kept forms. Reading is false for anything that writing has not made. */
void sync_member_write(struct buf *out, int64_t version, const struct sync_member *member);
bool sync_member_read(struct span text, struct arena *m, int64_t version, struct sync_member *out);
void sync_recorded_write(struct buf *out, int64_t version, const struct sync_recorded *recorded);
bool sync_recorded_read(
	struct span text, struct arena *m, int64_t version, struct sync_recorded *out);

#endif
