#include "base/limits.h"
#include "fcgi/contest_fill.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"
#include "view/home.h"

/* The landing page: what Podium is, and the next contests. */
enum {
	US = 1000000,
	SHOWN = 6,
	WEEK_S = 7 * 86400
};

/* Contests that can still be taken part in: those that have not ended and were not called off. */
static void fill_contests(const struct ctx *c, const struct viewer *viewer,
	const struct calendar_list *list, struct home_view *v)
{
	struct contest_item *next = arena_new_array(c->mem, struct contest_item, SHOWN);
	struct home_platform *platforms =
		arena_new_array(c->mem, struct home_platform, N_PLATFORMS);

	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const struct platform_info *info = platform_info((enum platform)p);

		platforms[p] = (struct home_platform){ .slug = info->slug,
			.name = info->name,
			.calendar = url_with(
				c->mem, url_path("/calendar"), "platforms", span_of(info->slug)) };
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct calendar_contest *contest = &list->v[i];

		if (contest->start_at <= c->now_us)
			continue;
		v->n_upcoming++;
		v->n_week += contest->start_at < c->now_us + WEEK_S * INT64_C(1000000);
		platforms[contest->platform].n_upcoming++;
		if (v->next.n < SHOWN)
			contest_fill(
				c->mem, viewer->zone, c->now_us / US, contest, &next[v->next.n++]);
	}
	v->next.v = next;
	v->platforms = (struct home_platforms){ platforms, N_PLATFORMS };
}

int page_home(struct ctx *c, struct err *e)
{
	const struct calendar_query q = { .from_at = c->now_us,
		.to_at = INT64_MIN,
		.cancelled_since = INT64_MAX / 4, // none: called off is not coming
		.after_at = INT64_MIN,
		.limit = CALENDAR_FEED_MAX };
	struct home_view v = { .n_upcoming = 0 };
	struct calendar_sources sources;
	struct calendar_list list;
	struct viewer viewer;

	if (calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (response_not_modified(c->res, calendar_version_at(c->mem, &sources, c->now_us)))
		return 0;
	if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, NULL, NAV_HOME);
	v.page.description =
		"Podium keeps the contests of seven programming platforms in one calendar: "
		"on one page, in your time zone, and in the calendar you already use.";
	v.calendar = url_path("/calendar");
	v.feed = url_path("/calendar.ics");
	fill_contests(c, &viewer, &list, &v);
	return response_html(c->res, page_home_html, &v, e);
}
