/*
 * What happened, for programs and for pages that cannot hold a stream; and the ticket for a stream.
 * The names and shapes of all events stand here, where they are described to the world.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "model/event.h"
#include "model/live.h"
#include "os/config.h"
#include "os/fd.h"

#define MOST 100

static const struct api_param params[] = {
	{ "scope", "string", 0, 0, "what to watch, up to eight with blanks between them" },
	{ "after", "integer", 0, INT64_MAX,
		"the position of the answer before; without it there are no events, but a position" },
};

struct event_json {
	struct span id;
	int64_t at;
	struct span scope;
	struct span kind;
	struct span data;
};

static const struct shape_field event_fields[] = {
	SHAPE_TEXT(struct event_json, id, "a number; later events have larger ones"),
	SHAPE_TIME(struct event_json, at, "when it happened"),
	SHAPE_TEXT(struct event_json, scope, "what it happened to"),
	SHAPE_TEXT(struct event_json, kind, "its name"),
	SHAPE_JSON(struct event_json, data, "what the name promises"),
};
static const struct shape event_shape = SHAPE("Event", struct event_json, event_fields);

struct events_json {
	struct shape_list events;
	struct span position;
	bool more;
};

static const struct shape_field events_fields[] = {
	SHAPE_LIST(
		struct events_json, events, &event_shape, "in their order, at most 100 of a scope"),
	SHAPE_TEXT(struct events_json, position, "after, of the next question"),
	SHAPE_BOOL(struct events_json, more, "ask again at once"),
};
static const struct shape events_shape = SHAPE("Events", struct events_json, events_fields);

/* Every kind that anybody appends to the log has its line, by its name. */
#define EVENT(kind, scopes, data) "\n" kind " (" scopes ") {" data "}"
#define EVENTS                                                                                      \
	EVENT("calendar.sync", "user:ID", "state: queued, syncing, success or failed")              \
	EVENT("judgement", "submission:ID, user:ID",                                                \
		"submission, problem, verdict, score, cpu_ms, memory_kib")                          \
	EVENT("judgement.run", "submission:ID",                                                     \
		"ordinal of the test, verdict: 1 AC, 2 WA, 3 TLE, 4 MLE, 5 OLE, 6 RE, 7 CE, 8 JE; " \
		"cpu_ms")                                                                           \
	EVENT("member.sweep", "tracker",                                                            \
		"sweepId, state: running, stopped or done; members, done, failed")                  \
	EVENT("member.synced", "member:ID", "memberId, state: success or failed")                   \
	EVENT("room.board", "room:ID",                                                              \
		"roomId; teams: teamId, rank, points, solved, the best first")                      \
	EVENT("room.state", "room:ID", "roomId, state: waiting, running, closing, over or off")     \
	EVENT("submission.state", "submission:ID",                                                  \
		"state: waiting, building or running; n_tests while it is running")                 \
	EVENT("sync.detected", "user:ID, room:ID",                                                  \
		"roomId, userId, teamId, problemId, cfSubmissionId, cfTimestamp, verdict: OK, "     \
		"pointsAwarded: null")                                                              \
	EVENT("sync.failed", "user:ID",                                                             \
		"roomId, problemId, verdict: WA or invalid, reason: see /rooms/sync")               \
	EVENT("sync.paused", "room:ID", "roomId, until: Codeforces rests till then")                \
	EVENT("sync.queued", "user:ID", "roomId, problemId, position")

const struct api_doc api_events_doc = {
	.summary = "What happened in a scope",
	.text = "Answers 304 to If-None-Match while nothing has happened. The same events arrive as "
		"they happen on /live/stream?ticket=...&last=POSITION, as server-sent events or over a "
		"WebSocket: each message is an event as here, with at in milliseconds, or "
		"{\"position\"} behind events up to which all has been said, or {\"kind\":\"reset\"} "
		"when too much has happened since last and the page should be loaded anew.\n"
		"Scopes: member:ID, room:ID and submission:ID for those who may see it; system for all; "
		"tracker for coaches; user:ID for oneself.\n"
		"Kinds of events, where they appear, and their data:" EVENTS,
	API_PARAMS(params),
	.answers = { { 200, &events_shape, "what happened since" } },
};

/* Those of all scopes asked for; the position is that of the last where there are more. */
static int find_events(struct ctx *c, const struct live_scopes *scopes, int64_t after,
	struct events_json *out, struct err *e)
{
	struct event_json *v = arena_new_array(c->mem, struct event_json, MOST);
	const struct event_look look = { scopes->v, scopes->n, after, MOST };
	struct events found = { 0 };
	int64_t upto;

	if (event_feed_start(c->db, c->mem, &upto, e) != 0 ||
		(after >= 0 && event_after(c->db, c->mem, &look, &found, e) != 0))
		return -1;
	for (size_t i = 0; i < found.n; i++) {
		const struct event *ev = &found.v[i];

		v[i] = (struct event_json){ .id = span_of(arena_printf(
						    c->mem, "%lld", (long long)ev->id)),
			.at = ev->at,
			.scope = ev->scope,
			.kind = ev->kind,
			.data = event_on_one_line(c->mem, ev->payload) };
	}
	out->more = found.n == MOST;
	if (out->more || found.last > upto)
		upto = found.last;
	out->events = (struct shape_list){ v, found.n };
	out->position = span_of(arena_printf(c->mem, "%lld", (long long)upto));
	return 0;
}

static int read_scopes(struct ctx *c, struct live_scopes *out, struct err *e)
{
	if (live_scopes_parse(request_query(c->req, "scope"), out, e) != 0)
		return -1;
	return live_allowed(c->db, c->mem, c->user, out, e);
}

int api_events(struct ctx *c, struct err *e)
{
	struct span text = request_query(c->req, "after");
	struct live_scopes scopes;
	struct events_json answer = { .more = false };
	int64_t newest = 0;
	uint64_t after = 0;

	if (text.n > 0 && !span_u64(text, INT64_MAX, &after))
		return err_field(e, "after", "is no position");
	if (read_scopes(c, &scopes, e) != 0)
		return -1;
	for (size_t i = 0; i < scopes.n; i++) {
		int64_t last;

		if (event_last(c->db, c->mem, scopes.v[i], &last, e) != 0)
			return -1;
		newest = last > newest ? last : newest;
	}
	if (response_not_modified(c->res, span_of(arena_printf(c->mem, "%lld", (long long)newest))))
		return 0;
	if (find_events(c, &scopes, text.n > 0 ? (int64_t)after : -1, &answer, e) != 0)
		return -1;
	api_put(c, &events_shape, &answer);
	return 0;
}

/* ---- the ticket ------------------------------------------------------------------------------ */

static const struct api_param ticket_params[] = {
	{ "scope", "string", 0, 0, "what to watch, up to eight with blanks between them" },
};

struct ticket_json {
	struct span ticket;
	struct span stream;
	bool open;
	int64_t expires;
};

static const struct shape_field ticket_fields[] = {
	SHAPE_TEXT(struct ticket_json, ticket, "for those scopes"),
	SHAPE_TEXT(struct ticket_json, stream, "the address that takes it"),
	SHAPE_BOOL(struct ticket_json, open,
		"false: nobody holds streams just now; ask /api/v1/events now and then"),
	SHAPE_TIME(struct ticket_json, expires, "until when it opens a stream"),
};
static const struct shape ticket_shape = SHAPE("Ticket", struct ticket_json, ticket_fields);

const struct api_doc api_events_ticket_doc = {
	.summary = "A ticket for a stream of events",
	.text = "Whoever has it may watch these scopes, so it is a secret for as long as it lasts.",
	API_PARAMS(ticket_params),
	.answers = { { 200, &ticket_shape, "the ticket" } },
};

/* So that a page which cannot have a stream does not even try. */
static bool is_open(const struct config *conf)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	FD_AUTO fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(conf->live_socket) >= sizeof(at.sun_path))
		return false;
	memcpy(at.sun_path, conf->live_socket, strlen(conf->live_socket));
	return connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
}

int api_events_ticket(struct ctx *c, struct err *e)
{
	int64_t now_s = c->now_us / 1000000;
	struct ticket_json answer = { .expires = (now_s + LIVE_TICKET_S) * INT64_C(1000000) };
	struct live_scopes scopes;

	if (read_scopes(c, &scopes, e) != 0 ||
		live_ticket_make(c->conf, &scopes, now_s, c->mem, &answer.ticket, e) != 0)
		return -1;
	answer.stream = span_of(
		arena_printf(c->mem, "/live/stream?ticket=" SPAN_FMT, SPAN_ARG(answer.ticket)));
	answer.open = is_open(c->conf);
	api_put(c, &ticket_shape, &answer);
	return 0;
}
