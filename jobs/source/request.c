#include "jobs/source/request.h"

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "jobs/source/source.h"
#include "model/cache.h"
#include "net/http.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/rnd.h"

enum {
	MAX_HEADERS = 8,
	SLOWEST_MS = 60000,
	PACE_TTL_S = 6 * 3600
};

static bool is_transient(int status)
{
	return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

/*
 * The dynamic pace: how long everybody waits before asking a platform that has refused. It lies in
 * the cache, so that the next fetch keeps to it in whichever process it runs.
 */
static struct span pace_key(const struct source_ctx *c, const struct source *s)
{
	return span_of(arena_printf(c->mem, "cache:pace:%s", platform_info(s->platform)->slug));
}

static int64_t pace_ms(const struct source_ctx *c, const struct source *s)
{
	struct span text;
	struct err e = { 0 };
	uint64_t ms;

	if (!s->pace.dynamic || c->cache == NULL ||
		cache_get(c->cache, c->mem, pace_key(c, s), &text, &e) != 0 ||
		!span_u64(text, SLOWEST_MS, &ms))
		return 0;
	return (int64_t)ms;
}

static void adapt(const struct source *s, const struct source_ctx *c, bool refused)
{
	int64_t before = pace_ms(c, s), slow = before / 2;
	struct err e = { 0 };

	if (!s->pace.dynamic || c->cache == NULL)
		return;
	if (refused)
		slow = before == 0 ? c->conf->source_backoff_ms : before * 2;
	if (slow > SLOWEST_MS)
		slow = SLOWEST_MS;
	if (slow != before && cache_set(c->cache, pace_key(c, s),
				      span_of(arena_printf(c->mem, "%lld", (long long)slow)),
				      PACE_TTL_S, &e) != 0)
		log_err(LOG_WARN, "fetch.pace", &e);
}

static int64_t backoff_ms(const struct source_ctx *c, const struct source *s, int try)
{
	int64_t wait = c->conf->source_backoff_ms * s->pace.patience << (try - 1);

	return wait + (int64_t)rnd_below((uint64_t)wait / 2 + 1);
}

bool source_wait(struct source_ctx *c, enum platform p, int try, int retry_after_s)
{
	const struct source *s = source_of(p);
	int64_t wait = backoff_ms(c, s, try);

	if (wait < (int64_t)retry_after_s * 1000)
		wait = (int64_t)retry_after_s * 1000;
	if (try >= SOURCE_TRIES || retry_after_s > SOURCE_MAX_WAIT_S ||
		clock_mono_us() + wait * 1000 > c->end_by_us)
		return false;
	log_event(LOG_INFO, "fetch.wait", LOG_TEXT("platform", platform_info(s->platform)->slug),
		LOG_NUMBER("try", try), LOG_NUMBER("wait_ms", wait));
	clock_sleep_ms(wait);
	return true;
}

int source_send(struct source_ctx *c, enum platform p, const struct http_request *request,
	struct http_reply *reply, struct err *e)
{
	const struct source *s = source_of(p);
	const char *agent = s->pace.browser ? c->conf->browser_agent : c->conf->user_agent;
	const char *headers[MAX_HEADERS + 2];
	struct http_request r = *request;
	int64_t slow_ms;
	size_t n = 0;

	while (r.headers != NULL && r.headers[n] != NULL && n < MAX_HEADERS) {
		headers[n] = r.headers[n];
		n++;
	}
	headers[n++] = arena_printf(c->mem, "User-Agent: %s", agent);
	headers[n] = NULL;
	r.headers = headers;
	r.cookies = s->pace.cookies;
	if (r.max_body == 0)
		r.max_body = s->pace.max_body;
	if (clock_mono_us() > c->end_by_us)
		return err_set(e, ERR_TEMPORARY, "the fetch takes too long");
	slow_ms = pace_ms(c, s);
	if (slow_ms > 0)
		clock_sleep_ms(slow_ms);
	for (int try = 1;; try++) {
		struct err now = { 0 };
		int rc = http_send(c->http, c->mem, &r, reply, &now);

		adapt(s, c, rc != 0 || is_transient(reply->status) || reply->status == 403);
		if (rc == 0 && !is_transient(reply->status))
			return 0;
		if (rc != 0 && now.kind == ERR_LIMIT)
			return err_set(e, ERR_INVALID, "the answer is too large: %s", now.text);
		if (rc != 0 && now.kind != ERR_TEMPORARY) {
			*e = now;
			return -1;
		}
		if (source_wait(c, p, try, rc == 0 ? reply->retry_after_s : 0))
			continue;
		if (rc != 0)
			*e = now;
		return rc;
	}
}

int source_status(enum platform p, const struct http_reply *reply, struct err *e)
{
	const char *name = platform_info(p)->name;

	if (reply->status == 200)
		return 0;
	if (reply->status == 401 || reply->status == 403 || reply->status == 451)
		return err_set(
			e, ERR_FORBIDDEN, "blocked: %s answered HTTP %d", name, reply->status);
	if (reply->status == 429) {
		(void)err_set(e, ERR_LIMIT, "%s asks to be left alone (HTTP 429)", name);
		e->retry_after_s = reply->retry_after_s;
		return -1;
	}
	if (reply->status >= 500) {
		(void)err_set(
			e, ERR_TEMPORARY, "%s is out of order (HTTP %d)", name, reply->status);
		e->retry_after_s = reply->retry_after_s;
		return -1;
	}
	return err_set(e, ERR_INVALID, "%s answered HTTP %d", name, reply->status);
}
