#ifndef JOBS_SINK_SINK_H
#define JOBS_SINK_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/span.h"
#include "model/calendar_link.h"

struct job_ctx;

/*
 * A sort of calendar that Podium writes into. The work of a sync is the same for all of them: what
 * is wanted is compared with what is recorded (model/reconcile.h), and each difference becomes one
 * call of a sink, whose outcome is stored before the next call. So a sink has to stand being asked
 * again for what it has done already: a worker may be killed after the calendar has answered and
 * before that is stored.
 *
 * Sinks do not return struct err: whatever happens is one of the outcomes below, with a reason in
 * words that the calendar's owner understands ("Google has taken back the permission"), without
 * secrets.
 */
enum sink_result {
	SINK_DONE,      // as asked; etag, event_id and generation are what has to be stored
	SINK_EXISTS,    // insert: it was there already, from an earlier call; it is as asked now
	SINK_DISMISSED, // its owner has deleted it: it stays deleted
	SINK_REFUSED, // this event cannot be stored there, and would not be at the next try either
	SINK_LATER,   // not now: try again after retry_after_s (0: after the usual wait)
	SINK_STOPPED, // nothing of this account for retry_after_s, as when a day's quota is used up
	SINK_RECONNECT, // access was taken away; only the owner can give it back
	SINK_GONE       // the whole calendar is no longer there
};

struct sink_outcome {
	enum sink_result result;
	struct span etag;     // SPAN_NONE: not known; lives in the job's arena
	struct span event_id; // of insert and patch; SPAN_NONE: as given
	int generation;       // of that id
	int retry_after_s;
	char reason[160]; // for the owner; empty with SINK_DONE
};

/* One contest as it has to stand in the calendar. */
struct sink_event {
	struct span key;      // "codeforces:2261"
	struct span event_id; // base32hex, lower case: sink_event_id(key, generation)
	int generation;
	struct span hash; // of all that follows
	enum platform platform;
	struct span title;
	struct span url;
	struct span description;
	int64_t start_s;
	int64_t end_s;
	int64_t changed_s; // when the contest changed last: DTSTAMP
	int64_t sequence;  // of RFC 5545
	int reminder_min;  // -1: none
	enum calendar_colour colour;

	struct span etag;   // as recorded; SPAN_NONE: none
	bool removed_by_us; // that it is gone may be our own work, and a tombstone under event_id
			    // may be revived; otherwise both are the owner's wish
};

/*
 * session is what begin made, in the job's arena. begin is called when there is something to do and
 * not before, so that a sync without differences makes no call. It opens the account with the
 * link's plain secret, ensures the calendar, making it if need be, and stores what it learned at
 * once (calendar_link_keep_calendar, calendar_link_keep_secret). end is called after every begin
 * that gave SINK_DONE.
 *
 * Every call tries again by itself what may pass in a moment: three times in all, waiting with
 * sink_pause. insert stands an event that is already there (SINK_EXISTS) and a tombstone (see
 * removed_by_us; where an id cannot be revived, the next generation's id is used). patch overwrites
 * what it finds if that is still our event, whatever its etag; SINK_DISMISSED when the owner has
 * deleted it. remove finds what is gone already: SINK_DISMISSED when its owner has deleted it,
 * SINK_DONE when that may have been an earlier call (removed_by_us, or a try whose answer was
 * lost).
 *
 * drop removes a calendar that is_own with all that is in it; forget gives the access back to the
 * service: SINK_DONE too when it has been taken back before, and when there is nobody to give it
 * to. Both belong to disconnecting.
 */
struct sink {
	enum calendar_sink kind;
	void (*begin)(struct job_ctx *c, const struct calendar_link *link, struct span secret,
		void **session, struct sink_outcome *out);
	void (*insert)(void *session, const struct sink_event *event, struct sink_outcome *out);
	void (*patch)(void *session, const struct sink_event *event, struct sink_outcome *out);
	void (*remove)(void *session, const struct sink_event *event, struct sink_outcome *out);
	void (*drop)(void *session, struct sink_outcome *out);
	void (*forget)(struct job_ctx *c, const struct calendar_link *link, struct span secret,
		struct sink_outcome *out);
	void (*end)(void *session);
};

/* One file each in this room. */
extern const struct sink sink_google, sink_caldav;

const struct sink *sink_of(enum calendar_sink kind); // NULL for a feed, which nobody writes into

/*
 * The id of a contest's event: base32hex of SHA-256 over key and generation, 52 characters of a-v
 * and 0-9. It depends on nothing else, so that no contest stands twice in a calendar, whoever put
 * it there.
 */
struct span sink_event_id(struct arena *m, struct span key, int generation);

/*
 * Between two tries of one call: failed counts those so far, 1 after the first. Sleeps about
 * 2^(failed - 1) * SYNC_BACKOFF_MS, or retry_after_s if that is longer. False, at once, when the
 * third has failed or the wait would be over SINK_MAX_WAIT_S: then the outcome is SINK_LATER.
 */
bool sink_pause(const struct job_ctx *c, int failed, int retry_after_s);

/* Fills an outcome; the reason is a format of printf. */
void sink_say(struct sink_outcome *out, enum sink_result result, const char *reason, ...)
	ATTR_PRINTF(3, 4);

#endif
