#include "base/civil.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/month.h"
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
 * A month of the calendar as whole weeks from Monday on, in the viewer's zone. A contest stands on
 * every day that it touches.
 */
enum {
	US = 1000000,
	DAYS_A_WEEK = 7,
	MONTHS_BACK = 12,
	MONTHS_AHEAD = 24
};

struct month {
	int64_t index;      // base/month.h
	int64_t now;        // the index of the month in which the viewer is
	int64_t first;      // day number of the 1st
	int64_t grid_first; // Monday of the week of the 1st
	int64_t n_weeks;
	int64_t today;
};

static int read_month(const struct ctx *c, const struct zone *z, struct month *out, struct err *e)
{
	struct span s = span_trim(request_query(c->req, "month"));

	out->today = when_local_day(z, c->now_us / US);
	out->now = month_of_day(out->today);
	out->index = out->now;
	if (s.n > 0 && !month_parse(s, &out->index))
		return err_field(e, "month", "month must be written like 2026-12");
	if (out->index < out->now - MONTHS_BACK || out->index > out->now + MONTHS_AHEAD)
		return err_field(
			e, "month", "the calendar reaches from a year ago to two years ahead");
	out->first = civil_days(month_year(out->index), month_of_year(out->index), 1);
	out->grid_first = out->first - (civil_weekday(out->first) - 1);
	out->n_weeks = (out->first - out->grid_first +
			       civil_month_days(month_year(out->index), month_of_year(out->index)) +
			       DAYS_A_WEEK - 1) /
		       DAYS_A_WEEK;
	return 0;
}

/* The contests that touch the day, those that go on from the day before marked so. */
static struct contest_items on_day(struct arena *m, const struct zone *z, int64_t day,
	const struct contest_item *items, size_t n)
{
	struct contest_item *v = arena_new_array(m, struct contest_item, n);
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t begins = when_local_day(z, items[i].start_s);

		if (begins > day || when_local_day(z, items[i].end_s - 1) < day)
			continue;
		v[found] = items[i];
		v[found++].is_continued = begins < day;
	}
	return (struct contest_items){ v, found };
}

/* The week's number is that of the year in which its Thursday lies (ISO 8601). */
static int week_number(int64_t monday)
{
	int64_t thursday = monday + 3;

	return (int)((thursday - civil_days(civil_at(thursday * 86400).year, 1, 1)) / DAYS_A_WEEK) +
	       1;
}

static struct calendar_weeks weeks(struct arena *m, const struct zone *z, const struct month *month,
	const struct contest_item *items, size_t n)
{
	struct calendar_week *v = arena_new_array(m, struct calendar_week, (size_t)month->n_weeks);
	int64_t day = month->grid_first;

	for (int64_t w = 0; w < month->n_weeks; w++) {
		struct calendar_cell *cells = arena_new_array(m, struct calendar_cell, DAYS_A_WEEK);

		v[w].number = week_number(day);
		for (int d = 0; d < DAYS_A_WEEK; d++, day++) {
			struct civil date = civil_at(day * 86400);

			cells[d] = (struct calendar_cell){ .day = date.day,
				.weekday =
					arena_printf(m, "%.3s", civil_weekday_name(date.weekday)),
				.iso = when_iso_day(m, day),
				.name = when_day(m, day),
				.is_today = day == month->today,
				.is_past = day < month->today,
				.is_outside = date.month != month_of_year(month->index),
				.contests = on_day(m, z, day, items, n) };
		}
		v[w].cells = (struct calendar_cells){ cells, DAYS_A_WEEK };
	}
	return (struct calendar_weeks){ v, (size_t)month->n_weeks };
}

static struct url month_url(const struct ctx *c, const struct calendar_filter *f, int64_t index)
{
	struct url u = url_with(c->mem, url_path("/calendar"), "view", SPAN("month"));

	u = url_with(c->mem, u, "month", span_of(month_text(c->mem, index)));
	return calendar_filter_url(c->mem, u, f);
}

static void fill_month(const struct ctx *c, const struct calendar_filter *f,
	const struct month *month, struct calendar_month_view *v)
{
	int64_t before = month->index - 1;
	int64_t after = month->index + 1;

	v->name = month_name(c->mem, month->index);
	v->months.previous_name = month_name(c->mem, before);
	v->months.next_name = month_name(c->mem, after);
	if (month->index > month->now - MONTHS_BACK)
		v->months.previous = month_url(c, f, before);
	if (month->index < month->now + MONTHS_AHEAD)
		v->months.next = month_url(c, f, after);
	if (month->index != month->now)
		v->months.today = month_url(c, f, month->now);
}

int page_month(struct ctx *c, struct err *e)
{
	struct calendar_query q = { .cancelled_since =
					    c->now_us - CALENDAR_CANCELLED_S * INT64_C(1000000),
		.after_at = INT64_MIN,
		.limit = CALENDAR_MONTH_MAX };
	struct calendar_month_view v = { .total = 0 };
	struct contest_item *items;
	struct calendar_filter filter;
	struct calendar_sources sources;
	struct calendar_list list;
	struct viewer viewer;
	struct month month = { 0 };

	viewer_read(c->req, &viewer);
	if (calendar_filter_read(c->req, &filter, e) != 0 ||
		read_month(c, viewer.zone, &month, e) != 0 ||
		calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (response_not_modified(c->res, calendar_version_at(c->mem, &sources, c->now_us)))
		return 0;
	calendar_filter_apply(&filter, &q);
	q.from_at = when_day_begin(viewer.zone, month.grid_first) * US;
	q.to_at = when_day_begin(viewer.zone, month.grid_first + month.n_weeks * DAYS_A_WEEK) * US;
	if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct contest_item, list.n);
	for (size_t i = 0; i < list.n; i++)
		contest_fill(c->mem, viewer.zone, c->now_us / US, &list.v[i], &items[i]);
	v.page = page_start(c, &viewer, "Contest calendar", NAV_CALENDAR);
	v.bar = calendar_bar(c, &viewer, &filter, &sources, month_text(c->mem, month.index));
	fill_month(c, &filter, &month, &v);
	v.weeks = weeks(c->mem, viewer.zone, &month, items, list.n);
	v.total = list.total;
	return response_html(c->res, page_calendar_month_html, &v, e);
}
