/*
 * The overview: how every part of the house is doing. Each part is a card made by one function
 * below; a part that cannot be asked says so and does not take the others with it.
 */
#include <assert.h>
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/metrics.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/alert.h"
#include "model/audit.h"
#include "model/calendar.h"
#include "model/health.h"
#include "model/job_watch.h"
#include "model/judge_watch.h"
#include "net/telegram.h"
#include "os/config.h"

#define US        1000000
#define MAX_PARTS 16
#define MAX_FACTS 8
#define N_ALERTS  20

struct board {
	struct ctx *c;
	const struct zone *zone;
	struct admin_part parts[MAX_PARTS];
	struct admin_fact facts[MAX_PARTS][MAX_FACTS];
	size_t n;
};

static struct admin_part *part(struct board *b, const char *id, const char *name)
{
	struct admin_part *p = &b->parts[b->n];

	assert(b->n < MAX_PARTS);
	*p = (struct admin_part){ .id = id, .name = name, .word = "Working", .mood = MOOD_OK };
	p->facts.v = b->facts[b->n++];
	return p;
}

static void mood(struct admin_part *p, enum admin_mood m, const char *word)
{
	if (m > p->mood || p->mood == MOOD_OK) {
		p->mood = m;
		p->word = word;
	}
}

static void fact(struct board *b, struct admin_part *p, const char *label, const char *value)
{
	assert(p->facts.n < MAX_FACTS);
	b->facts[p - b->parts][p->facts.n++] = (struct admin_fact){ label, value };
}

static void number(struct board *b, struct admin_part *p, const char *label, int64_t n)
{
	fact(b, p, label, arena_printf(b->c->mem, "%" PRId64, n));
}

static void unknown(struct board *b, struct admin_part *p, const struct err *e)
{
	mood(p, MOOD_BAD, "Not known");
	fact(b, p, "Reason", arena_dup(b->c->mem, span_of(e->text)));
}

/* ---- the parts ------------------------------------------------------------------------------- */

static void replicas(struct board *b, struct admin_part *p, const struct admin_counts *n)
{
	for (size_t i = 0; i < n->n_replicas && p->facts.n < MAX_FACTS; i++) {
		const struct admin_replica *r = &n->replicas[i];

		if (r->lag_ms < 0)
			fact(b, p, "Standby",
				arena_printf(b->c->mem, SPAN_FMT ", " SPAN_FMT,
					SPAN_ARG(r->address), SPAN_ARG(r->state)));
		else
			fact(b, p, "Standby",
				arena_printf(b->c->mem,
					SPAN_FMT ", " SPAN_FMT ", %" PRId64 " ms behind",
					SPAN_ARG(r->address), SPAN_ARG(r->state), r->lag_ms));
	}
}

static void database(struct board *b, const struct health *h, const struct admin_counts *n)
{
	struct admin_part *p = part(b, "database", "PostgreSQL");

	fact(b, p, "Version", arena_dup(b->c->mem, n->db_version));
	fact(b, p, "Size", arena_printf(b->c->mem, "%" PRId64 " MB", n->db_size / 1000000));
	fact(b, p, "Connections",
		arena_printf(b->c->mem, "%" PRId64 " of %d", n->db_connections, n->db_max));
	fact(b, p, "Replicas for reading",
		h->replicas == 0
			? "none set up"
			: arena_printf(b->c->mem, "%d of %d in use", h->replicas_up, h->replicas));
	replicas(b, p, n);
	if (n->db_connections * 10 > (int64_t)n->db_max * 9)
		mood(p, MOOD_WARN, "Connections run out");
	if (h->replicas_up < h->replicas)
		mood(p, MOOD_WARN, "A replica is away");
}

static void redis(struct board *b, const struct health *h)
{
	struct admin_part *p = part(b, "redis", "Redis");

	if (!h->cache_wanted) {
		mood(p, MOOD_OFF, "Not set up");
		fact(b, p, "Instead", "PostgreSQL does its work");
	} else if (!h->cache_up) {
		mood(p, MOOD_WARN, "Away");
		fact(b, p, "Instead", "PostgreSQL does its work");
	} else {
		fact(b, p, "Holds", "caches, limits and locks");
	}
}

static void web(struct board *b)
{
	struct admin_part *p = part(b, "web", "Web processes");

	number(b, p, "Processes", metrics_value(METRIC_WORKERS));
	number(b, p, "Busy", metrics_busy_workers());
	number(b, p, "Started so far", metrics_value(METRIC_WORKERS_STARTED));
	number(b, p, "Page copies written", metrics_value(METRIC_COPIES_WRITTEN));
}

static void runners(struct board *b)
{
	struct admin_part *p = part(b, "runners", "Job runners");
	struct job_watch_runners r;
	struct err e = { 0 };
	int64_t workers = 0;

	if (job_watch_runners(b->c->db, b->c->mem, &r, &e) != 0) {
		unknown(b, p, &e);
		return;
	}
	for (size_t i = 0; i < r.n; i++) {
		workers += r.v[i].workers;
		if (r.v[i].silent_us > RUNNER_FENCE_S * INT64_C(1000000))
			mood(p, MOOD_WARN, "One is silent");
	}
	if (r.n == 0)
		mood(p, MOOD_BAD, "None runs");
	number(b, p, "Runners", (int64_t)r.n);
	number(b, p, "Workers", workers);
	for (size_t i = 0; i < r.n && p->facts.n < MAX_FACTS; i++)
		fact(b, p, arena_printf(b->c->mem, "Runner %d", r.v[i].id),
			arena_printf(b->c->mem, SPAN_FMT ", pid %d, for %s%s",
				SPAN_ARG(r.v[i].host), r.v[i].pid,
				when_span(b->c->mem, (b->c->now_us - r.v[i].started_at) / US),
				r.v[i].draining ? ", stopping" : ""));
}

static void queues(struct board *b)
{
	struct admin_part *p = part(b, "queues", "Queues");
	struct job_watch_queues q;
	struct err e = { 0 };
	int64_t ready = 0, running = 0, later = 0, dead = 0, oldest = INT64_MIN;

	p->link = url_path("/admin/jobs");
	p->link_text = "All jobs";
	if (job_watch_queues(b->c->db, b->c->mem, &q, &e) != 0) {
		unknown(b, p, &e);
		return;
	}
	for (size_t i = 0; i < q.n; i++) {
		ready += q.v[i].ready;
		running += q.v[i].running;
		later += q.v[i].later;
		dead += q.v[i].dead;
		if (q.v[i].oldest_at != INT64_MIN &&
			(oldest == INT64_MIN || q.v[i].oldest_at < oldest))
			oldest = q.v[i].oldest_at;
		if (q.v[i].trips > 0)
			mood(p, MOOD_WARN, "One fails");
		else if (q.v[i].paused_until > b->c->now_us)
			mood(p, MOOD_WARN, "One is paused");
	}
	if (dead > 0)
		mood(p, MOOD_WARN, "There are dead jobs");
	number(b, p, "Ready", ready);
	fact(b, p, "Oldest",
		oldest == INT64_MIN ? "none waits"
				    : when_span(b->c->mem, (b->c->now_us - oldest) / US));
	number(b, p, "Running", running);
	number(b, p, "Waiting", later);
	number(b, p, "Dead", dead);
}

static void judges(struct board *b)
{
	struct admin_part *p = part(b, "judges", "Judges");
	struct err e = { 0 };
	struct judge_watch w;
	int64_t alive = 0, waits = 0, runs = 0;

	p->link = url_path("/admin/judges");
	p->link_text = "All judges";
	if (judge_watch(b->c->db, b->c->mem, &w, &e) != 0) {
		unknown(b, p, &e);
		return;
	}
	for (size_t i = 0; i < w.n_hosts; i++)
		alive += w.hosts[i].runners > 0;
	for (size_t i = 0; i < JUDGE_WATCH_CLASSES; i++) {
		waits += w.classes[i].waits;
		runs += w.classes[i].runs;
	}
	if (w.n_hosts == 0)
		mood(p, MOOD_OFF, "Not set up");
	else if (alive == 0)
		mood(p, MOOD_BAD, "All are away");
	else if (alive < (int64_t)w.n_hosts)
		mood(p, MOOD_WARN, "One is away");
	if (w.n_failed > 0)
		mood(p, MOOD_WARN, "Some judgings failed");
	number(b, p, "Machines", alive);
	number(b, p, "Waiting", waits);
	number(b, p, "Being judged", runs);
	fact(b, p, "Judge errors",
		w.n_failed < JUDGE_WATCH_FAILED
			? arena_printf(b->c->mem, "%zu", w.n_failed)
			: arena_printf(b->c->mem, "%d or more", JUDGE_WATCH_FAILED));
}

static void sources(struct board *b)
{
	struct admin_part *p = part(b, "sources", "Sources");
	struct calendar_sources s;
	struct err e = { 0 };
	int64_t failing = 0, never = 0;

	p->link = url_path("/sources");
	p->link_text = "All sources";
	if (calendar_sources(b->c->db, b->c->mem, &s, &e) != 0) {
		unknown(b, p, &e);
		return;
	}
	for (int i = 0; i < N_PLATFORMS; i++) {
		if (s.v[i].failing_since != INT64_MIN) {
			failing++;
			if (p->facts.n < MAX_FACTS)
				fact(b, p, platform_info((enum platform)i)->name,
					arena_printf(b->c->mem, "fails since %s",
						admin_stamp(
							b->c->mem, b->zone, s.v[i].failing_since)));
		} else if (s.v[i].last_success_at == INT64_MIN) {
			never++;
		}
	}
	if (p->facts.n < MAX_FACTS)
		fact(b, p, "Working",
			arena_printf(b->c->mem, "%" PRId64 " of %d",
				(int64_t)N_PLATFORMS - failing - never, (int)N_PLATFORMS));
	if (failing > 0)
		mood(p, MOOD_WARN, "Some fail");
	else if (never > 0)
		mood(p, MOOD_WARN, "Not all read yet");
}

static void accounts(struct board *b, const struct admin_counts *n)
{
	struct admin_part *p = part(b, "accounts", "Accounts");

	p->link = url_path("/admin/users");
	p->link_text = "All accounts";
	number(b, p, "Accounts", n->users);
	number(b, p, "Locked", n->disabled);
	number(b, p, "Devices signed in", n->sessions);
	p->word = "Open";
}

static void audit(struct board *b)
{
	struct admin_part *p = part(b, "audit", "Audit");
	struct audit_state s;
	struct err e = { 0 };

	p->link = url_path("/admin/audit");
	p->link_text = "Who did what";
	if (audit_state_read(b->c->db, b->c->mem, &s, &e) != 0) {
		unknown(b, p, &e);
		return;
	}
	number(b, p, "Rows", s.rows);
	p->word = "Unbroken";
	if (s.broken_id != 0)
		mood(p, MOOD_BAD, "Broken");
	else if (s.checked_at == INT64_MIN)
		mood(p, MOOD_OFF, "Not looked through yet");
	fact(b, p, "Looked through",
		s.checked_at == INT64_MIN ? "every night"
					  : admin_stamp(b->c->mem, b->zone, s.checked_at));
	if (s.broken_id != 0)
		number(b, p, "Broken at row", s.broken_id);
}

static void mails(struct board *b, const struct admin_counts *n)
{
	struct admin_part *p = part(b, "mail", "Mail");

	p->link = url_path("/admin/mail");
	p->link_text = "The outbox";
	number(b, p, "Waiting", n->mails_waiting);
	number(b, p, "Given up", n->mails_dead);
	if (b->c->conf->smtp_url[0] == '\0') {
		mood(p, MOOD_OFF, "Not set up");
		number(b, p, "Kept in the outbox", n->mails_kept);
	} else if (n->mails_dead > 0) {
		mood(p, MOOD_WARN, "Some were given up");
	}
}

static void services(struct board *b)
{
	const struct config *conf = b->c->conf;
	struct admin_part *google = part(b, "google", "Google"), *telegram;

	if (conf->google_client_id[0] == '\0')
		mood(google, MOOD_OFF, "Not set up");
	else
		google->word = "Set up";
	fact(b, google, "For", "signing in and calendars");
	telegram = part(b, "telegram", "Telegram");
	if (!telegram_wanted(conf))
		mood(telegram, MOOD_OFF, "Not set up");
	else
		telegram->word = "Set up";
	fact(b, telegram, "For", "the alerts below");
	fact(b, telegram, "Origin", conf->from_env);
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static int fill_alerts(struct board *b, struct admin_overview_view *v, struct err *e)
{
	struct arena *m = b->c->mem;
	struct admin_alert *items;
	struct alert_rows rows;

	if (alert_list(b->c->db, m, N_ALERTS, &rows, e) != 0)
		return -1;
	items = arena_new_array(m, struct admin_alert, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct alert_row *r = &rows.v[i];

		items[i] = (struct admin_alert){ .is_error = r->level == ALERT_ERROR,
			.title = r->title,
			.detail = r->detail,
			.n = r->n,
			.last = admin_stamp(m, b->zone, r->last_at),
			.last_iso = admin_iso(m, r->last_at),
			.error = r->error };
		if (r->sent_at != INT64_MIN)
			items[i].sent =
				arena_printf(m, "told on %s", admin_stamp(m, b->zone, r->sent_at));
		else if (telegram_wanted(b->c->conf))
			items[i].sent = "not told yet";
	}
	v->alerts = (struct admin_alerts){ items, rows.n };
	return 0;
}

static const char *summary(const struct board *b)
{
	size_t warn = 0, bad = 0;

	for (size_t i = 0; i < b->n; i++) {
		warn += b->parts[i].mood == MOOD_WARN;
		bad += b->parts[i].mood == MOOD_BAD;
	}
	if (warn + bad == 0)
		return "Everything works.";
	return arena_printf(b->c->mem, "%zu %s attention.", warn + bad,
		warn + bad == 1 ? "part needs" : "parts need");
}

int page_admin(struct ctx *c, struct err *e)
{
	struct admin_overview_view v = { .nav = { ADMIN_OVERVIEW } };
	struct board *b = arena_new_one(c->mem, struct board);
	struct admin_counts counts;
	struct viewer viewer;
	struct health health;

	viewer_read(c->req, &viewer);
	b->c = c;
	b->zone = viewer.zone;
	if (admin_count_all(c->db, c->mem, &counts, e) != 0)
		return -1;
	health_read(c->db, c->cache, &health);
	database(b, &health, &counts);
	redis(b, &health);
	web(b);
	runners(b);
	queues(b);
	judges(b);
	sources(b);
	accounts(b, &counts);
	mails(b, &counts);
	services(b);
	audit(b);
	if (fill_alerts(b, &v, e) != 0)
		return -1;
	v.page = admin_page(c, &viewer, "Overview");
	v.summary = summary(b);
	v.parts = (struct admin_parts){ b->parts, b->n };
	return response_html(c->res, page_admin_html, &v, e);
}
