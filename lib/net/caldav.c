/*
 * Redirects are answers here and not followed by the HTTP client: discovery follows them itself, so
 * that each step passes may_speak before anything is sent. What a server says about where things
 * are is only believed inside its own domain.
 */
#include "net/caldav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/limits.h"
#include "net/address.h"
#include "net/dav.h"
#include "net/http.h"
#include "os/config.h"

#define OWN_NAME  "podium-contests/"
#define MOST_HOPS 5

static const char find_body[] =
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	"<d:propfind xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop>"
	"<d:resourcetype/><d:current-user-principal/><c:calendar-home-set/>"
	"<c:supported-calendar-component-set/><d:current-user-privilege-set/><d:getetag/>"
	"</d:prop></d:propfind>";

/* ---- who may be spoken to ---- */

int caldav_check(const struct config *conf, struct err *e)
{
	struct span rest = span_of(conf->caldav_private);
	struct span piece;

	while (span_split(&rest, ',', &piece)) {
		piece = span_trim(piece);
		if (!span_has(piece, '/') && !span_has(piece, ' '))
			continue;
		err_set(e, ERR_INVALID, "\"%.*s\" is no host, nor host:port",
			(int)(piece.n < 80 ? piece.n : 80), piece.p);
		return config_blame(conf, "CALDAV_PRIVATE", e);
	}
	return 0;
}

/* The host, or host and port, is in the operator's list. */
static bool is_listed(const struct config *conf, const struct http_url *u)
{
	struct span rest = span_of(conf->caldav_private);
	struct span piece;

	while (span_split(&rest, ',', &piece)) {
		char with_port[300];

		piece = span_trim(piece);
		(void)snprintf(with_port, sizeof(with_port), "%s:%s", u->host, u->port);
		if (span_ieq(piece, span_of(u->host)) || span_ieq(piece, span_of(with_port)))
			return true;
	}
	return false;
}

static const char *refusal(const struct config *conf, const struct http_url *u)
{
	if (is_listed(conf, u))
		return NULL;
	if (strcmp(u->scheme, "https") != 0)
		return "the address must begin with https://";
	if (address_named_private(u->host))
		return "the address is not on the public internet";
	return NULL;
}

const char *caldav_refusal(const struct config *conf, struct arena *m, struct span server)
{
	struct http_url u;

	if (server.n > CALDAV_MAX_URL || !http_url_read(m, server, &u))
		return "this is no address of a server";
	return refusal(conf, &u);
}

static void say(struct caldav_answer *a, enum caldav_result result, const char *reason)
{
	*a = (struct caldav_answer){ .result = result };
	(void)snprintf(a->reason, sizeof(a->reason), "%s", reason);
}

bool caldav_open(struct caldav *c, struct span server, struct span user, struct span password,
	struct caldav_answer *a)
{
	const char *why = caldav_refusal(c->conf, c->mem, server);
	struct span pair = span_of(
		arena_printf(c->mem, SPAN_FMT ":" SPAN_FMT, SPAN_ARG(user), SPAN_ARG(password)));

	if (why != NULL || !http_url_read(c->mem, server, &c->server)) {
		say(a, CALDAV_FORBIDDEN, why != NULL ? why : "this is no address of a server");
		return false;
	}
	c->authorization = arena_printf(
		c->mem, "Authorization: Basic " SPAN_FMT, SPAN_ARG(base64_encode(c->mem, pair)));
	return true;
}

/* The last two labels of a name are the same: cal.example.org and www.example.org. */
static bool same_domain(const char *a, const char *b)
{
	size_t i = strlen(a), j = strlen(b);
	int dots = 0;

	if (strcasecmp(a, b) == 0)
		return true;
	while (i > 0 && j > 0 && strncasecmp(&a[i - 1], &b[j - 1], 1) == 0) {
		i--;
		j--;
		if (a[i] == '.' && ++dots == 2)
			return true;
	}
	/* One of them is the domain itself. */
	return dots == 1 &&
	       ((i == 0 && j > 0 && b[j - 1] == '.') || (j == 0 && i > 0 && a[i - 1] == '.'));
}

/* ---- one request ---- */

struct ask {
	const char *method;
	const char *headers[4];
	struct span body;
};

static enum caldav_result judge(int status)
{
	switch (status) {
	case 401:
		return CALDAV_AUTH;
	case 403:
		return CALDAV_FORBIDDEN;
	case 404:
	case 410:
		return CALDAV_MISSING;
	case 405:
	case 409:
		return CALDAV_CONFLICT;
	case 412:
		return CALDAV_CHANGED;
	case 507:
		return CALDAV_FULL;
	case 423:
	case 429:
		return CALDAV_BUSY;
	default:
		break;
	}
	if (status >= 200 && status < 300)
		return CALDAV_OK;
	return status >= 500 && status != 501 ? CALDAV_BUSY : CALDAV_INVALID;
}

static const char *words(enum caldav_result r, int status, struct arena *m)
{
	switch (r) {
	case CALDAV_OK:
		return "";
	case CALDAV_AUTH:
		return "the server did not accept the user name and the app password";
	case CALDAV_FORBIDDEN:
		return "the server does not allow Podium to write there";
	case CALDAV_MISSING:
		return "the server has nothing at this address";
	case CALDAV_FULL:
		return "there is no room left on the server";
	case CALDAV_BUSY:
		return arena_printf(m, "the server answered with %d", status);
	case CALDAV_CHANGED:
	case CALDAV_CONFLICT:
	case CALDAV_INVALID:
		break;
	}
	return arena_printf(m, "the server answered with %d, which was not expected", status);
}

/* True if there is an answer; what it is worth stands in a. */
static bool send(const struct caldav *c, const struct http_url *u, const struct ask *ask,
	struct http_reply *reply, struct caldav_answer *a)
{
	const char *headers[6] = { c->authorization };
	struct http_request r = { .reach = is_listed(c->conf, u) ? HTTP_REACH_PRIVATE
								 : HTTP_REACH_PUBLIC,
		.stay = true,
		.method = ask->method,
		.base = u->origin,
		.path = u->path,
		.headers = headers,
		.body = ask->body,
		.timeout_ms = CALDAV_TIMEOUT_MS,
		.max_body = CALDAV_MAX_BODY };
	const char *why = refusal(c->conf, u);
	struct err e = { .kind = ERR_NONE };

	if (why == NULL && !same_domain(u->host, c->server.host))
		why = "the server refers to another one, which is not asked";
	if (why != NULL) {
		say(a, CALDAV_FORBIDDEN, why);
		return false;
	}
	for (size_t i = 0; i < countof(ask->headers) && ask->headers[i] != NULL; i++)
		headers[i + 1] = ask->headers[i];
	if (http_send(c->http, c->mem, &r, reply, &e) != 0) {
		say(a,
			e.kind == ERR_TEMPORARY   ? CALDAV_BUSY
			: e.kind == ERR_FORBIDDEN ? CALDAV_FORBIDDEN
						  : CALDAV_INVALID,
			e.text);
		return false;
	}
	say(a, judge(reply->status), words(judge(reply->status), reply->status, c->mem));
	a->status = reply->status;
	a->retry_after_s = reply->retry_after_s;
	a->etag = reply->etag;
	a->repeated = reply->repeated;
	a->same_uid = a->result == CALDAV_CONFLICT && dav_says(reply->body, "no-uid-conflict");
	return true;
}

static bool address_read(
	const struct caldav *c, struct span address, struct http_url *u, struct caldav_answer *a)
{
	if (http_url_read(c->mem, address, u))
		return true;
	say(a, CALDAV_INVALID, "the server refers to what is no address");
	return false;
}

/* ---- discovery ---- */

/* PROPFIND of depth 0; follows redirects, u is where the answer came from. */
static bool find(const struct caldav *c, struct http_url *u, struct dav_response *out,
	struct caldav_answer *a)
{
	const struct ask ask = { "PROPFIND",
		{ "Depth: 0", "Content-Type: application/xml; charset=utf-8" },
		span_of(find_body) };
	struct dav_responses all;
	struct http_reply reply;
	struct err e = { .kind = ERR_NONE };

	for (int hop = 0;; hop++) {
		if (!send(c, u, &ask, &reply, a))
			return false;
		if (reply.status < 300 || reply.status > 308 || reply.location.p == NULL)
			break;
		if (hop == MOST_HOPS || !http_url_resolve(c->mem, u, reply.location, u)) {
			say(a, CALDAV_INVALID, "the server redirects too often");
			return false;
		}
	}
	if (a->result != CALDAV_OK)
		return false;
	if (reply.status != 207 || dav_parse(reply.body, c->mem, &all, &e) != 0 || all.n == 0) {
		say(a, CALDAV_INVALID, "there is no CalDAV server at this address");
		return false;
	}
	*out = all.v[0];
	return true;
}

static bool refer(
	const struct caldav *c, struct http_url *u, struct span href, struct caldav_answer *a)
{
	if (href.p != NULL && http_url_resolve(c->mem, u, href, u))
		return true;
	say(a, CALDAV_INVALID, "there is no CalDAV server at this address");
	return false;
}

/* The well-known address, if a whole server was named, and the given one otherwise or after it. */
static bool find_start(
	const struct caldav *c, struct http_url *u, struct dav_response *r, struct caldav_answer *a)
{
	if (strcmp(c->server.path, "/") == 0) {
		*u = c->server;
		u->path = "/.well-known/caldav";
		if (find(c, u, r, a) && (r->principal.p != NULL || r->home.p != NULL))
			return true;
		if (a->result == CALDAV_AUTH || a->result == CALDAV_BUSY)
			return false;
	}
	*u = c->server;
	return find(c, u, r, a);
}

static struct span own_calendar(const struct caldav *c, const struct http_url *home)
{
	const char *slash = home->path[strlen(home->path) - 1] == '/' ? "" : "/";

	return span_of(arena_printf(c->mem, "%s%s%s" OWN_NAME, home->origin, home->path, slash));
}

void caldav_discover(
	const struct caldav *c, struct span *calendar, bool *is_given, struct caldav_answer *a)
{
	struct dav_response r = { .is_calendar = false };
	struct http_url u;

	*is_given = false;
	if (!find_start(c, &u, &r, a))
		return;
	if (r.is_calendar) {
		if (r.may_not_write || !r.takes_events) {
			say(a, CALDAV_FORBIDDEN,
				r.may_not_write ? "Podium may only read this calendar"
						: "this calendar does not take events");
			return;
		}
		*is_given = true;
		*calendar = http_url_text(c->mem, &u);
		return;
	}
	if (r.home.p == NULL && (!refer(c, &u, r.principal, a) || !find(c, &u, &r, a)))
		return;
	if (refer(c, &u, r.home, a))
		*calendar = own_calendar(c, &u);
}

/* ---- collections and events ---- */

void caldav_make(
	const struct caldav *c, struct span calendar, const char *name, struct caldav_answer *a)
{
	const struct ask ask = { "MKCALENDAR", { "Content-Type: application/xml; charset=utf-8" },
		span_of(arena_printf(c->mem,
			"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
			"<c:mkcalendar xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\">"
			"<d:set><d:prop><d:displayname>%s</d:displayname>"
			"<c:supported-calendar-component-set><c:comp name=\"VEVENT\"/>"
			"</c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>",
			name)) };
	struct http_reply reply;
	struct http_url u;

	if (address_read(c, calendar, &u, a))
		(void)send(c, &u, &ask, &reply, a);
}

void caldav_look(const struct caldav *c, struct span calendar, struct caldav_answer *a)
{
	struct dav_response r;
	struct http_url u;

	if (address_read(c, calendar, &u, a) && find(c, &u, &r, a) && r.may_not_write)
		say(a, CALDAV_FORBIDDEN, "Podium may only read this calendar");
}

void caldav_put(const struct caldav *c, struct span event, struct span text, struct span etag,
	struct caldav_answer *a)
{
	const struct ask ask = { "PUT",
		{ "Content-Type: text/calendar; charset=utf-8",
			etag.p == NULL
				? "If-None-Match: *"
				: arena_printf(c->mem, "If-Match: " SPAN_FMT, SPAN_ARG(etag)) },
		text };
	struct http_reply reply;
	struct http_url u;

	if (address_read(c, event, &u, a))
		(void)send(c, &u, &ask, &reply, a);
}

void caldav_get(const struct caldav *c, struct span event, struct caldav_answer *a)
{
	const struct ask ask = { "GET", { NULL }, SPAN_NONE };
	struct http_reply reply;
	struct http_url u;

	if (address_read(c, event, &u, a))
		(void)send(c, &u, &ask, &reply, a);
}

void caldav_delete(const struct caldav *c, struct span address, struct caldav_answer *a)
{
	const struct ask ask = { "DELETE", { NULL }, SPAN_NONE };
	struct http_reply reply;
	struct http_url u;

	if (address_read(c, address, &u, a))
		(void)send(c, &u, &ask, &reply, a);
}
