/*
 * One connection per process, used for one exchange at a time. Whatever leaves the connection in
 * doubt (a timeout, a lost peer, an answer that makes no sense) closes it: a late answer must never
 * be taken for that to the next question. A connection that had worked and is found closed by the
 * peer is opened again at once and the question repeated, because servers close idle connections;
 * every other failure starts a rest.
 */
#include "net/redis.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "base/limits.h"
#include "net/redis_uri.h"
#include "net/sigpipe.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

#define MAX_ARGS 8

struct redis {
	struct redis_uri uri;
	redisContext *c;
	unsigned failures; // in a row
	int64_t rest_until_us;
	bool down;
	int64_t changed_us;
	char fault[120];
};

struct command {
	size_t n;
	struct span v[MAX_ARGS];
};

int redis_check(const struct config *conf, struct err *e)
{
	struct redis_uri uri;

	if (conf->valkey_uri[0] == '\0' || redis_uri_parse(span_of(conf->valkey_uri), &uri, e) == 0)
		return 0;
	return config_blame(conf, "VALKEY_URI", e);
}

int redis_new(const struct config *conf, struct redis **out, struct err *e)
{
	struct redis *r;

	*out = NULL;
	if (conf->valkey_uri[0] == '\0')
		return 0;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	if (redis_uri_parse(span_of(conf->valkey_uri), &r->uri, e) != 0) {
		free(r);
		return -1;
	}
	r->changed_us = clock_unix_us();
	sigpipe_ignore();
	*out = r;
	return 0;
}

static void hang_up(struct redis *r)
{
	if (r->c != NULL)
		redisFree(r->c);
	r->c = NULL;
}

void redis_free(struct redis *r)
{
	if (r == NULL)
		return;
	hang_up(r);
	memset(&r->uri, 0, sizeof(r->uri));
	free(r);
}

bool redis_up(const struct redis *r)
{
	return r != NULL && (r->failures == 0 || clock_mono_us() >= r->rest_until_us);
}

void redis_health(const struct redis *r, struct redis_health *out)
{
	*out = (struct redis_health){ .configured = r != NULL };
	if (r == NULL)
		return;
	out->up = !r->down;
	out->since_us = r->changed_us;
	if (r->down)
		snprintf(out->fault, sizeof(out->fault), "%s", r->fault);
}

static int rest(struct redis *r, const char *why, struct err *e)
{
	int64_t ms = REDIS_MIN_REST_MS;

	for (unsigned i = 0; i < r->failures && ms < REDIS_MAX_REST_MS; i++)
		ms *= 2;
	r->failures++;
	r->rest_until_us =
		clock_mono_us() + (ms < REDIS_MAX_REST_MS ? ms : REDIS_MAX_REST_MS) * 1000;
	if (!r->down) {
		r->down = true;
		r->changed_us = clock_unix_us();
		snprintf(r->fault, sizeof(r->fault), "%s", why);
		log_event(LOG_WARN, "redis.down", LOG_TEXT("reason", why),
			LOG_TEXT("instead", "postgresql"));
	}
	err_set(e, ERR_TEMPORARY, "the cache server is away");
	err_detail(e, "%s", why);
	hang_up(r); // why may be the connection's
	return -1;
}

static void worked(struct redis *r)
{
	r->failures = 0;
	if (!r->down)
		return;
	log_event(LOG_INFO, "redis.up",
		LOG_NUMBER("down_ms", (clock_unix_us() - r->changed_us) / 1000));
	r->down = false;
	r->changed_us = clock_unix_us();
}

/* ---- exchanges ---- */

static redisReply *ask(redisContext *c, const struct command *command)
{
	const char *v[MAX_ARGS];
	size_t sizes[MAX_ARGS];

	for (size_t i = 0; i < command->n; i++) {
		v[i] = command->v[i].p != NULL ? command->v[i].p : "";
		sizes[i] = command->v[i].n;
	}
	return redisCommandArgv(c, (int)command->n, v, sizes);
}

static bool greet(redisContext *c, const struct command *command)
{
	redisReply *reply = ask(c, command);
	bool ok = reply != NULL && reply->type != REDIS_REPLY_ERROR;

	// The server's text may repeat what was sent, so it is not kept.
	if (reply != NULL)
		freeReplyObject(reply);
	return ok;
}

static redisContext *dial(const struct redis_uri *u)
{
	static const struct timeval patience = { REDIS_TIMEOUT_MS / 1000,
		REDIS_TIMEOUT_MS % 1000 * 1000 };
	redisContext *c = u->path[0] != '\0' ? redisConnectUnixWithTimeout(u->path, patience)
					     : redisConnectWithTimeout(u->host, u->port, patience);

	if (c != NULL && c->err == 0)
		redisSetTimeout(c, patience);
	return c;
}

static int open_connection(struct redis *r, struct err *e)
{
	struct command auth = { 3,
		{ SPAN("AUTH"), span_of(r->uri.user), span_of(r->uri.password) } };
	struct command plain = { 2, { SPAN("AUTH"), span_of(r->uri.password) } };
	struct command select = { 2, { SPAN("SELECT"), span_of(r->uri.db) } };
	char why[160];

	r->c = dial(&r->uri);
	if (r->c == NULL || r->c->err != 0) {
		snprintf(why, sizeof(why), "could not connect: %s",
			r->c != NULL ? r->c->errstr : "out of memory");
		return rest(r, why, e);
	}
	if (r->uri.password[0] != '\0' && !greet(r->c, r->uri.user[0] != '\0' ? &auth : &plain))
		return rest(r, "the server refused the password", e);
	if (strcmp(r->uri.db, "0") != 0 && !greet(r->c, &select))
		return rest(r, "the server refused the database number", e);
	return 0;
}

/* The server had closed the connection before it could take the question. */
static bool was_closed(const redisContext *c)
{
	return c->err == REDIS_ERR_EOF ||
	       (c->err == REDIS_ERR_IO && (errno == EPIPE || errno == ECONNRESET));
}

static bool timed_out(const redisContext *c)
{
	return c->err == REDIS_ERR_IO && errno == EAGAIN;
}

static void reply_free(redisReply **reply)
{
	if (*reply != NULL)
		freeReplyObject(*reply);
}

#define REPLY_AUTO redisReply *CLEANUP(reply_free)

static int exchange(struct redis *r, const struct command *command, redisReply **out, struct err *e)
{
	bool old = r != NULL && r->c != NULL;
	bool again;

	*out = NULL;
	if (!redis_up(r))
		return err_set(e, ERR_TEMPORARY, "the cache server is away");
	do {
		again = false;
		if (r->c == NULL && open_connection(r, e) != 0)
			return -1;
		*out = ask(r->c, command);
		if (*out == NULL && old && was_closed(r->c)) {
			hang_up(r);
			old = false;
			again = true;
		}
	} while (again);
	if (*out == NULL)
		return rest(r, timed_out(r->c) ? "no answer in time" : r->c->errstr, e);
	if ((*out)->type == REDIS_REPLY_ERROR)
		return rest(r, (*out)->str, e);
	worked(r);
	return 0;
}

static int strange(struct redis *r, struct err *e)
{
	return rest(r, "the server's answer makes no sense", e);
}

int redis_get(struct redis *r, struct arena *m, struct span key, struct span *out, struct err *e)
{
	struct command command = { 2, { SPAN("GET"), key } };
	REPLY_AUTO reply = NULL;

	if (exchange(r, &command, &reply, e) != 0)
		return -1;
	if (reply->type == REDIS_REPLY_NIL)
		return err_set(e, ERR_NOT_FOUND, "not in the cache");
	if (reply->type != REDIS_REPLY_STRING)
		return strange(r, e);
	*out = arena_span(m, (struct span){ reply->str, (size_t)reply->len });
	return 0;
}

struct digits {
	char text[24];
};

static struct span put_digits(struct digits *d, int64_t v)
{
	snprintf(d->text, sizeof(d->text), "%lld", (long long)v);
	return span_of(d->text);
}

int redis_set(struct redis *r, struct span key, struct span value, int ttl_s, struct err *e)
{
	struct digits ttl;
	struct command command = { 5,
		{ SPAN("SET"), key, value, SPAN("EX"), put_digits(&ttl, ttl_s > 0 ? ttl_s : 1) } };
	REPLY_AUTO reply = NULL;

	return exchange(r, &command, &reply, e);
}

int redis_set_new(
	struct redis *r, struct span key, struct span value, int ttl_ms, bool *done, struct err *e)
{
	struct digits ttl;
	struct command command = { 6, { SPAN("SET"), key, value, SPAN("NX"), SPAN("PX"),
					      put_digits(&ttl, ttl_ms > 0 ? ttl_ms : 1) } };
	REPLY_AUTO reply = NULL;

	*done = false;
	if (exchange(r, &command, &reply, e) != 0)
		return -1;
	*done = reply->type == REDIS_REPLY_STATUS;
	return 0;
}

int redis_del(struct redis *r, struct span key, struct err *e)
{
	struct command command = { 2, { SPAN("DEL"), key } };
	REPLY_AUTO reply = NULL;

	return exchange(r, &command, &reply, e);
}

int redis_del_equal(struct redis *r, struct span key, struct span value, struct err *e)
{
	static const char script[] = "if redis.call('GET', KEYS[1]) == ARGV[1] then "
				     "return redis.call('DEL', KEYS[1]) else return 0 end";
	struct command command = { 5, { SPAN("EVAL"), span_of(script), SPAN("1"), key, value } };
	REPLY_AUTO reply = NULL;

	return exchange(r, &command, &reply, e);
}

/* KEYS: the window. ARGV: its length in microseconds, the most calls. Times go through %.0f: a
 * number made text by Lua alone keeps 14 digits. */
static const char window_script[] =
	"local t = redis.call('TIME')\n"
	"local now = t[1] * 1000000 + t[2]\n"
	"local length, most = tonumber(ARGV[1]), tonumber(ARGV[2])\n"
	"redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - length))\n"
	"local used = redis.call('ZCARD', KEYS[1])\n"
	"if used < most then\n"
	"  redis.call('ZADD', KEYS[1], string.format('%.0f', now),\n"
	"    string.format('%.0f:%d', now, used))\n"
	"  redis.call('PEXPIRE', KEYS[1], math.ceil(length / 1000))\n"
	"  return {used + 1, 0}\n"
	"end\n"
	"local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]\n"
	"return {used, math.max(1, (oldest or now) + length - now)}\n";

int redis_window(struct redis *r, struct span key, int window_s, int max, struct redis_window *out,
	struct err *e)
{
	struct digits length;
	struct digits most;
	struct command command = { 6, { SPAN("EVAL"), span_of(window_script), SPAN("1"), key,
					      put_digits(&length, (int64_t)window_s * 1000000),
					      put_digits(&most, max) } };
	REPLY_AUTO reply = NULL;

	if (exchange(r, &command, &reply, e) != 0)
		return -1;
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
		reply->element[0]->type != REDIS_REPLY_INTEGER ||
		reply->element[1]->type != REDIS_REPLY_INTEGER)
		return strange(r, e);
	out->used = reply->element[0]->integer;
	out->wait_us = reply->element[1]->integer;
	return 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

int redis_speak(struct redis *r, struct span channel, struct err *e)
{
	struct command command = { 3, { SPAN("PUBLISH"), channel, SPAN("") } };
	REPLY_AUTO reply = NULL;

	return exchange(r, &command, &reply, e);
}

/* True if there was something; the connection is closed when it is of no use any more. */
static bool hear_all(struct redis *r)
{
	struct pollfd at = { .fd = r->c->fd, .events = POLLIN };
	bool heard = false;
	struct err e = { 0 };

	while (poll(&at, 1, 0) > 0) {
		void *reply = NULL;
		int rc = redisBufferRead(r->c);

		while (rc == REDIS_OK && (rc = redisGetReplyFromReader(r->c, &reply)) == REDIS_OK &&
			reply != NULL) {
			freeReplyObject(reply);
			reply = NULL;
			heard = true;
		}
		if (rc != REDIS_OK) {
			(void)!rest(r, r->c->errstr, &e);
			return heard;
		}
	}
	return heard;
}

bool redis_heard(struct redis *r, struct span channel)
{
	struct command command = { 2, { SPAN("SUBSCRIBE"), channel } };
	REPLY_AUTO reply = NULL;
	struct err e = { 0 };

	if (r != NULL && r->c != NULL)
		return hear_all(r);
	return redis_up(r) && exchange(r, &command, &reply, &e) == 0;
}

int redis_fd(const struct redis *r)
{
	return r != NULL && r->c != NULL ? r->c->fd : -1;
}
