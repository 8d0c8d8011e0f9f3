/*
 * Telling the operators. `alert.watch`, every minute, looks for what lasts (a source that fails for
 * long, jobs that died, a replica that is away) and has sent what is due; `alert.send` tells all
 * that is due in one message. A message that could not be sent is tried again later and is nobody's
 * failure: neither job fails because of the proxy.
 */
#include "jobs/kind.h"

#include "base/buf.h"
#include "base/civil_text.h"
#include "base/hex.h"
#include "base/limits.h"
#include "model/alert.h"
#include "model/audit.h"
#include "model/calendar.h"
#include "model/health.h"
#include "net/telegram.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

static int watch_sources(struct job_ctx *c, struct err *e)
{
	struct calendar_sources s;
	int64_t since = clock_unix_us() - ALERT_SOURCE_S * INT64_C(1000000);

	if (calendar_sources(c->db, c->mem, &s, e) != 0)
		return -1;
	for (int p = 0; p < N_PLATFORMS; p++) {
		const char *slug = platform_info((enum platform)p)->slug;
		struct alert a = { .key = arena_printf(c->mem, "source.failing:%s", slug),
			.level = ALERT_WARN,
			.title = "a source fails for long",
			.n = 1,
			.lasting = true };
		char at[CIVIL_TEXT_SIZE];

		if (s.v[p].failing_since == INT64_MIN || s.v[p].failing_since > since)
			continue;
		civil_rfc3339(s.v[p].failing_since / 1000000 * 1000000, at);
		a.detail = arena_printf(c->mem, "platform=%s since=%s", slug, at);
		if (alert_raise(c->db, c->mem, &a, e) != 0)
			return -1;
	}
	return 0;
}

static int watch_replicas(struct job_ctx *c, struct err *e)
{
	struct health h;
	struct alert a = { .key = "replica.away",
		.level = ALERT_WARN,
		.title = "read replicas are away or too far behind",
		.n = 1,
		.lasting = true };

	health_read(c->db, c->cache, &h);
	if (h.replicas_up == h.replicas)
		return 0;
	a.detail = arena_printf(c->mem, "up=%d of=%d", h.replicas_up, h.replicas);
	return alert_raise(c->db, c->mem, &a, e);
}

static void add_line(struct job_ctx *c, const struct alert_row *r, struct buf *b)
{
	char at[CIVIL_TEXT_SIZE];

	(void)c;
	civil_rfc3339(r->last_at / 1000000 * 1000000, at);
	buf_addf(b, "\n%s " SPAN_FMT, r->level == ALERT_ERROR ? "ERROR" : "warning",
		SPAN_ARG(r->title));
	if (r->detail.n > 0)
		buf_addf(b, ": " SPAN_FMT, SPAN_ARG(r->detail));
	if (r->n_new > 1)
		buf_addf(b, " (%lld times)", (long long)r->n_new);
	buf_addf(b, ", %s", at);
}

int kind_alert_send(struct job_ctx *c, struct err *e)
{
	struct alert_rows rows;
	struct err why = { 0 };
	struct span text;
	BUF_AUTO b;

	buf_init(&b, JOB_MAX_PAYLOAD);
	if (!telegram_wanted(c->conf) || alert_due(c->db, c->mem, ALERT_MAX_LINES, &rows, e) != 0)
		return e->kind == ERR_NONE ? 0 : -1;
	if (rows.n == 0)
		return 0;
	buf_addf(&b, "[%s]", c->conf->from_env);
	for (size_t i = 0; i < rows.n; i++)
		add_line(c, &rows.v[i], &b);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	if (telegram_send(c->http, c->mem, c->conf, text, &why) == 0)
		return alert_sent(c->db, c->mem, &rows, e);
	log_event(LOG_WARN, "alert.not_sent", LOG_TEXT("why", why.text),
		LOG_NUMBER("alerts", (long long)rows.n));
	return alert_failed(c->db, c->mem, &rows, &why, e);
}

int kind_alert_watch(struct job_ctx *c, struct err *e)
{
	if (watch_sources(c, e) != 0 || watch_replicas(c, e) != 0 ||
		alert_dead_jobs(c->db, c->mem, e) != 0)
		return -1;
	return kind_alert_send(c, e);
}

/* The head stands in the log afterwards: a place outside the database that proves the chain. */
int kind_audit_verify(struct job_ctx *c, struct err *e)
{
	struct audit_verdict v;
	char hash[2 * DIGEST_SIZE + 1];
	struct alert a = { .key = "audit.broken",
		.level = ALERT_ERROR,
		.title = "the audit's chain is broken: podium audit verify",
		.n = 1,
		.lasting = true };

	if (audit_check(c->db, &v, e) != 0)
		return -1;
	hex_encode(v.head.hash, sizeof(v.head.hash), hash);
	log_event(LOG_INFO, "audit.head", LOG_NUMBER("rows", (long long)v.head.id),
		LOG_TEXT("hash", hash));
	if (v.broken_id == 0)
		return alert_purge(c->db, e);
	a.detail = arena_printf(c->mem, "row=%lld", (long long)v.broken_id);
	return alert_raise(c->db, c->mem, &a, e);
}
