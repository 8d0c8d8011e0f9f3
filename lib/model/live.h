#ifndef MODEL_LIVE_H
#define MODEL_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

struct config;
struct db;
struct user;

/*
 * Who may watch which scopes of the event log (model/event.h), and the tickets that say so:
 * podium-web checks the scopes and signs a ticket under SESSION_SECRET, podium-live believes it and
 * asks nobody. A ticket opens streams for LIVE_TICKET_S; a stream lasts LIVE_STREAM_S at most, so
 * that what somebody lost the right to see ends with it.
 */
struct live_scopes {
	struct span v[LIVE_MAX_SCOPES];
	size_t n;
};

/* Words of a list, each once, in the form of the table's CHECK, else ERR_INVALID. */
int live_scopes_parse(struct span text, struct live_scopes *out, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND if one of them is not for this reader (NULL: a guest), or there is no such thing.
 */
int live_allowed(struct db *d, struct arena *m, const struct user *reader,
	const struct live_scopes *scopes, struct err *e) ATTR_MUST_USE;

/* For scopes that live_allowed has let pass. */
int live_ticket_make(const struct config *conf, const struct live_scopes *scopes, int64_t now_s,
	struct arena *m, struct span *out, struct err *e) ATTR_MUST_USE;

/* ERR_AUTH for a ticket that was not signed here or is out of date. */
int live_ticket_read(const struct config *conf, struct span ticket, int64_t now_s, struct arena *m,
	struct live_scopes *out, struct err *e) ATTR_MUST_USE;

#endif
