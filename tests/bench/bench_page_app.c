/*
 * podium-web with one more page, for measuring: the whole way of a request (prefork, FastCGI,
 * parsing, a table of routes as long as the product's, guard, template, reply) around exactly one
 * SELECT. The page is that of a contest whose history is made of a room's teams.
 */
#include "fcgi/main.c"

#include "base/scan.h"
#include "base/when.h"
#include "db/db.h"
#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "view/calendar.h"

#define BEGIN_S 1767225600 // of 2026

static void fill(struct ctx *c, const struct viewer *viewer, const struct rows *teams,
	struct contest_view *v)
{
	struct contest_event *events = arena_new_array(c->mem, struct contest_event, teams->n);

	for (size_t i = 0; i < teams->n; i++) {
		int64_t at_s = BEGIN_S + row_i64(&teams->v[i], room_teams_team) * 3600;
		struct span name = row_text(&teams->v[i], room_teams_name);

		events[i] = (struct contest_event){ .at_iso = when_iso(c->mem, at_s),
			.at = when_stamp(c->mem, viewer->zone, at_s),
			.what = "Renamed",
			.from = name,
			.to = name };
	}
	v->events = (struct contest_events){ events, teams->n };
	v->contest.title = SPAN("A page to be measured");
	v->contest.platform_name = "Codeforces";
	v->contest.platform_slug = "codeforces";
	v->contest.url = url_path("/");
	v->contest.add = url_path("/");
	v->contest.google = url_path("/");
	v->platform_calendar = url_path("/calendar");
	v->start = when_day(c->mem, when_local_day(viewer->zone, BEGIN_S));
	v->end = v->start;
}

static int bench_page(struct ctx *c, struct err *e)
{
	struct span room = route_param(c, "room");
	struct contest_view v = { .start = NULL };
	struct viewer viewer;
	struct rows teams;
	uint64_t id;

	if (!scan_u64(&room, INT64_MAX, &id))
		return err_set(e, ERR_NOT_FOUND, "there is no such room");
	if (db_many(c->db, c->mem, q_room_teams, ARGS(arg_i64((int64_t)id)), &teams, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "A page to be measured", NAV_CALENDAR);
	fill(c, &viewer, &teams, &v);
	return response_html(c->res, page_contest_html, &v, e);
}

#define LINE(pattern)                                                                              \
	{                                                                                          \
		METHOD_GET, pattern, bench_page, ROLE_GUEST, CSRF_SAFE, CACHE_PRIVATE, NULL, 0,    \
			.late = true                                                               \
	}

/* The measured page stands last, so that the matcher looks at every line. */
const struct route routes[] = {
	LINE("/"),
	LINE("/calendar"),
	LINE("/calendar.ics"),
	LINE("/contest/:platform/:id"),
	LINE("/contest/:platform/:id/event.ics"),
	LINE("/sources"),
	LINE("/preferences"),
	LINE("/sign-in"),
	LINE("/api/v1/calendar"),
	LINE("/api/v1/sources"),
	LINE("/health"),
	LINE("/metrics"),
	LINE("/leaderboard"),
	LINE("/a/:b/c"),
	LINE("/a/:b/d"),
	LINE("/a/:b/e"),
	LINE("/measured/:room"),
};
const size_t n_routes = countof(routes);
