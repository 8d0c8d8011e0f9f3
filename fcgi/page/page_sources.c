#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/calendar.h"
#include "model/calendar_fetch.h"
#include "model/user.h"
#include "view/calendar.h"

/*
 * How the seven sources are doing. An admin can have one fetched, or all: the button enqueues a job
 * and comes back; while such a job waits or runs the page says so and asks to be loaded again.
 */
enum {
	US = 1000000,
	REFRESH_S = 60
};

static const char *state_text(enum calendar_fetch f)
{
	switch (f) {
	case CALENDAR_FETCH_QUEUED:
		return "fetch is queued";
	case CALENDAR_FETCH_RUNNING:
		return "being fetched now";
	case CALENDAR_FETCH_LATER:
		return "will be tried again";
	case CALENDAR_FETCH_NONE:
		break;
	}
	return NULL;
}

/* A moment that may be missing, in its two forms. */
static void moment(
	struct arena *m, const struct zone *z, int64_t at, const char **iso, const char **text)
{
	if (at == INT64_MIN)
		return;
	*iso = when_iso(m, at / US);
	*text = when_stamp(m, z, at / US);
}

static void fill_source(const struct ctx *c, const struct zone *z, const struct calendar_source *s,
	enum calendar_fetch fetch, struct source_item *out)
{
	const struct platform_info *info = platform_info(s->platform);

	*out = (struct source_item){ .slug = info->slug,
		.name = info->name,
		.home = url_external(c->mem, span_of(info->home)),
		.calendar =
			url_with(c->mem, url_path("/calendar"), "platforms", span_of(info->slug)),
		.works = s->failing_since == INT64_MIN && s->last_success_at != INT64_MIN,
		.never = s->last_try_at == INT64_MIN,
		.n_rows = s->n_rows,
		.n_skipped = s->n_skipped,
		.note = s->note,
		.error = s->last_error,
		.state = state_text(fetch) };
	moment(c->mem, z, s->last_success_at, &out->success_iso, &out->success);
	moment(c->mem, z, s->last_error_at, &out->error_iso, &out->error_at);
	moment(c->mem, z, s->failing_since, &out->failing_iso, &out->failing_since);
	moment(c->mem, z, s->next_fetch_at, &out->next_iso, &out->next);
	if (s->next_fetch_at <= c->now_us)
		out->next = "as soon as the job runner is free";
}

struct state {
	struct calendar_sources sources;
	enum calendar_fetch fetches[N_PLATFORMS];
};

/* Everything that the page shows and that can change. */
static struct span version(struct arena *m, const struct state *s)
{
	const char *text = "";

	for (int p = 0; p < N_PLATFORMS; p++)
		text = arena_printf(m, "%s%llx.%llx.%d-", text,
			(unsigned long long)s->sources.v[p].last_try_at,
			(unsigned long long)s->sources.v[p].next_fetch_at, (int)s->fetches[p]);
	return span_of(text);
}

static void fill(const struct ctx *c, const struct viewer *viewer, const struct state *s,
	struct sources_view *v)
{
	struct source_item *items = arena_new_array(c->mem, struct source_item, N_PLATFORMS);

	for (int p = 0; p < N_PLATFORMS; p++) {
		fill_source(c, viewer->zone, &s->sources.v[p], s->fetches[p], &items[p]);
		v->n_working += items[p].works;
		v->is_busy = v->is_busy || s->fetches[p] == CALENDAR_FETCH_QUEUED ||
			     s->fetches[p] == CALENDAR_FETCH_RUNNING;
	}
	v->sources = (struct source_items){ items, N_PLATFORMS };
	v->zone = page_zone_line(c, viewer, c->now_us / US);
	v->may_fetch = user_has(c->user, ROLE_ADMIN);
}

int page_sources(struct ctx *c, struct err *e)
{
	struct sources_view v = { .n_working = 0 };
	struct viewer viewer;
	struct state s;

	if (calendar_sources(c->db, c->mem, &s.sources, e) != 0 ||
		calendar_fetches(c->db, c->mem, s.fetches, e) != 0)
		return -1;
	if (response_not_modified(c->res, version(c->mem, &s)))
		return 0;
	viewer_read(c->req, &viewer);
	fill(c, &viewer, &s, &v);
	v.page = page_start(c, &viewer, "Sources", NAV_SOURCES);
	v.page.description = "How the contest platforms that Podium reads are doing.";
	/* While a fetch is under way that part of the page is loaded again by itself. */
	v.page.refresh_s = v.is_busy ? 0 : REFRESH_S;
	return response_html(c->res, page_sources_html, &v, e);
}

/* One platform, or all without that field. A fetch that is waiting already is as good. */
int page_sources_fetch(struct ctx *c, struct err *e)
{
	struct span slug = request_form(c->req, "platform");
	enum platform platform;
	bool queued;
	size_t n;

	if (slug.n == 0) {
		if (calendar_fetch_all(c->db, c->mem, &n, e) != 0)
			return -1;
		return response_redirect(c->res, url_path("/sources"));
	}
	if (!platform_find(slug, &platform))
		return err_field(e, "platform", "there is no such platform");
	if (calendar_fetch_now(c->db, c->mem, platform, &queued, e) != 0)
		return -1;
	return response_redirect(
		c->res, url_local(c->mem, span_of(arena_printf(c->mem, "/sources#%s",
						  platform_info(platform)->slug))));
}
