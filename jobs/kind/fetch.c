/*
 * Asking the contest platforms. `fetch.due`, every minute, and `fetch.all` only enqueue; one
 * `fetch.source` asks one platform, so that no platform waits for another. What went wrong with a
 * platform is kept in its row of `source`, which also says when it is asked again (model/source.h);
 * the job itself fails, and is repeated, only when the outcome could not be stored.
 */
#include "jobs/kind.h"

#include "base/attr.h"
#include "base/limits.h"
#include "jobs/source/source.h"
#include "model/cache.h"
#include "model/contest_store.h"
#include "model/job.h"
#include "model/source.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/page_copy.h"

static int payload_platform(struct span payload, enum platform *p, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span slug;

	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_text(json_get(root, "platform"), &slug) || !platform_find(slug, p))
		return err_set(e, ERR_INVALID, "the payload names no platform");
	return 0;
}

/* What shows contests or their sources is made anew. An old copy ends by its age anyway. */
static void evict(struct job_ctx *c, enum platform p)
{
	const char *const keys[] = {
		arena_printf(c->mem, "cache:contests:%s", platform_info(p)->slug),
		"cache:platforms",
	};

	for (size_t i = 0; c->cache != NULL && i < countof(keys); i++) {
		struct err why = { 0 };

		if (cache_delete(c->cache, span_of(keys[i]), &why) != 0)
			log_err(LOG_WARN, "fetch.evict", &why);
	}
	page_copy_evict_all(c->conf->page_dir);
}

static int store(struct job_ctx *c, const struct source_try *t, const struct contest_rows *rows,
	struct err *e)
{
	struct contest_stored stored;

	if (contest_store(c->db, c->mem, t, rows, &stored, e) != 0)
		return -1;
	log_event(LOG_INFO, "fetch.done", LOG_TEXT("platform", platform_info(t->platform)->slug),
		LOG_NUMBER("rows", (long long)rows->n),
		LOG_NUMBER("skipped", (long long)rows->skipped),
		LOG_TEXT("first_skip", rows->first_skip), LOG_NUMBER("added", stored.added),
		LOG_NUMBER("changed", stored.changed), LOG_NUMBER("cancelled", stored.cancelled),
		LOG_NUMBER("partial", rows->partial), LOG_NUMBER("doubtful", stored.doubtful),
		LOG_NUMBER("ms", (t->ended_us - t->started_us) / 1000));
	return 0;
}

static int note_failure(
	struct job_ctx *c, const struct source_try *t, const struct err *why, struct err *e)
{
	log_event(LOG_WARN, "fetch.failed", LOG_TEXT("platform", platform_info(t->platform)->slug),
		LOG_TEXT("kind", err_kind_name(why->kind)), LOG_TEXT("error", why->text),
		LOG_TEXT("detail", why->detail), LOG_NUMBER("retry_after_s", why->retry_after_s));
	return source_failed(c->db, c->mem, t, why, e);
}

int kind_fetch_source(struct job_ctx *c, struct err *e)
{
	struct source_try t = { .started_us = clock_unix_us() };
	struct source_ctx s = {
		.mem = c->mem,
		.conf = c->conf,
		.db = c->db,
		.http = c->http,
		.cache = c->cache,
		.now_s = t.started_us / 1000000,
		.end_by_us = clock_mono_us() + SOURCE_MAX_FETCH_S * INT64_C(1000000),
	};
	struct contest_rows rows;
	struct err why = { 0 };
	bool good;
	int rc;

	if (payload_platform(c->payload, &t.platform, e) != 0)
		return -1;
	contest_rows_start(&rows, t.platform);
	good = source_of(t.platform)->fetch(&s, &rows, &why) == 0;
	t.ended_us = clock_unix_us();
	rc = good ? store(c, &t, &rows, e) : note_failure(c, &t, &why, e);
	evict(c, t.platform);
	return rc;
}

int kind_fetch_all(struct job_ctx *c, struct err *e)
{
	size_t n;

	if (source_fetch_all(c->db, c->mem, &n, e) != 0)
		return -1;
	job_wake(c->db, "fetch");
	return 0;
}

int kind_fetch_due(struct job_ctx *c, struct err *e)
{
	size_t n;

	if (source_fetch_due(c->db, c->mem, clock_unix_us(), &n, e) != 0)
		return -1;
	if (n > 0)
		job_wake(c->db, "fetch");
	return 0;
}
