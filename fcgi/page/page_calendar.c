#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/calendar_bar.h"
#include "fcgi/contest_fill.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"

/*
 * The list of contests: those that run now, then the coming ones by the day on which they begin in
 * the viewer's zone. /calendar?view=month is page_month.c's.
 */
enum {
	US = 1000000,
	MAX_PAGE = 100
};

static int read_page(const struct request *r, int64_t *out, struct err *e)
{
	struct span s = span_trim(request_query(r, "page"));
	uint64_t n = 1;

	if (s.n > 0 && (!span_u64(s, MAX_PAGE, &n) || n == 0))
		return err_field(e, "page", "page must be a number from 1 to %d", MAX_PAGE);
	*out = (int64_t)n;
	return 0;
}

static const char *day_note(int64_t day, int64_t today)
{
	return day == today ? "today" : day == today + 1 ? "tomorrow" : NULL;
}

/* The list is ordered by start, so each day's contests stand side by side. */
static struct calendar_days days(struct arena *m, const struct zone *z, int64_t now_s,
	const struct contest_item *items, size_t n)
{
	struct calendar_day *v = arena_new_array(m, struct calendar_day, n);
	int64_t today = when_local_day(z, now_s);
	int64_t last = INT64_MIN;
	size_t n_days = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t day = when_local_day(z, items[i].start_s);

		if (day != last) {
			v[n_days++] = (struct calendar_day){
				.iso = when_iso_day(m, day),
				.id = arena_printf(m, "d%s", when_iso_day(m, day)),
				.name = when_day(m, day),
				.note = day_note(day, today),
				.contests = { &items[i], 0 },
			};
			last = day;
		}
		v[n_days - 1].contests.n++;
	}
	return (struct calendar_days){ v, n_days };
}

/* Contests that have begun come first in the order of start, so a split is enough. */
static void fill_list(const struct ctx *c, const struct viewer *viewer,
	const struct calendar_list *list, struct calendar_list_view *v)
{
	struct contest_item *items = arena_new_array(c->mem, struct contest_item, list->n);
	int64_t now_s = c->now_us / US;
	size_t begun = 0;

	for (size_t i = 0; i < list->n; i++) {
		contest_fill(c->mem, viewer->zone, now_s, &list->v[i], &items[i]);
		if (items[i].start_s <= now_s)
			begun = i + 1;
	}
	v->running = (struct contest_items){ items, begun };
	v->days = days(c->mem, viewer->zone, now_s, items + begun, list->n - begun);
	v->total = list->total;
}

static struct url page_url(const struct ctx *c, const struct calendar_filter *f, int64_t number)
{
	struct url u = calendar_filter_url(c->mem, url_path("/calendar"), f);

	if (number == 1)
		return u;
	return url_with(
		c->mem, u, "page", span_of(arena_printf(c->mem, "%lld", (long long)number)));
}

static void fill_pages(const struct ctx *c, const struct calendar_filter *f, int64_t number,
	struct calendar_list_view *v)
{
	v->page_number = number;
	v->n_pages = (v->total + CALENDAR_PAGE - 1) / CALENDAR_PAGE;
	if (v->n_pages > MAX_PAGE)
		v->n_pages = MAX_PAGE;
	if (number > 1)
		v->previous = page_url(c, f, number - 1);
	if (number < v->n_pages)
		v->next = page_url(c, f, number + 1);
}

static int page_list(struct ctx *c, struct err *e)
{
	struct calendar_query q = { .from_at = c->now_us,
		.to_at = INT64_MIN,
		.cancelled_since = c->now_us - CALENDAR_CANCELLED_S * INT64_C(1000000),
		.after_at = INT64_MIN,
		.limit = CALENDAR_PAGE };
	struct calendar_list_view v = { .page_number = 1 };
	struct calendar_filter filter;
	struct calendar_sources sources;
	struct calendar_list list;
	struct viewer viewer;
	int64_t number;

	if (calendar_filter_read(c->req, &filter, e) != 0 || read_page(c->req, &number, e) != 0 ||
		calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (response_not_modified(c->res, calendar_version_at(c->mem, &sources, c->now_us)))
		return 0;
	viewer_read(c->req, &viewer);
	calendar_filter_apply(&filter, &q);
	q.offset = (size_t)(number - 1) * CALENDAR_PAGE;
	if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	if (list.n == 0 && number > 1)
		return err_set(e, ERR_NOT_FOUND, "there are not that many contests");
	v.page = page_start(c, &viewer, "Contest calendar", NAV_CALENDAR);
	v.page.description = "Upcoming programming contests of seven platforms.";
	v.bar = calendar_bar(c, &viewer, &filter, &sources, NULL);
	fill_list(c, &viewer, &list, &v);
	fill_pages(c, &filter, number, &v);
	return response_html(c->res, page_calendar_list_html, &v, e);
}

int page_calendar(struct ctx *c, struct err *e)
{
	struct span view = request_query(c->req, "view");

	if (view.n == 0 || span_is(view, "list"))
		return page_list(c, e);
	if (span_is(view, "month"))
		return page_month(c, e);
	return err_field(e, "view", "view must be list or month");
}
