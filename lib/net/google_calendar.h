#ifndef NET_GOOGLE_CALENDAR_H
#define NET_GOOGLE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"
#include "net/google.h"

/*
 * Google Calendar, version 3: one request a function, no repetition, no decision. The outcome is
 * the struct google_answer; what is read lives in the arena.
 */
struct google_calendar {
	const struct google *google;
	struct span token;    // access token
	struct span calendar; // its id, or "primary"
};

/* An event as we write it. */
struct google_event {
	struct span id;
	struct span summary;
	struct span description;
	struct span url;    // of the contest: place and source
	struct span source; // its name: "Codeforces"
	int64_t start_s;
	int64_t end_s;
	struct span key;   // extendedProperties.private.contestKey
	struct span hash;  // and .hash
	int reminder_min;  // -1: none
	int colour;        // 1 to 11; 0: the calendar's own
	bool is_confirmed; // says so explicitly, which revives a deleted one
};

/* And what matters of one that is there. */
struct google_event_seen {
	struct span etag;
	struct span key;  // SPAN_NONE: not one of ours
	struct span hash; // as we wrote it last
	bool is_cancelled;
};

void google_calendar_make(const struct google *g, struct arena *m, struct span token,
	const char *summary, struct span *id, struct google_answer *a);
/* Whether the calendar is there. */
void google_calendar_look(
	const struct google_calendar *c, struct arena *m, struct google_answer *a);
void google_calendar_drop(
	const struct google_calendar *c, struct arena *m, struct google_answer *a);

void google_event_insert(const struct google_calendar *c, struct arena *m,
	const struct google_event *event, struct google_event_seen *out, struct google_answer *a);
void google_event_get(const struct google_calendar *c, struct arena *m, struct span id,
	struct google_event_seen *out, struct google_answer *a);
/* etag: only if it is still that version; SPAN_NONE: whatever it is. */
void google_event_patch(const struct google_calendar *c, struct arena *m,
	const struct google_event *event, struct span etag, struct google_event_seen *out,
	struct google_answer *a);
void google_event_delete(
	const struct google_calendar *c, struct arena *m, struct span id, struct google_answer *a);

/* ---- pure parts ---- */

/* The body of insert and patch. Text that is no UTF-8 becomes U+FFFD, long text is cut. */
void google_event_print(const struct google_event *event, struct buf *b);

/* Reads an event as Google sends it. False if it is none: no JSON, no version, no status. */
bool google_event_read(struct span body, struct arena *m, struct google_event_seen *out);

/* 5 to 1024 of a-v and 0-9. */
bool google_event_id_valid(struct span id);

#endif
