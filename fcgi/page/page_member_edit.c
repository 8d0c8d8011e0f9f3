/* Members added one by one, changed and deleted, by whoever looks after them. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/form.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member.h"

struct typed {
	struct span name;
	struct span email;
	struct span phone;
	struct span handle;
	int64_t group;
	bool wants_reminders;
};

static const struct field fields[] = {
	FIELD_LINE(struct typed, name, 0, USER_MAX_NAME),
	FIELD_LINE(struct typed, email, 0, USER_MAX_EMAIL),
	FIELD_LINE(struct typed, phone, 0, MEMBER_MAX_PHONE),
	FIELD_LINE(struct typed, handle, 0, CODEFORCES_MAX_HANDLE),
	FIELD_INT(struct typed, group, 0, INT64_MAX),
	FIELD_FLAG(struct typed, wants_reminders),
};

static struct member_new as_new(const struct typed *t)
{
	return (struct member_new){ t->name, t->email, t->phone, t->handle, t->group,
		t->wants_reminders };
}

/* id 0: a new one. */
static int show(struct ctx *c, const struct member_access *a, const struct member *now,
	const struct typed *t, const char *error, struct err *e)
{
	struct member_edit_view v = { .heading = "Add a member",
		.action = url_path("/members/new"),
		.back = url_path("/members"),
		.name = t->name,
		.email = t->email,
		.phone = t->phone,
		.handle = t->handle,
		.wants_reminders = t->wants_reminders,
		.error = error };
	struct viewer viewer;

	if (member_group_options(c, a, t->group, "No group", &v.groups, e) != 0)
		return -1;
	if (now != NULL) {
		v.heading = arena_dup(c->mem, now->row.name);
		v.back = member_link(c->mem, now->row.id);
		v.action = member_act(c->mem, now->row.id, "edit");
		v.remove = member_act(c->mem, now->row.id, "delete");
		v.is_proved = now->row.is_proved;
		v.has_account = now->user_id != 0;
	}
	viewer_read(c->req, &viewer);
	v.page = member_page(c, &viewer, now != NULL ? "Edit a member" : "Add a member");
	return response_html(c->res, page_member_edit_html, &v, e);
}

static bool is_users(const struct err *why)
{
	return why->kind == ERR_INVALID || why->kind == ERR_CONFLICT;
}

/* The form again, with what was wrong with it; any other error stays one. */
static int show_again(struct ctx *c, const struct member_access *a, const struct member *now,
	const struct typed *t, const struct err *why, struct err *e)
{
	if (!is_users(why)) {
		*e = *why;
		return -1;
	}
	response_status(c->res, 422);
	return show(c, a, now, t, page_sentence(c->mem, why->text), e);
}

static int read_form(struct ctx *c, struct typed *t, struct err *why)
{
	struct field_errors errors = { .n = 0 };

	return form_read(c->req, c->mem, fields, countof(fields), t, &errors) == 0
		       ? 0
		       : form_fail(&errors, why);
}

int page_member_new(struct ctx *c, struct err *e)
{
	struct typed t = { .name = SPAN_NONE, .wants_reminders = true };
	struct member_access a;

	return member_reader(c, &a, e) == 0 ? show(c, &a, NULL, &t, NULL, e) : -1;
}

int page_member_new_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct typed t = { .name = SPAN_NONE };
	struct member_access a;
	struct member_new n;
	int64_t id;

	if (member_reader(c, &a, e) != 0)
		return -1;
	if (read_form(c, &t, &why) != 0)
		return show_again(c, &a, NULL, &t, &why, e);
	n = as_new(&t);
	if (member_add(c->db, c->mem, &a, &n, &id, &why) != 0)
		return show_again(c, &a, NULL, &t, &why, e);
	return response_redirect(
		c->res, url_with(c->mem, member_link(c->mem, id), "done", SPAN("added")));
}

/* One that he may change; of others he is told that he may not. */
static int find(struct ctx *c, struct member_access *a, struct member *out, struct err *e)
{
	int64_t id;

	if (member_id(c, &id, e) != 0 || member_reader(c, a, e) != 0 ||
		member_get(c->db, c->mem, a, id, out, e) != 0)
		return -1;
	return out->may_edit ? 0 : err_set(e, ERR_FORBIDDEN, "that member is in another group");
}

int page_member_edit(struct ctx *c, struct err *e)
{
	struct member_access a;
	struct member now;
	struct typed t;

	if (find(c, &a, &now, e) != 0)
		return -1;
	t = (struct typed){ now.row.name, now.email, now.phone, now.row.handle, now.group_id,
		now.wants_reminders };
	return show(c, &a, &now, &t, NULL, e);
}

int page_member_edit_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct typed t = { .name = SPAN_NONE };
	struct member_access a;
	struct member_new n;
	struct member now;

	if (find(c, &a, &now, e) != 0)
		return -1;
	if (read_form(c, &t, &why) != 0)
		return show_again(c, &a, &now, &t, &why, e);
	n = as_new(&t);
	if (member_change(c->db, c->mem, &a, now.row.id, &n, &why) != 0)
		return show_again(c, &a, &now, &t, &why, e);
	return response_redirect(
		c->res, url_with(c->mem, member_link(c->mem, now.row.id), "done", SPAN("saved")));
}

int page_member_delete(struct ctx *c, struct err *e)
{
	struct member_access a;
	int64_t id;

	if (member_id(c, &id, e) != 0 || member_reader(c, &a, e) != 0 ||
		member_delete(c->db, c->mem, &a, id, c->req->client, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/members?done=deleted"));
}
