/* The club at a glance: a table that can be searched, sorted and paged, and taken along as CSV. */
#include "base/attr.h"
#include "base/csv.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member.h"
#include "model/user.h"

static const struct {
	const char *order;
	const char *name;
	bool is_number;
} columns[] = {
	{ "name", "Name", false },
	{ NULL, "Group", false },
	{ "rating", "Rating", true },
	{ "most", "Best", true },
	{ "solved", "Solved", true },
	{ "active", "Last accepted", false },
	{ "synced", "Synced", false },
};

struct asked {
	struct span words;
	int64_t group;
	const char *order;
	bool is_descending;
	int64_t page;
};

static int64_t number_of(const struct ctx *c, const char *name, int64_t most)
{
	uint64_t n;

	return span_u64(span_trim(request_query(c->req, name)), (uint64_t)most, &n) ? (int64_t)n
										    : 0;
}

static struct asked read_asked(const struct ctx *c)
{
	struct asked a = { .words = span_sub(
				   span_trim(request_query(c->req, "q")), 0, MEMBER_MAX_WORDS),
		.group = number_of(c, "group", INT64_MAX),
		.order = member_order_find(request_query(c->req, "order")),
		.page = number_of(c, "page", MEMBER_MAX_PAGE) };

	if (a.order == NULL)
		a.order = MEMBER_FIRST_ORDER;
	a.is_descending = span_is(request_query(c->req, "direction"), "down");
	a.page += a.page == 0;
	return a;
}

/* Of the first page. */
static struct url link_of(struct arena *m, const struct asked *a)
{
	struct url u = url_path("/members");

	if (a->words.n > 0)
		u = url_with(m, u, "q", a->words);
	if (a->group > 0)
		u = url_with(m, u, "group", span_of(arena_printf(m, "%lld", (long long)a->group)));
	if (!span_is(span_of(a->order), MEMBER_FIRST_ORDER))
		u = url_with(m, u, "order", span_of(a->order));
	if (a->is_descending)
		u = url_with(m, u, "direction", SPAN("down"));
	return u;
}

/* Numbers and times begin with the highest; a second time turns the order round. */
static struct member_columns heads(struct arena *m, const struct asked *a)
{
	struct member_column *v = arena_new_array(m, struct member_column, countof(columns));

	for (size_t i = 0; i < countof(columns); i++) {
		bool is_here =
			columns[i].order != NULL && span_is(span_of(a->order), columns[i].order);
		struct asked other = *a;

		v[i] = (struct member_column){ .name = columns[i].name,
			.is_number = columns[i].is_number,
			.sorted = !is_here           ? "none"
				  : a->is_descending ? "descending"
						     : "ascending" };
		if (columns[i].order == NULL)
			continue;
		other.order = columns[i].order;
		other.is_descending = is_here ? !a->is_descending : i > 0;
		v[i].link = link_of(m, &other);
	}
	return (struct member_columns){ v, countof(columns) };
}

static void fill_rows(const struct ctx *c, const struct zone *z, const struct member_items *list,
	struct members_view *v)
{
	struct member_row *rows = arena_new_array(c->mem, struct member_row, list->n + 1);

	for (size_t i = 0; i < list->n; i++)
		rows[i] = member_row_of(c->mem, z, &list->v[i]);
	v->rows = (struct member_rows){ rows, list->n };
	v->total = list->total;
}

static void fill_table(struct arena *m, const struct asked *a, struct members_view *v)
{
	v->order = a->order;
	v->direction = a->is_descending ? "down" : "up";
	v->columns = heads(m, a);
	v->steps = page_steps(m, link_of(m, a), a->page, v->total > a->page * MEMBER_PAGE);
}

static int fill_own(struct ctx *c, struct members_view *v, struct err *e)
{
	int64_t id;

	if (member_own(c, &id, e) != 0)
		return -1;
	if (id != 0)
		v->own = member_link(c->mem, id);
	return 0;
}

int page_members(struct ctx *c, struct err *e)
{
	struct asked a = read_asked(c);
	const struct member_filter f = { .words = a.words,
		.group_id = a.group,
		.order = a.order,
		.is_descending = a.is_descending,
		.most = MEMBER_PAGE,
		.skip = (int)((a.page - 1) * MEMBER_PAGE) };
	struct members_view v = { .words = a.words, .is_filtered = a.words.n > 0 || a.group > 0 };
	struct member_access access;
	struct member_items list;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (member_reader(c, &access, e) != 0 ||
		member_list(c->db, c->mem, &access, &f, &list, e) != 0 || fill_own(c, &v, e) != 0 ||
		member_resting(c, &viewer, &v.resting, e) != 0)
		return -1;
	v.is_coach = user_has(c->user, ROLE_COACH) || access.everybody;
	v.is_member = c->user != NULL;
	if (v.is_coach &&
		member_group_options(c, &access, a.group, "All groups", &v.groups, e) != 0)
		return -1;
	fill_rows(c, viewer.zone, &list, &v);
	fill_table(c->mem, &a, &v);
	v.page = member_page(c, &viewer, "Members");
	return response_html(c->res, page_members_html, &v, e);
}

/* ---- taken along ----------------------------------------------------------------------------- */

static void put_number(struct buf *b, int64_t n)
{
	buf_addc(b, ',');
	if (n != INT64_MIN && n != 0)
		buf_addf(b, "%lld", (long long)n);
}

static void put_line(struct arena *m, struct buf *b, const struct member_line *l)
{
	const struct span texts[] = { l->name, l->email, l->phone, l->handle, l->group };

	for (size_t i = 0; i < countof(texts); i++) {
		if (i > 0)
			buf_addc(b, ',');
		csv_put(b, texts[i]);
	}
	put_number(b, l->year);
	buf_addc(b, ',');
	csv_put(b, l->section);
	put_number(b, l->rating);
	put_number(b, l->max_rating);
	buf_addf(b, ",%lld,", (long long)l->n_solved);
	if (l->active_at != INT64_MIN)
		csv_put(b, span_of(when_iso(m, l->active_at / 1000000)));
	buf_adds(b, "\r\n");
}

/* With the mark by which spreadsheets know UTF-8. Each step's rows are given back at once. */
int page_members_export(struct ctx *c, struct err *e)
{
	struct buf *b = response_body(c->res);
	struct arena *step = arena_new(4 * 1024 * 1024);
	struct member_access access;
	struct member_lines lines = { .n = MEMBER_BATCH };
	int64_t after = 0;
	int rc = member_reader(c, &access, e);

	response_type(c->res, "text/csv; charset=utf-8");
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(c->mem, "attachment; filename=\"members-%s.csv\"",
			when_iso_day(c->mem, c->now_us / 1000000 / 86400))));
	buf_adds(b, "\xef\xbb\xbfname,email,phone,handle,group,year,section,rating,best,solved,"
		    "last accepted\r\n");
	while (rc == 0 && lines.n == MEMBER_BATCH) {
		arena_reset(step);
		rc = member_export(c->db, step, &access, after, &lines, e);
		for (size_t i = 0; rc == 0 && i < lines.n; i++) {
			put_line(step, b, &lines.v[i]);
			after = lines.v[i].id;
		}
	}
	arena_free(step);
	return rc;
}
