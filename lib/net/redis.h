#ifndef NET_REDIS_H
#define NET_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Valkey or Redis as a cache. Every wait for the server, connecting included, ends after
 * REDIS_TIMEOUT_MS. After a failure the server is left alone for a moment that grows with repeated
 * failures (REDIS_MIN_REST_MS to REDIS_MAX_REST_MS), and calls fail at once meanwhile, so that a
 * dead cache costs next to nothing. The caller always has another way: PostgreSQL
 * (lib/model/cache.h). Losing the server and finding it again is logged, once each. Connects at
 * first use; not shared between processes.
 */
struct redis;
struct config;

/* ERR_INVALID unless VALKEY_URI is one that redis_new takes. Programs ask before they start. */
int redis_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

/*
 * VALKEY_URI: redis://[[user]:password@]host[:port][/db] (or valkey://), or
 * unix:///path[?db=n][&user=u][&password=p]; user and password percent-encoded. *out is NULL when
 * it is empty. A malformed one is ERR_INVALID, and so is rediss://: the hiredis
 * that this is built against (before 1.0) has no TLS. Ignores SIGPIPE.
 */
int redis_new(const struct config *conf, struct redis **out, struct err *e) ATTR_MUST_USE;
void redis_free(struct redis *r);     // NULL is allowed
bool redis_up(const struct redis *r); // false for NULL and while the server is left alone

struct redis_health {
	bool configured;
	bool up;          // the last exchange succeeded; true before the first one
	int64_t since_us; // wall clock of the last change of `up`
	char fault[120];  // why not
};
void redis_health(const struct redis *r, struct redis_health *out);

/* All return ERR_TEMPORARY when the server cannot be used; redis_get ERR_NOT_FOUND for a missing
 * key. */
int redis_get(struct redis *r, struct arena *m, struct span key, struct span *out,
	struct err *e) ATTR_MUST_USE;
int redis_set(struct redis *r, struct span key, struct span value, int ttl_s,
	struct err *e) ATTR_MUST_USE;
int redis_set_new(struct redis *r, struct span key, struct span value, int ttl_ms, bool *done,
	struct err *e) ATTR_MUST_USE; // only if absent
int redis_del(struct redis *r, struct span key, struct err *e) ATTR_MUST_USE;
int redis_del_equal(struct redis *r, struct span key, struct span value,
	struct err *e) ATTR_MUST_USE; // only if that is its value

/*
 * A sliding window, exact to the microsecond of the server's clock: it holds the times of the calls
 * that were let through in the last window_s. With fewer than max of them this call is let through
 * and counted, else not, and not counted.
 */
struct redis_window {
	int64_t used;    // calls in the window, this one included if it was let through
	int64_t wait_us; // 0: let through; else the time until the oldest leaves the window
};
int redis_window(struct redis *r, struct span key, int window_s, int max, struct redis_window *out,
	struct err *e) ATTR_MUST_USE;

/*
 * Words without content, which may be lost: whoever waits for them looks by himself now and then. A
 * struct redis that listens does nothing else, on one channel. redis_heard tells whether somebody
 * has spoken since it was asked last, or the connection was made just now, and never waits for it;
 * redis_fd is readable when there is something to hear, -1 while there is no connection. NULL is
 * allowed for both: nobody ever speaks.
 */
int redis_speak(struct redis *r, struct span channel, struct err *e) ATTR_MUST_USE;
bool redis_heard(struct redis *r, struct span channel);
int redis_fd(const struct redis *r);

#endif
