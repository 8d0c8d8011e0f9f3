#include "base/attr.h"
#include "base/when.h"
#include "fcgi/contest_fill.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"

/* One contest: when it is, how to keep it in mind, and what has happened to it since it was found.
 */
enum {
	US = 1000000
};

static struct span time_range(
	struct arena *m, const struct zone *z, int64_t start_at, int64_t end_at)
{
	int64_t end_s = end_at / US;
	bool same_day = when_local_day(z, start_at / US) == when_local_day(z, end_s);

	return span_of(arena_printf(m, "%s – %s", when_stamp(m, z, start_at / US),
		same_day ? when_clock(m, z, end_s) : when_stamp(m, z, end_s)));
}

static void fill_event(struct arena *m, const struct zone *z, const struct calendar_change *h,
	struct contest_event *out)
{
	static const struct {
		const char *kind;
		const char *what;
	} kinds[] = {
		{ "announced", "Found in the platform's list" },
		{ "moved", "Moved" },
		{ "renamed", "Renamed" },
		{ "relinked", "Has a new address" },
		{ "cancelled", "No longer announced" },
		{ "returned", "Announced again" },
	};

	*out = (struct contest_event){
		.at_iso = when_iso(m, h->at / US),
		.at = when_stamp(m, z, h->at / US),
		.what = "Changed",
	};
	for (size_t i = 0; i < countof(kinds); i++)
		if (span_is(h->kind, kinds[i].kind))
			out->what = kinds[i].what;
	if (span_is(h->kind, "renamed")) {
		out->from = h->from_title;
		out->to = h->to_title;
	} else if (span_is(h->kind, "moved") && h->from_start_at != INT64_MIN &&
		   h->from_end_at != INT64_MIN && h->to_start_at != INT64_MIN &&
		   h->to_end_at != INT64_MIN) {
		out->from = time_range(m, z, h->from_start_at, h->from_end_at);
		out->to = time_range(m, z, h->to_start_at, h->to_end_at);
	}
}

static void fill_view(const struct ctx *c, const struct viewer *viewer,
	const struct calendar_story *story, struct contest_view *v)
{
	const struct calendar_contest *contest = &story->contest;
	const struct calendar_changes *changes = &story->changes;
	const struct zone *z = viewer->zone;
	int64_t start_s = contest->start_at / US;
	int64_t end_s = contest->end_at / US;
	struct contest_event *events = arena_new_array(c->mem, struct contest_event, changes->n);

	contest_fill(c->mem, z, c->now_us / US, contest, &v->contest);
	v->start = when_day(c->mem, when_local_day(z, start_s));
	v->end = when_day(c->mem, when_local_day(z, end_s));
	v->zone = page_zone_line(c, viewer, start_s);
	v->platform_calendar = url_with(
		c->mem, url_path("/calendar"), "platforms", span_of(v->contest.platform_slug));
	for (size_t i = 0; i < changes->n; i++)
		fill_event(c->mem, z, &changes->v[i], &events[i]);
	v->events = (struct contest_events){ events, changes->n };
}

int page_contest(struct ctx *c, struct err *e)
{
	struct contest_view v = { .start = NULL };
	struct calendar_sources sources;
	struct calendar_story story;
	struct viewer viewer;
	enum platform platform;

	if (!platform_find(route_param(c, "platform"), &platform))
		return err_set(e, ERR_NOT_FOUND, "there is no such platform");
	if (calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (response_not_modified(c->res, calendar_version_at(c->mem, &sources, c->now_us)))
		return 0;
	if (calendar_story(c->db, c->mem, platform, route_param(c, "id"), &story, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, arena_dup(c->mem, story.contest.title), NAV_CALENDAR);
	v.outages = contest_outages(c->mem, viewer.zone, &sources, 1U << platform);
	fill_view(c, &viewer, &story, &v);
	return response_html(c->res, page_contest_html, &v, e);
}
