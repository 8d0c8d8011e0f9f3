#ifndef MODEL_CALENDAR_CONNECT_H
#define MODEL_CALENDAR_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/calendar_link.h"

struct cache;
struct db;
struct envelope;

/* Which calendar, and what is to become of it. */
struct calendar_chosen {
	int64_t user_id;
	enum calendar_sink sink;
	struct calendar_style style; // of calendar_restyle
	bool remove_events;          // of calendar_disconnect
};

/*
 * What members do with their calendars, each as a transaction of its own with the evictions and
 * hints that belong to it (model/calendar_link.h).
 */
int calendar_connect(struct db *d, struct cache *c, struct arena *m, const struct envelope *seal,
	const struct calendar_link_new *n, struct err *e) ATTR_MUST_USE;
int calendar_restyle(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e) ATTR_MUST_USE;
int calendar_disconnect(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e) ATTR_MUST_USE;
int calendar_remake(struct db *d, struct cache *c, struct arena *m,
	const struct calendar_chosen *choice, struct err *e) ATTR_MUST_USE;

/*
 * A private feed under a new secret; *renewed tells that there was one, whose address ends. The
 * secret is sealed beside its hash, so that the address can be shown again.
 */
int calendar_feed_make(struct db *d, struct arena *m, const struct envelope *seal, int64_t user_id,
	bool *renewed, struct err *e) ATTR_MUST_USE;

#endif
