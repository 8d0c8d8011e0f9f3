/*
 * One request from its first byte to its reply. The steps stand in app_read and app_answer in their
 * order: head, route, size, body; guard, handler. Whatever refuses or fails ends in error_reply, so
 * there is always exactly one well-formed reply.
 *
 * Requests that wait behind each other ask the database together: a round trip costs two processes
 * a change of context and four system calls, more than the statement of a page that is asked by an
 * index. What a request will ask is found out by letting it run up to there. So the handler of a
 * route that is late may run twice; it reads only, and nothing of the first run is kept.
 */
#include "fcgi/app.h"

#include <stdlib.h>
#include <string.h>

#include "auth/envelope.h"
#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "fcgi/api_doc.h"
#include "fcgi/ctx.h"
#include "fcgi/error_reply.h"
#include "fcgi/guard.h"
#include "fcgi/metrics.h"
#include "fcgi/parse.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/alert.h"
#include "model/cache.h"
#include "model/event.h"
#include "model/keyring.h"
#include "model/session.h"
#include "net/http.h"
#include "net/proxy.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/page_copy.h"
#include "os/rnd.h"

_Static_assert(APP_SEATS <= DB_MOST_ASKED, "all that wait can be asked for at once");

/* One request. */
struct seat {
	struct arena *mem;
	char *upload; // a body over REQUEST_MAX_BODY; it does not lie in the arena
	char id[17];
	struct request req;
	const struct route *route; // NULL: none fits
	int64_t now_us;            // wall clock when it came
	struct ctx ctx;
	int status;   // of its refusal, or 0
	struct err e; // why it is refused
	struct db_question *question;
	bool is_asked; // the question is that of this request
};

struct app {
	const struct config *conf;
	struct db *db;
	struct cache *cache;
	struct envelope *seal;
	struct http *http;
	struct keyring *keys;
	struct db_use db_counted;   // of connections
	struct cache_stats counted; // what the shared counters know of the cache already
	struct response *res;
	struct proxy_list trusted;
	uint64_t next_id;
	struct seat seats[APP_SEATS];
	struct seat *now; // that is dealt with
	struct span body; // of the reply
};

int app_open(const struct config *conf, struct app **out, struct err *e)
{
	struct app *a = calloc(1, sizeof(*a));

	if (a == NULL)
		abort();
	if (proxy_list_parse(span_of(conf->trust_proxy), &a->trusted, e) != 0) {
		free(a);
		return -1;
	}
	a->conf = conf;
	a->db = db_new(conf, "podium-web");
	alert_watch_log();
	if (cache_new(conf, a->db, &a->cache, e) != 0 ||
		(conf->encryption_key[0] != '\0' &&
			envelope_new(conf->encryption_key, &a->seal, e) != 0)) {
		cache_free(a->cache);
		db_close(a->db);
		free(a);
		return -1;
	}
	event_tell_by(a->db, a->cache);
	a->keys = keyring_new(a->db, a->seal);
	a->res = response_new();
	a->http = http_new(conf);
	a->next_id = rnd_u64();
	for (size_t i = 0; i < APP_SEATS; i++) {
		a->seats[i].mem = arena_new(REQUEST_ARENA);
		a->seats[i].question = db_question_new();
	}
	a->now = a->seats;
	*out = a;
	return 0;
}

void app_close(struct app *a)
{
	if (a == NULL)
		return;
	keyring_free(a->keys);
	envelope_free(a->seal);
	cache_free(a->cache);
	db_close(a->db);
	response_free(a->res);
	http_free(a->http);
	for (size_t i = 0; i < APP_SEATS; i++) {
		free(a->seats[i].upload);
		arena_free(a->seats[i].mem);
		db_question_free(a->seats[i].question);
	}
	free(a);
}

/* Ids of one process follow each other, but mixed, so that they do not look it (splitmix64). */
static void new_id(struct app *a)
{
	uint64_t z = a->next_id += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	z ^= z >> 31;
	hex_encode(&z, sizeof(z), a->now->id);
	a->now->req.id = a->now->id;
}

/* A request from its beginning: no session, no reply. */
static void begin(struct app *a)
{
	struct seat *s = a->now;

	s->ctx = (struct ctx){ .mem = s->mem,
		.conf = a->conf,
		.db = a->db,
		.cache = a->cache,
		.seal = a->seal,
		.http = a->http,
		.keys = a->keys,
		.req = &s->req,
		.res = a->res,
		.route = s->route,
		.now_us = s->now_us };
	response_begin(a->res, s->mem, &s->req);
	db_expect(a->db, NULL);
}

/* The body, whole. Returns 0 or the status of the refusal. */
static int read_body(struct app *a, const struct app_source *src, struct span *out, struct err *e)
{
	size_t most = a->now->ctx.route->max_body;
	size_t size =
		a->now->req.content_length >= 0 ? (size_t)a->now->req.content_length + 1 : most + 1;
	size_t n = 0;
	char *to = NULL;
	int64_t end = a->now->req.started_us + (int64_t)WEB_BODY_TIMEOUT_S * 1000000;

	if (size > REQUEST_MAX_BODY + 1)
		to = a->now->upload = malloc(size);
	else if (size > 1)
		to = arena_alloc(a->now->mem, size);
	if (to == NULL && size > 1) {
		err_set(e, ERR_TEMPORARY, "there is no room for so large a body just now");
		return 503;
	}
	while (n < size && to != NULL) {
		ssize_t got = src->read_body(src->from, to + n, size - n);

		if (got < 0 || clock_mono_us() > end) {
			err_set(e, ERR_INVALID, "the body did not arrive");
			return 408;
		}
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n > most) {
		err_set(e, ERR_LIMIT, "the body is larger than %zu bytes", most);
		return 413;
	}
	*out = (struct span){ to, n };
	return 0;
}

/* Reads what is left, so that a server which is still sending gets to read the answer. */
static void drain(const struct app *a, const struct app_source *src)
{
	ATTR_UNFILLED char waste[8192];
	size_t n = 0;
	ssize_t got;
	int64_t end = a->now->req.started_us + (int64_t)WEB_BODY_TIMEOUT_S * 1000000;

	while ((got = src->read_body(src->from, waste, sizeof(waste))) > 0) {
		n += (size_t)got;
		if (n > WEB_DRAIN_MAX || clock_mono_us() > end)
			return;
	}
}

/* Other kinds of content may be sent by a form of any site without a question by the browser. */
static bool is_form_type(const struct request *r)
{
	return content_type_is(r->content_type, "application/x-www-form-urlencoded") ||
	       content_type_is(r->content_type, "multipart/form-data");
}

static int take_body(struct app *a, const struct app_source *src, struct err *e)
{
	const struct route *route = a->now->ctx.route;
	struct span body;
	int status = guard_size(&a->now->ctx, e);

	if (status == 0)
		status = guard_upload(&a->now->ctx, e);
	if (status == 0)
		status = read_body(a, src, &body, e);
	if (status != 0)
		return status;
	/* Of this form alone nothing is copied. */
	if (body.n > REQUEST_MAX_BODY &&
		!content_type_is(a->now->req.content_type, "multipart/form-data")) {
		err_set(e, ERR_INVALID, "this much is taken as multipart/form-data only");
		return 415;
	}
	if (route->doc != NULL && route->doc->body.n > 0) {
		if (!content_type_is(a->now->req.content_type, "application/json")) {
			err_set(e, ERR_INVALID, "this address takes application/json");
			return 415;
		}
	} else if (body.n > 0 && !is_form_type(&a->now->req) &&
		   (route->csrf == CSRF_TOKEN || route->csrf == CSRF_ORIGIN) &&
		   !content_type_is(a->now->req.content_type, "application/json")) {
		err_set(e, ERR_INVALID, "this address takes forms");
		return 415;
	}
	return request_take_body(&a->now->req, a->now->mem, body, e);
}

static int find_route(struct app *a, struct err *e)
{
	struct route_match match;

	route_find(routes, n_routes, a->now->req.method, a->now->req.path, &match);
	a->now->route = match.route;
	a->now->ctx.route = match.route;
	if (match.route != NULL)
		return 0;
	if (match.allowed[0] == '\0') {
		err_set(e, ERR_NOT_FOUND, "there is nothing at this address");
		return 404;
	}
	err_set(e, ERR_INVALID, "this address takes %s", match.allowed);
	return 405;
}

/* After a write, this member's next reads must not come from a replica that has not seen it. */
static void keep_position(struct app *a)
{
	uint64_t position = db_position(a->db);
	struct err e = { .kind = ERR_NONE };

	if (position == 0 || a->now->ctx.session == NULL ||
		position == a->now->ctx.session->position)
		return;
	if (session_keep_position(a->db, a->now->ctx.session->token, position, &e) != 0 &&
		e.kind != ERR_NOT_FOUND)
		log_err(LOG_WARN, "session.position", &e);
}

/* What the guard does at once on other routes: once an hour, when the session was last used. */
static void note_seen(struct app *a)
{
	const struct session *s = a->now->ctx.session;
	struct err e = { .kind = ERR_NONE };

	if (s != NULL && s->is_stale &&
		session_seen(a->db, a->now->mem, s, a->now->req.client, &e) != 0)
		log_err(LOG_WARN, "session.seen", &e);
}

static int run_handler(struct app *a, struct err *e)
{
	db_see(a->db, a->now->ctx.session != NULL ? a->now->ctx.session->position : 0);
	if (a->now->ctx.route->run(&a->now->ctx, e) != 0)
		return error_status(e);
	if (a->now->ctx.session_fault != NULL) {
		*e = *a->now->ctx.session_fault;
		return error_status(e);
	}
	if (a->now->ctx.route->late)
		note_seen(a);
	if (a->now->req.method != METHOD_GET && a->now->req.method != METHOD_HEAD)
		keep_position(a);
	return 0;
}

/* Whether the reply shows what every guest sees. */
static bool is_common(const struct app *a)
{
	return a->now->ctx.user == NULL && !a->now->ctx.session_awaited &&
	       !response_has_cookie(a->res);
}

static void set_cache_rule(struct app *a)
{
	enum cache_rule rule = a->now->ctx.route != NULL ? a->now->ctx.route->cache : CACHE_NONE;
	int status = response_get_status(a->res);

	if (rule == CACHE_NONE || (status != 200 && status != 304)) {
		response_header(a->res, "Cache-Control", SPAN("no-store"));
		return;
	}
	if (rule >= CACHE_PUBLIC) {
		response_tag_body(a->res);
		response_header(a->res, "Vary", SPAN("Cookie"));
	}
	if (rule == CACHE_PRIVATE || !is_common(a))
		response_header(a->res, "Cache-Control", SPAN("private, no-cache"));
	else
		response_header(a->res, "Cache-Control", SPAN("public, max-age=60"));
}

static const char not_even_an_error[] =
	"Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n"
	"\r\ninternal error\n";

static void finish(struct app *a, struct span *head)
{
	struct err e = { .kind = ERR_NONE };

	set_cache_rule(a);
	if (response_finish(a->res, head, &a->body, &e) == 0)
		return;
	log_err(LOG_ERROR, "reply", &e);
	error_reply(&a->now->ctx, 500, &e);
	response_header(a->res, "Cache-Control", SPAN("no-store"));
	e = (struct err){ .kind = ERR_NONE };
	if (response_finish(a->res, head, &a->body, &e) == 0)
		return;
	*head = span_of(not_even_an_error);
	a->body = SPAN_NONE;
}

static void fail(struct app *a, int status, const struct err *e)
{
	const char *allowed = NULL;
	struct route_match match;

	if (status >= 500)
		log_err(LOG_ERROR, "request.failed", e);
	if (status == 405) {
		route_find(routes, n_routes, a->now->req.method, a->now->req.path, &match);
		allowed = match.allowed;
	}
	error_reply(&a->now->ctx, status, e);
	if (allowed != NULL)
		response_header(a->res, "Allow", span_of(allowed));
}

void app_read(struct app *a, size_t seat, const struct app_source *src)
{
	struct seat *s = a->now = &a->seats[seat];

	arena_reset(s->mem);
	s->e = (struct err){ .kind = ERR_NONE };
	s->route = NULL;
	s->now_us = clock_unix_us();
	s->is_asked = false;
	new_id(a);
	log_scope("req", s->id);
	metrics_busy(true);
	begin(a);
	s->status = request_read_head(&s->req, s->mem, src->params, &a->trusted, &s->e);
	if (s->status == 0)
		s->status = find_route(a, &s->e);
	if (s->status == 0)
		s->status = take_body(a, src, &s->e);
	drain(a, src);
}

bool app_may_wait(const struct app *a, size_t seat)
{
	return a->seats[seat].status == 0 && a->seats[seat].route->late;
}

/* Lets the request run until it asks, which is only written down. */
static void find_question(struct app *a)
{
	struct seat *s = a->now;
	struct err e = { .kind = ERR_NONE };

	begin(a);
	db_note(a->db, s->question, s->mem);
	if (guard_request(&s->ctx, &e) == 0)
		(void)run_handler(a, &e);
	db_note(a->db, NULL, NULL);
}

void app_ask(struct app *a, size_t n)
{
	struct db_question *asked[APP_SEATS];
	size_t n_asked = 0;

	log_scope(NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		a->now = &a->seats[i];
		a->now->is_asked = app_may_wait(a, i);
		if (!a->now->is_asked)
			continue;
		find_question(a);
		asked[n_asked++] = a->now->question;
	}
	db_expect(a->db, NULL);
	db_ask(a->db, asked, n_asked);
	if (n_asked > 1)
		metrics_add(METRIC_ASKED_TOGETHER, n_asked);
}

void app_answer(struct app *a, size_t seat, struct span *head, struct span *body)
{
	struct seat *s = a->now = &a->seats[seat];

	log_scope("req", s->id);
	metrics_busy(true);
	if (s->is_asked)
		begin(a);
	response_begin(a->res, s->mem, &s->req);
	db_expect(a->db, NULL);
	db_offer(a->db, s->is_asked ? s->question : NULL);
	if (s->status == 0)
		s->status = guard_request(&s->ctx, &s->e);
	if (s->status == 0)
		s->status = run_handler(a, &s->e);
	db_offer(a->db, NULL);
	if (s->status != 0)
		fail(a, s->status, &s->e);
	finish(a, head);
	*body = a->body;
}

/* The copy is made when the reply has left: nobody waits for it. */
static void write_copy(struct app *a)
{
	struct err e = { .kind = ERR_NONE };
	const struct route *route = a->now->ctx.route;

	// without BASE_URL the page may name the host that this request claimed
	if (route == NULL || route->cache != CACHE_COPY || a->conf->page_dir[0] == '\0' ||
		a->conf->base_url[0] == '\0')
		return;
	if (a->now->req.method != METHOD_GET || response_get_status(a->res) != 200 ||
		!is_common(a) || a->now->req.cookies.n > 0 || a->now->req.raw_query.n > 0 ||
		a->body.n == 0)
		return;
	if (page_copy_write(a->now->mem, a->conf->page_dir, a->now->req.path, a->body, &e) != 0)
		log_err(LOG_WARN, "page_copy", &e);
	else
		metrics_add(METRIC_COPIES_WRITTEN, 1);
}

static void count_cache(struct app *a)
{
	struct cache_stats now = cache_stats(a->cache);

	metrics_add(METRIC_CACHE_HITS, now.hits + now.local - a->counted.hits - a->counted.local);
	metrics_add(METRIC_CACHE_MISSES, now.misses - a->counted.misses);
	a->counted = now;
}

static void count_connections(struct app *a)
{
	struct db_use now;

	db_use(a->db, &now);
	metrics_add(METRIC_DB_CONNECTS, now.connects - a->db_counted.connects);
	metrics_add(METRIC_DB_REFUSED, now.refused - a->db_counted.refused);
	metrics_connections(now.open, now.waited_us - a->db_counted.waited_us);
	a->db_counted = now;
}

void app_done(struct app *a, bool sent)
{
	const struct route *route = a->now->ctx.route;
	int status = response_get_status(a->res);
	int64_t took_us = clock_mono_us() - a->now->req.started_us;

	metrics_request(
		route != NULL ? (size_t)(route - routes) : n_routes, status, took_us, a->body.n);
	log_event(LOG_INFO, "request", LOG_SPAN("method", a->now->req.method_text),
		LOG_TEXT("route", route != NULL ? route->pattern : "none"),
		LOG_NUMBER("status", status), LOG_NUMBER("us", took_us),
		LOG_NUMBER("bytes", (long long)a->body.n), LOG_NUMBER("sent", sent));
	count_cache(a);
	count_connections(a);
	write_copy(a);
	alert_flush(a->db, a->now->mem);
	free(a->now->upload);
	a->now->upload = NULL;
	metrics_busy(false);
	log_scope(NULL, NULL);
}
