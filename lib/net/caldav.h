#ifndef NET_CALDAV_H
#define NET_CALDAV_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/http_url.h"

struct config;
struct http;

/*
 * A client of CalDAV servers (RFC 4791, 6764): one request a function but for discovery, no
 * repetition. The server is one that a member has named: only https to the public internet is
 * spoken, except with the hosts of CALDAV_PRIVATE. The password goes to that host, and to others
 * below the same domain if the server refers to them; every step is judged anew.
 */
struct caldav {
	struct http *http;
	const struct config *conf;
	struct arena *mem;
	struct http_url server;
	const char *authorization; // header
};

/* False if the address cannot be one of a CalDAV server, or may not be spoken to; the answer says
 * why. */
struct caldav_answer;
bool caldav_open(struct caldav *c, struct span server, struct span user, struct span password,
	struct caldav_answer *a);

/* For the start of a program: CALDAV_PRIVATE lists hosts. */
int caldav_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

/* Whether that address would be spoken to. For forms. NULL, or why not. */
const char *caldav_refusal(const struct config *conf, struct arena *m, struct span server);

enum caldav_result {
	CALDAV_OK,
	CALDAV_MISSING,   // 404, 410
	CALDAV_CHANGED,   // 412: it is there already, or it is another version
	CALDAV_CONFLICT,  // 405, 409: the collection above is missing, or the name is taken
	CALDAV_AUTH,      // 401
	CALDAV_FORBIDDEN, // 403, or the address may not be spoken to
	CALDAV_FULL,      // 507
	CALDAV_BUSY,      // 429, 5xx, no connection: later
	CALDAV_INVALID    // anything else, and answers that are not understood
};

struct caldav_answer {
	enum caldav_result result;
	int status; // of HTTP; 0: there was no answer
	int retry_after_s;
	struct span etag; // SPAN_NONE: not told
	bool same_uid;    // CALDAV_CONFLICT: the event is there under another address
	bool repeated;    // as http_reply says
	char reason[200]; // in words, without a secret
};

/*
 * Follows the server's own directions from the address that was given to a calendar. *is_given: the
 * address itself is one. Otherwise the result is where Podium's own is to be, below the member's
 * home.
 */
void caldav_discover(
	const struct caldav *c, struct span *calendar, bool *is_given, struct caldav_answer *a);

/* Makes a collection; CALDAV_CONFLICT if there is one. */
void caldav_make(
	const struct caldav *c, struct span calendar, const char *name, struct caldav_answer *a);

/* Whether the collection is there and can be written to. */
void caldav_look(const struct caldav *c, struct span calendar, struct caldav_answer *a);

/* etag: over that version only; SPAN_NONE: only if there is none yet. */
void caldav_put(const struct caldav *c, struct span event, struct span text, struct span etag,
	struct caldav_answer *a);

/* The version that is there. */
void caldav_get(const struct caldav *c, struct span event, struct caldav_answer *a);

/* An event, or a collection with all that is in it. */
void caldav_delete(const struct caldav *c, struct span address, struct caldav_answer *a);

#endif
