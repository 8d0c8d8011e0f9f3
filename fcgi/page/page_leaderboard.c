/* The leaderboard of a month: by problems solved, by points or by the change of rating. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/month.h"
#include "base/scan.h"
#include "fcgi/admin_frame.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_board.h"

static const struct {
	const char *order;
	const char *label;
} ways[] = {
	{ "solved", "Solved" },
	{ "points", "Points" },
	{ "rating", "Rating" },
};

struct asked {
	int64_t month;
	int64_t now; // the month that it is
	const char *order;
	int64_t group;
	int64_t page;
};

static int read_asked(const struct ctx *c, struct asked *a, struct err *e)
{
	struct span month = span_trim(request_query(c->req, "month"));
	int64_t page = admin_number(request_query(c->req, "page"));

	*a = (struct asked){ .now = month_of_day(c->now_us / 1000000 / 86400),
		.order = member_board_order_find(request_query(c->req, "by")),
		.group = admin_number(request_query(c->req, "group")),
		.page = page > 0 && page <= MEMBER_MAX_PAGE ? page : 1 };
	a->month = a->now;
	if (month.n > 0 && !month_parse(month, &a->month))
		return err_field(e, "month", "month must be written like 2026-12");
	if (a->month > a->now)
		return err_field(e, "month", "that month has not begun");
	if (a->order == NULL)
		return err_field(e, "by", "there is no such order");
	return 0;
}

/* Of the first page. */
static struct url link_of(struct arena *m, const struct asked *a)
{
	struct url u = url_path("/members/leaderboard");

	if (a->month != a->now)
		u = url_with(m, u, "month", span_of(month_text(m, a->month)));
	if (a->order != member_board_order_find(SPAN("")))
		u = url_with(m, u, "by", span_of(a->order));
	if (a->group > 0)
		u = url_with(m, u, "group", span_of(arena_printf(m, "%lld", (long long)a->group)));
	return u;
}

static struct url link_to_month(struct arena *m, struct asked a, int64_t month)
{
	a.month = month;
	return link_of(m, &a);
}

static void fill_ways(struct arena *m, const struct asked *a, struct leaderboard_view *v)
{
	struct member_choice *choices = arena_new_array(m, struct member_choice, countof(ways));

	for (size_t i = 0; i < countof(ways); i++) {
		struct asked other = *a;

		other.order = ways[i].order;
		choices[i] = (struct member_choice){ ways[i].label, link_of(m, &other),
			span_is(span_of(a->order), ways[i].order) };
	}
	v->orders = (struct member_choices){ choices, countof(ways) };
}

static int fill_months(
	struct ctx *c, const struct asked *a, struct leaderboard_view *v, struct err *e)
{
	int64_t first;

	if (member_board_first(c->db, c->mem, &first, e) != 0)
		return -1;
	v->month = month_name(c->mem, a->month);
	v->month_iso = month_text(c->mem, a->month);
	v->months.previous_name = month_name(c->mem, a->month - 1);
	v->months.next_name = month_name(c->mem, a->month + 1);
	if (first != INT64_MIN && a->month > first)
		v->months.previous = link_to_month(c->mem, *a, a->month - 1);
	if (a->month < a->now) {
		v->months.next = link_to_month(c->mem, *a, a->month + 1);
		v->months.today = link_to_month(c->mem, *a, a->now);
	}
	return 0;
}

static struct member_place place_of(struct arena *m, const struct board_line *l, int64_t own)
{
	return (struct member_place){ .place = l->place,
		.link = member_link(m, l->id),
		.name = l->name,
		.handle = l->handle,
		.group = l->group,
		.rank = member_rank_class(l->rank),
		.is_proved = l->is_proved,
		.is_me = l->id == own,
		.n_solved = l->n_solved,
		.points = l->points,
		.n_contests = l->n_contests,
		.change = l->n_contests > 0 ? arena_printf(m, "%+lld", (long long)l->rating_change)
					    : "–",
		.mood = l->rating_change > 0   ? "change-up"
			: l->rating_change < 0 ? "change-down"
					       : "" };
}

static int fill_places(struct ctx *c, const struct member_access *access, const struct asked *a,
	struct leaderboard_view *v, struct err *e)
{
	const struct board_filter f = { .month = a->month,
		.order = a->order,
		.group_id = a->group,
		.most = MEMBER_PAGE,
		.skip = (int)((a->page - 1) * MEMBER_PAGE) };
	struct member_place *places;
	struct board_lines list;
	int64_t own;

	if (member_board(c->db, c->mem, access, &f, &list, e) != 0 || member_own(c, &own, e) != 0)
		return -1;
	places = arena_new_array(c->mem, struct member_place, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		places[i] = place_of(c->mem, &list.v[i], own);
	v->places = (struct member_places){ places, list.n };
	v->total = list.total;
	v->steps =
		page_steps(c->mem, link_of(c->mem, a), a->page, list.total > a->page * MEMBER_PAGE);
	return 0;
}

int page_leaderboard(struct ctx *c, struct err *e)
{
	struct leaderboard_view v = { .total = 0 };
	struct member_access access;
	struct viewer viewer;
	struct asked a;

	viewer_read(c->req, &viewer);
	if (read_asked(c, &a, e) != 0 || member_reader(c, &access, e) != 0 ||
		fill_months(c, &a, &v, e) != 0 || fill_places(c, &access, &a, &v, e) != 0)
		return -1;
	if (member_is_coach(&access) &&
		member_group_options(c, &access, a.group, "All groups", &v.groups, e) != 0)
		return -1;
	fill_ways(c->mem, &a, &v);
	v.order = a.order;
	v.page = member_page(c, &viewer, "Leaderboard");
	return response_html(c->res, page_leaderboard_html, &v, e);
}
