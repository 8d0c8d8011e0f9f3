/* A list of members as a spreadsheet writes it: sent in, and what came of it line by line. */
#include "base/attr.h"
#include "base/csv.h"
#include "base/limits.h"
#include "fcgi/admin_frame.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_import.h"
#include "model/user.h"

#define SHOWN 200

static int show(struct ctx *c, struct span error, struct err *e)
{
	struct member_import_view v = { .error = error,
		.most = arena_printf(c->mem, "%d MiB", MEMBER_MAX_TEXT / (1024 * 1024)) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = member_page(c, &viewer, "Import members");
	return response_html(c->res, page_member_import_html, &v, e);
}

int page_member_import(struct ctx *c, struct err *e)
{
	return show(c, SPAN_NONE, e);
}

/* The file, or what was typed in. */
static struct span list_of(const struct request *r)
{
	for (size_t i = 0; i < r->form.n; i++) {
		if (span_is(r->form.v[i].name, "list") && r->form.v[i].value.n > 0)
			return r->form.v[i].value;
	}
	return request_form(r, "text");
}

int page_member_import_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct span list = list_of(c->req);
	struct member_access a;
	int64_t id;

	if (member_reader(c, &a, e) != 0)
		return -1;
	if (list.n == 0)
		err_set(&why, ERR_INVALID, "choose a file, or type in a list");
	else if (member_import(c->db, c->mem, &a, list, &id, &why) == 0)
		return response_redirect(
			c->res, url_to(c->mem, "/members/import/{}",
					arena_printf(c->mem, "%lld", (long long)id), NULL));
	if (why.kind != ERR_INVALID && why.kind != ERR_LIMIT) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show(c, span_of(page_sentence(c->mem, why.text)), e);
}

/* ---- the report ---- */

static int read_report(struct ctx *c, int64_t *id, struct member_report *out, struct err *e)
{
	*id = admin_number(route_param(c, "id"));
	return member_import_get(c->db, c->mem, c->user->id, *id, out, e);
}

static void fill_bad(struct arena *m, const struct member_report *r, struct member_report_view *v)
{
	struct member_bad_line *lines = arena_new_array(m, struct member_bad_line, SHOWN);
	struct csv csv;
	struct span cells[2];
	size_t n;

	csv_begin(&csv, r->report);
	while (v->bad.n < SHOWN && csv_next(&csv, m, cells, 2, &n) == CSV_RECORD && n == 2)
		lines[v->bad.n++] = (struct member_bad_line){ cells[0], cells[1] };
	v->bad.v = lines;
	v->has_more = r->n_bad > (int64_t)v->bad.n;
}

int page_member_report(struct ctx *c, struct err *e)
{
	struct member_report_view v = { .n_lines = 0 };
	struct member_report r;
	struct viewer viewer;
	int64_t id;

	if (read_report(c, &id, &r, e) != 0)
		return -1;
	v.n_lines = r.n_lines;
	v.n_added = r.n_added;
	v.n_changed = r.n_changed;
	v.n_bad = r.n_bad;
	fill_bad(c->mem, &r, &v);
	v.file = url_to(c->mem, "/members/import/{}/report.csv",
		arena_printf(c->mem, "%lld", (long long)id), NULL);
	viewer_read(c->req, &viewer);
	v.page = member_page(c, &viewer, "What came of the list");
	return response_html(c->res, page_member_report_html, &v, e);
}

int page_member_report_file(struct ctx *c, struct err *e)
{
	struct member_report r;
	int64_t id;

	if (read_report(c, &id, &r, e) != 0)
		return -1;
	response_type(c->res, "text/csv; charset=utf-8");
	response_header(c->res, "Content-Disposition", SPAN("attachment; filename=\"report.csv\""));
	buf_adds(response_body(c->res), "line,reason\n");
	buf_add_span(response_body(c->res), r.report);
	return 0;
}
