#ifndef NET_GOOGLE_H
#define NET_GOOGLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/oauth.h"

/*
 * Google's OAuth 2.0 for web servers: the address of the consent page, codes and refresh tokens for
 * access tokens, revocation, the keys that id tokens are signed with. google_calendar.h speaks to
 * the calendar. Tokens, codes and secrets never get into an error's text or into the log.
 */
struct config;
struct http;
struct http_reply;
struct http_request;

struct google {
	const struct config *conf;
	struct http *http;
	int timeout_ms; // of one call; 0: the HTTP client's own
};

/* Whether this installation may speak to Google at all: client, secret and the way back are set. */
bool google_configured(const struct config *conf);

/*
 * What an answer asks of us. It follows from status and error code alone, never from a message
 * that was written for people.
 */
enum google_what {
	GOOGLE_OK,
	GOOGLE_LATER,     // wait and ask again: too often, out of order, not reached, cut off
	GOOGLE_STOP,      // the account's quota is used up: nothing for hours
	GOOGLE_TOKEN,     // 401: the access token has ended; a new one may help, once
	GOOGLE_RECONNECT, // the permission was taken back: only its owner can give it again
	GOOGLE_CONFIG,    // the operator's mistake: client, secret or address of the way back
	GOOGLE_DENIED,    // not allowed, now and later
	GOOGLE_REFUSED,   // this item is wrong, now and later
	GOOGLE_MISSING,   // 404: no such event or calendar, or none that we may see
	GOOGLE_DELETED,   // 410: it was there
	GOOGLE_EXISTS,    // 409: the id is taken
	GOOGLE_CHANGED,   // 412: it is not as we knew it
	GOOGLE_RELIST     // 410: a list of changes cannot be continued; list everything
};

#define GOOGLE_REASON_SIZE 48

struct google_answer {
	enum google_what what;
	int status;                      // of HTTP; 0: none came
	char reason[GOOGLE_REASON_SIZE]; // Google's code of the error: "quotaExceeded"; or empty
	int retry_after_s;               // 0: not said
	bool repeated;                   // as http_reply says
	char detail[160];                // for the log
};

/* ---- the consent page ---- */

#define GOOGLE_SCOPE_SIGN_IN "openid email profile"
#define GOOGLE_SCOPE_MADE    "https://www.googleapis.com/auth/calendar.app.created"
#define GOOGLE_SCOPE_EVENTS  "https://www.googleapis.com/auth/calendar.events"

struct google_consent {
	struct oauth_consent oauth;
	struct span hint; // address of the account that is meant; SPAN_NONE: whichever
	bool offline;     // a refresh token is wanted
	bool choose;      // let the person choose the account even if only one is signed in
};

/* The address to send the browser to. */
const char *google_consent_url(
	const struct google *g, struct arena *m, const struct google_consent *c);

/* True if the granted scopes, as the token endpoint names them, hold this one. */
bool google_has_scope(struct span granted, const char *scope);

/* ---- tokens ---- */

struct google_tokens {
	struct span access;
	struct span refresh;  // SPAN_NONE: none came; what is stored stays good
	struct span scope;    // granted
	struct span id_token; // SPAN_NONE without the scope openid
	int expires_in_s;
};

/* A code of the callback for tokens. A code is good once: this is never asked twice. */
void google_exchange(const struct google *g, struct arena *m, struct span code,
	struct span verifier, struct google_tokens *out, struct google_answer *a);

/* May be asked again and again; Google seldom gives a new refresh token with it. */
void google_refresh(const struct google *g, struct arena *m, struct span refresh_token,
	struct google_tokens *out, struct google_answer *a);

/* GOOGLE_OK also for a token that has ended already. */
void google_revoke(
	const struct google *g, struct arena *m, struct span token, struct google_answer *a);

/* The key set as text, for jwk_set_parse. */
void google_certs(
	const struct google *g, struct arena *m, struct span *out, struct google_answer *a);

/* ---- pure parts ---- */

/* What an error answer of the token endpoint says. */
void google_judge_token(int status, struct span body, struct google_answer *a);

/* What an answer of the calendar says. */
void google_judge_call(int status, struct span body, struct google_answer *a);

/* The token endpoint's good answer. False if it has no access token that can be used. */
bool google_read_tokens(struct span body, struct arena *m, struct google_tokens *out);

/* For the log and for errors: "later", "reconnect"... */
const char *google_what_name(enum google_what what);

/* One exchange with Google, for google_calendar.c: a lost connection is GOOGLE_LATER. */
bool google_send(const struct google *g, struct arena *m, const struct http_request *r,
	struct http_reply *reply, struct google_answer *a);

#endif
