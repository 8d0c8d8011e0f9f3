#ifndef MODEL_CALENDAR_LINK_H
#define MODEL_CALENDAR_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/platform.h"

struct db;
struct envelope;
struct tx;

/*
 * A member's own calendars: at most one of each sort. A link that is disconnected stays as
 * CALENDAR_OFF with what is known of its events, so that connecting the same calendar again doubles
 * nothing and revives nothing that its owner deleted.
 */
enum calendar_sink {
	CALENDAR_GOOGLE,
	CALENDAR_CALDAV,
	CALENDAR_ICS, // a private feed, read by whoever has its address
	N_CALENDAR_SINKS
};
const char *calendar_sink_slug(enum calendar_sink s); // "google": in the database and addresses
const char *calendar_sink_name(enum calendar_sink s); // "Google Calendar"
bool calendar_sink_find(struct span slug, enum calendar_sink *out);

enum calendar_link_state {
	CALENDAR_OK,
	CALENDAR_RECONNECT, // access was taken away: its owner has to connect it again
	CALENDAR_GONE,      // the calendar was deleted there
	CALENDAR_LEAVING,   // a job is about to disconnect it
	CALENDAR_OFF
};

/* Minutes before the start, or one of these. */
enum {
	CALENDAR_REMINDER_USUAL = -2, // the member's notice_min
	CALENDAR_REMINDER_NONE = -1,
	CALENDAR_REMINDER_MOST = 40320
};

/* Google's event colours, by their ids; 0 leaves the calendar's own. */
enum calendar_colour {
	CALENDAR_COLOUR_DEFAULT,
	CALENDAR_COLOUR_LAVENDER,
	CALENDAR_COLOUR_SAGE,
	CALENDAR_COLOUR_GRAPE,
	CALENDAR_COLOUR_FLAMINGO,
	CALENDAR_COLOUR_BANANA,
	CALENDAR_COLOUR_TANGERINE,
	CALENDAR_COLOUR_PEACOCK,
	CALENDAR_COLOUR_GRAPHITE,
	CALENDAR_COLOUR_BLUEBERRY,
	CALENDAR_COLOUR_BASIL,
	CALENDAR_COLOUR_TOMATO,
	N_CALENDAR_COLOURS
};
const char *calendar_colour_name(enum calendar_colour c); // "Peacock"
const char *calendar_colour_css(enum calendar_colour c);  // RFC 7986: "deepskyblue"; NULL: none

/* What a member chooses for each platform, indexed by enum platform. */
struct calendar_style {
	int reminders[N_PLATFORMS];
	enum calendar_colour colours[N_PLATFORMS];
};
extern const struct calendar_style calendar_style_usual;

struct calendar_link {
	int64_t id;
	int64_t user_id;
	enum calendar_sink sink;
	enum calendar_link_state state;
	struct span reason;   // why it is not CALENDAR_OK, for its owner; SPAN_NONE
	struct span account;  // there: an e-mail address or a user name
	struct span server;   // CalDAV: the address that its owner gave
	struct span calendar; // id or address of the calendar; SPAN_NONE until it is made or found
	bool is_own;          // made by Podium, with nothing else in it
	bool has_secret;
	bool is_dropped; // the service was asked to delete it, and whether it did is not known
	struct calendar_style style;
	int64_t stopped_until; // unix microseconds; INT64_MIN: not stopped
	int64_t created_at;
	int64_t synced_at; // INT64_MIN: never
};

struct calendar_links {
	const struct calendar_link *v;
	size_t n;
};

/* All of the member's that are not CALENDAR_OFF. */
int calendar_link_list(struct db *d, struct arena *m, int64_t user_id, struct calendar_links *out,
	struct err *e) ATTR_MUST_USE;

/* The same with those that are CALENDAR_OFF. */
int calendar_link_all(struct db *d, struct arena *m, int64_t user_id, struct calendar_links *out,
	struct err *e) ATTR_MUST_USE;

/* In whatever state. ERR_NOT_FOUND. */
int calendar_link_find(struct db *d, struct arena *m, int64_t user_id, enum calendar_sink s,
	struct calendar_link **out, struct err *e) ATTR_MUST_USE;

struct calendar_link_new {
	int64_t user_id;
	enum calendar_sink sink;
	struct span account;
	struct span server;
	struct span calendar; // SPAN_NONE: to be made, or the one known from before
	bool is_own;
	struct span secret; // plain: refresh token, app password, secret of a feed
};

/*
 * Connects, or connects again: the link is CALENDAR_OK afterwards and the member's sync is asked
 * for, in the caller's transaction. What is known of the old link's calendar and events is kept if
 * account and server are the same, with Google is_own too, else forgotten. ERR_TEMPORARY when seal
 * is NULL. After the commit call sync_evict and sync_wake.
 */
int calendar_link_connect(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct calendar_link_new *n, int64_t *id, struct err *e) ATTR_MUST_USE;

/* The plain secret. ERR_NOT_FOUND if there is none. */
int calendar_link_secret(struct db *d, struct arena *m, const struct envelope *seal, int64_t id,
	struct span *out, struct err *e) ATTR_MUST_USE;

/* Replaces the secret at once, as when a service has given a new refresh token. */
int calendar_link_keep_secret(struct db *d, struct arena *m, const struct envelope *seal,
	int64_t id, struct span plain, struct err *e) ATTR_MUST_USE;

/* The calendar was made or found: stored at once, so that it is not made twice. */
int calendar_link_keep_found( // the owner's own: is_own is false from now on
	struct db *d, int64_t id, struct span calendar, struct err *e) ATTR_MUST_USE;
int calendar_link_keep_calendar(
	struct db *d, int64_t id, struct span calendar, struct err *e) ATTR_MUST_USE;

/*
 * A link that cannot be written to any more, and why. Its owner is told by mail, once, if the
 * calendar was ever in order: one that never was has just been entered wrongly. Does nothing if it
 * was not CALENDAR_OK.
 */
struct calendar_loss {
	const struct calendar_link *link;
	enum calendar_link_state state; // CALENDAR_RECONNECT or CALENDAR_GONE
	const char *reason;
};
int calendar_link_lose(struct db *d, struct arena *m, const struct envelope *seal,
	const struct calendar_loss *l, struct err *e) ATTR_MUST_USE;

/* Left alone for a time, as its service wants it. */
int calendar_link_stop(
	struct db *d, int64_t id, int for_s, const char *reason, struct err *e) ATTR_MUST_USE;

/* It was synced. */
int calendar_link_right(struct db *d, int64_t id, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND if it is not connected. Asks for a sync. */
int calendar_link_set_style(struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s,
	const struct calendar_style *style, struct err *e) ATTR_MUST_USE;

/* A calendar that is CALENDAR_GONE is made anew by the next sync, which is asked for. */
int calendar_link_renew(struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s,
	struct err *e) ATTR_MUST_USE;

/*
 * Disconnects by a job (calendar.leave), which removes the events if that is wanted, gives back the
 * access and then calls calendar_link_left. Nothing happens if it is not connected. Call job_wake
 * for queue "sync" after the commit.
 */
int calendar_link_leave(struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s,
	bool remove_events, struct err *e) ATTR_MUST_USE;

/* A calendar of Podium's own is about to be deleted at its service: is_dropped until it is emptied,
 * synced or made anew. Does nothing unless it is CALENDAR_LEAVING. */
int calendar_link_dropping(struct db *d, int64_t id, struct err *e) ATTR_MUST_USE;

/* It is gone from its service, and with it all that stood there; what its owner had dismissed stays
 * so. Does nothing unless it is CALENDAR_LEAVING. */
int calendar_link_emptied(struct db *d, int64_t id, struct err *e) ATTR_MUST_USE;

/* The end of leaving: the secret is forgotten. Owners who wanted the events away are told by mail
 * if they could not be removed. Call mail_wake after it. */
struct calendar_left {
	const struct calendar_link *link;
	const char *remains; // why the events are there although they were to go; NULL: all is as
			     // wanted
	int (*settle)(void *data, struct tx *tx, struct err *e); // called last in the transaction
	void *data;
};
int calendar_link_left(struct db *d, struct arena *m, const struct envelope *seal,
	const struct calendar_left *l, struct err *e) ATTR_MUST_USE;

/* Whose feed has that secret, and what is in it. ERR_NOT_FOUND. */
struct calendar_feed {
	int64_t user_id;
	unsigned platforms; // bit 1 << platform; 0: all
	int notice_min;
	struct calendar_style style;
};
int calendar_feed_find(struct db *d, struct arena *m, struct span secret, struct calendar_feed *out,
	struct err *e) ATTR_MUST_USE;

/* "30,-2,..." as the database and the caches write it; what is missing is as usual. */
void calendar_style_read(struct span reminders, struct span colour_ids, struct calendar_style *out);

#endif
