/* Groups of members: listed and made, changed, given coaches. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/admin_frame.h"
#include "fcgi/form.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_group.h"

struct typed {
	struct span name;
	struct span year;
	struct span section;
};

static const struct field fields[] = {
	FIELD_LINE(struct typed, name, 0, USER_MAX_NAME),
	FIELD_LINE(struct typed, year, 0, 4),
	FIELD_LINE(struct typed, section, 0, MEMBER_MAX_SECTION),
};

static struct url group_link(struct arena *m, int64_t id, const char *what)
{
	const char *number = arena_printf(m, "%lld", (long long)id);

	return what != NULL ? url_to(m, "/members/groups/{}/{}", number, what, NULL)
			    : url_to(m, "/members/groups/{}", number, NULL);
}

static struct member_group_item item_of(struct arena *m, const struct member_group *g)
{
	return (struct member_group_item){ .id = g->id,
		.name = g->name,
		.year = g->year != 0 ? arena_printf(m, "%lld", (long long)g->year) : NULL,
		.section = g->section,
		.n = g->n,
		.coaches = g->coaches,
		.members = url_with(m, url_path("/members"), "group",
			span_of(arena_printf(m, "%lld", (long long)g->id))),
		.link = group_link(m, g->id, NULL) };
}

static bool is_users(const struct err *why)
{
	return why->kind == ERR_INVALID || why->kind == ERR_CONFLICT;
}

/* ---- all of them ---- */

static int show_all(struct ctx *c, const struct typed *t, const char *error, struct err *e)
{
	struct member_groups_view v = { .error = error };
	struct member_access a;
	struct member_groups list;
	struct member_group_item *items;
	struct viewer viewer;

	if (member_reader(c, &a, e) != 0 || member_groups(c->db, c->mem, &a, &list, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct member_group_item, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		items[i] = item_of(c->mem, &list.v[i]);
	v.groups = (struct member_group_items){ items, list.n };
	v.name = t->name;
	v.year = t->year;
	v.section = t->section;
	viewer_read(c->req, &viewer);
	v.page = member_page(c, &viewer, "Groups");
	return response_html(c->res, page_member_groups_html, &v, e);
}

int page_member_groups(struct ctx *c, struct err *e)
{
	const struct typed t = { .name = SPAN_NONE };

	return show_all(c, &t, NULL, e);
}

static int read_form(struct ctx *c, struct typed *t, struct member_group_new *out, struct err *why)
{
	struct field_errors errors = { .n = 0 };

	if (form_read(c->req, c->mem, fields, countof(fields), t, &errors) != 0)
		return form_fail(&errors, why);
	*out = (struct member_group_new){ t->name, admin_number(t->year), t->section };
	if (t->year.n > 0 && out->year == 0)
		return err_field(why, "year", "a year is from 1900 to 2200");
	return 0;
}

int page_member_groups_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct typed t = { .name = SPAN_NONE };
	struct member_group_new g;
	struct member_access a;
	int64_t id;

	if (member_reader(c, &a, e) != 0)
		return -1;
	if (read_form(c, &t, &g, &why) == 0 &&
		member_group_add(c->db, c->mem, &a, &g, &id, &why) == 0)
		return response_redirect(c->res,
			url_with(c->mem, group_link(c->mem, id, NULL), "done", SPAN("group")));
	if (!is_users(&why)) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show_all(c, &t, page_sentence(c->mem, why.text), e);
}

/* ---- one of them ---- */

static int find(struct ctx *c, struct member_access *a, struct member_group *out, struct err *e)
{
	int64_t id = admin_number(route_param(c, "id"));
	struct member_groups list;

	if (member_reader(c, a, e) != 0 || member_groups(c->db, c->mem, a, &list, e) != 0)
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		if (list.v[i].id == id) {
			*out = list.v[i];
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "no such group");
}

static int show_one(struct ctx *c, const struct member_group *g, const char *error, struct err *e)
{
	struct member_group_view v = { .group = item_of(c->mem, g),
		.change = group_link(c->mem, g->id, NULL),
		.remove = group_link(c->mem, g->id, "delete"),
		.add_coach = group_link(c->mem, g->id, "coach"),
		.remove_coach = group_link(c->mem, g->id, "coach-remove"),
		.error = error };
	struct member_coaches list;
	struct member_coach_item *items;
	struct viewer viewer;

	if (member_coaches(c->db, c->mem, g->id, &list, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct member_coach_item, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		items[i] = (struct member_coach_item){ list.v[i].user_id, list.v[i].name,
			list.v[i].email };
	v.coaches = (struct member_coach_items){ items, list.n };
	viewer_read(c->req, &viewer);
	v.page = member_page(c, &viewer, arena_dup(c->mem, g->name));
	return response_html(c->res, page_member_group_html, &v, e);
}

int page_member_group(struct ctx *c, struct err *e)
{
	struct member_access a;
	struct member_group g;

	return find(c, &a, &g, e) == 0 ? show_one(c, &g, NULL, e) : -1;
}

/* The end of a form: back to the group, or the group again with what was wrong. */
static int back(struct ctx *c, const struct member_group *g, const char *done, int rc,
	const struct err *why, struct err *e)
{
	if (rc == 0)
		return response_redirect(c->res,
			url_with(c->mem, group_link(c->mem, g->id, NULL), "done", span_of(done)));
	if (!is_users(why) && why->kind != ERR_NOT_FOUND) {
		*e = *why;
		return -1;
	}
	response_status(c->res, 422);
	return show_one(c, g, page_sentence(c->mem, why->text), e);
}

int page_member_group_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct typed t = { .name = SPAN_NONE };
	struct member_group_new n;
	struct member_access a;
	struct member_group g;
	int rc;

	if (find(c, &a, &g, e) != 0)
		return -1;
	rc = read_form(c, &t, &n, &why);
	if (rc == 0)
		rc = member_group_change(c->db, &a, g.id, &n, &why);
	return back(c, &g, "group", rc, &why, e);
}

int page_member_group_delete(struct ctx *c, struct err *e)
{
	struct member_access a;
	struct member_group g;

	if (find(c, &a, &g, e) != 0 || member_group_delete(c->db, &a, g.id, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/members/groups?done=group-deleted"));
}

int page_member_coach_add(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct member_access a;
	struct member_group g;
	int rc;

	if (find(c, &a, &g, e) != 0)
		return -1;
	rc = member_coach_add(
		c->db, c->mem, &a, g.id, span_trim(request_form(c->req, "email")), &why);
	return back(c, &g, "coach", rc, &why, e);
}

int page_member_coach_remove(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct member_access a;
	struct member_group g;
	int rc;

	if (find(c, &a, &g, e) != 0)
		return -1;
	rc = member_coach_remove(c->db, &a, g.id, admin_number(request_form(c->req, "user")), &why);
	if (rc == 0 && !a.everybody && admin_number(request_form(c->req, "user")) == a.user_id)
		return response_redirect(c->res, url_path("/members/groups?done=coach"));
	return back(c, &g, "coach", rc, &why, e);
}
