#ifndef MODEL_CALENDAR_CACHE_H
#define MODEL_CALENDAR_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "model/calendar.h"

struct cache;
struct db;

/*
 * calendar_sources by way of cache:platforms, which every fetch evicts when it ends; so a page that
 * has not changed asks no database. A process is behind by CACHE_LOCAL_MS at most. What the cache
 * cannot do is done without it.
 */
int calendar_sources_cached(struct cache *cache, struct db *d, struct arena *m,
	struct calendar_sources *out, struct err *e) ATTR_MUST_USE;

/* For tests: the kept form. read is false for anything that write has not made. */
void calendar_sources_write(struct buf *out, const struct calendar_sources *s);
bool calendar_sources_read(struct span text, struct calendar_sources *out);

/*
 * What the feed says of one platform's contests, kept as cache:contests:PLATFORM. It is good for
 * one state of the contests and one day. get gives SPAN_NONE if there is nothing good.
 */
struct calendar_kept {
	enum platform platform;
	int64_t changed_at;
	int64_t day;
};
struct span calendar_events_get(
	struct cache *cache, struct arena *m, const struct calendar_kept *which);
void calendar_events_keep(struct cache *cache, struct arena *m, const struct calendar_kept *which,
	struct span events);

#endif
