/*
 * Packages: sent in here, read by a job, and what it found. The upload is the one request that may
 * be large; it is taken by the processes of slow routes.
 */
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/error_reply.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/parse.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/submission_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/problem_import.h"
#include "model/problem_right.h"
#include "model/user.h"
#include "view/import.h"

#define US 1000000

static const struct {
	const char *word;
	const char *mood;
	const char *headline;
} states[] = {
	[PROBLEM_IMPORT_WAITS] = { "waiting", "wait", "Waiting to be read" },
	[PROBLEM_IMPORT_READS] = { "being read", "wait", "Being read" },
	[PROBLEM_IMPORT_IN] = { "imported", "ok", "Imported" },
	[PROBLEM_IMPORT_REFUSED] = { "refused", "bad", "Refused" },
};

static const struct {
	const char *word;
	const char *mood;
} levels[] = {
	[PROBLEM_IMPORT_NOTE] = { "note", "off" },
	[PROBLEM_IMPORT_WARNING] = { "warning", "warn" },
	[PROBLEM_IMPORT_ERROR] = { "error", "bad" },
};

static struct import_item item_of(
	const struct ctx *c, const struct zone *z, const struct problem_import *i)
{
	struct import_item item = {
		.link = url_to(c->mem, "/problems/import/{}",
			arena_printf(c->mem, "%" PRId64, i->id), NULL),
		.file_name = i->file_name,
		.size = submission_size(c->mem, i->size),
		.made = when_stamp(c->mem, z, i->made_at / US),
		.made_iso = when_iso(c->mem, i->made_at / US),
		.state = states[i->state].word,
		.mood = states[i->state].mood,
	};

	if (i->user_id != c->user->id)
		item.sender =
			i->user_name.p != NULL ? i->user_name : SPAN("an account that is gone");
	if (i->state == PROBLEM_IMPORT_IN && i->slug.p != NULL) {
		item.problem = i->name.p != NULL ? i->name : i->slug;
		item.problem_page = url_to(c->mem, "/problem/{}", arena_dup(c->mem, i->slug), NULL);
	}
	return item;
}

/* ---- the form, and what was sent in lately ---- */

static int show(struct ctx *c, struct imports_view *v, struct err *e)
{
	struct problem_imports list;
	struct import_item *items;
	struct viewer viewer;

	if (problem_import_list(c->db, c->mem, c->user, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	items = arena_new_array(c->mem, struct import_item, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		items[i] = item_of(c, viewer.zone, &list.v[i]);
	v->items = (struct import_items){ items, list.n };
	v->most = arena_printf(c->mem, "%d MiB", IMPORT_MAX_ZIP / (1024 * 1024));
	v->page = page_start(c, &viewer, "Import a problem", NAV_PROBLEMS);
	v->page.no_index = true;
	return response_html(c->res, page_imports_html, v, e);
}

int page_imports(struct ctx *c, struct err *e)
{
	struct imports_view v = { .slug = span_trim(request_query(c->req, "problem")) };

	return show(c, &v, e);
}

/* The problem that it becomes a version of; 0 for none. */
static int find_problem(struct ctx *c, struct span slug, int64_t *id, struct err *e)
{
	const struct problem_ask ask = { .name = slug, .user = c->user, .need = PROBLEM_MAY_EDIT };
	struct problem_ref ref;

	*id = 0;
	if (slug.n == 0)
		return 0;
	if (problem_find(c->db, c->mem, &ask, &ref, e) != 0)
		return -1;
	*id = ref.id;
	return 0;
}

static int show_again(struct ctx *c, struct span slug, const struct err *why, struct err *e)
{
	struct imports_view v = { .slug = slug };

	v.error = span_of(page_sentence(c->mem, why->text));
	response_status(c->res, why->kind == ERR_LIMIT ? 429 : 422);
	if (why->kind == ERR_LIMIT)
		error_retry_after(c, why);
	return show(c, &v, e);
}

static struct span package_of(const struct request *r, struct span *name)
{
	for (size_t i = 0; i < r->form.n; i++) {
		if (!span_is(r->form.v[i].name, "package") || r->form.v[i].filename.p == NULL)
			continue;
		*name = r->form.v[i].filename;
		return r->form.v[i].value;
	}
	return SPAN_NONE;
}

int page_import_post(struct ctx *c, struct err *e)
{
	struct problem_import_new n = { .user = c->user, .seal = c->seal };
	struct span slug = span_trim(request_form(c->req, "problem"));
	struct err why = { .kind = ERR_NONE };
	int64_t id;

	n.zip = package_of(c->req, &n.file_name);
	if (!parse_is_text(n.file_name))
		n.file_name = SPAN_NONE;
	if (find_problem(c, slug, &n.problem_id, &why) == 0 &&
		problem_import_create(c->db, &n, &id, &why) == 0)
		return response_redirect(
			c->res, url_to(c->mem, "/problems/import/{}",
					arena_printf(c->mem, "%" PRId64, id), NULL));
	if (why.kind == ERR_INVALID || why.kind == ERR_LIMIT || why.kind == ERR_NOT_FOUND)
		return show_again(c, slug, &why, e);
	*e = why;
	return -1;
}

/* ---- one of them ---- */

static void fill_report(
	const struct ctx *c, const struct problem_import_lines *from, struct import_view *v)
{
	struct report_line *lines = arena_new_array(c->mem, struct report_line, from->n + 1);

	for (size_t i = 0; i < from->n; i++) {
		const struct problem_import_line *l = &from->v[i];

		lines[i] = (struct report_line){ levels[l->level].word, levels[l->level].mood,
			l->file, l->line, l->text };
		v->n_errors += l->level == PROBLEM_IMPORT_ERROR;
		v->n_warnings += l->level == PROBLEM_IMPORT_WARNING;
	}
	v->report = (struct report_lines){ lines, from->n };
}

int page_import(struct ctx *c, struct err *e)
{
	struct import_view v = { .n_errors = 0 };
	struct problem_import i;
	struct viewer viewer;
	int64_t id;

	if (!span_i64(route_param(c, "id"), &id) || id <= 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such import");
	if (problem_import_get(c->db, c->mem, c->user, id, &i, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.import = item_of(c, viewer.zone, &i);
	v.is_busy = i.state == PROBLEM_IMPORT_WAITS || i.state == PROBLEM_IMPORT_READS;
	v.headline = states[i.state].headline;
	v.step = i.step.n > 0 ? i.step : SPAN_NONE;
	if (i.ended_at != INT64_MIN) {
		v.ended = when_stamp(c->mem, viewer.zone, i.ended_at / US);
		v.ended_iso = when_iso(c->mem, i.ended_at / US);
	}
	fill_report(c, &i.report, &v);
	v.page = page_start(c, &viewer,
		arena_printf(c->mem, "Import: " SPAN_FMT, SPAN_ARG(i.file_name)), NAV_PROBLEMS);
	v.page.no_index = true;
	v.page.reloads = v.is_busy;
	return response_html(c->res, page_import_html, &v, e);
}
