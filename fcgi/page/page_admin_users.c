/* Accounts: found by a part of name, address or handle; roles, locks and sign-out of one. */
#include <inttypes.h>

#include "base/attr.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/door.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/audit.h"
#include "model/signup.h"
#include "model/user.h"

#define PAGE_USERS 50
#define LAST_ACTS  10
#define MAX_WORDS  100

static struct admin_user_item item(
	const struct ctx *c, const struct zone *z, const struct admin_user *u)
{
	return (struct admin_user_item){ .id = u->id,
		.name = u->name,
		.email = u->email,
		.handle = u->handle,
		.roles = roles_text(c->mem, u->roles),
		.created = admin_stamp(c->mem, z, u->created_at),
		.created_iso = admin_iso(c->mem, u->created_at),
		.seen = admin_stamp(c->mem, z, u->signed_in_at),
		.seen_iso = admin_iso(c->mem, u->signed_in_at),
		.is_disabled = u->disabled,
		.is_locked = u->locked_until > c->now_us,
		.is_verified = u->verified,
		.link = admin_user_link(c->mem, u->id) };
}

static struct url list_link(struct arena *m, struct span words, int64_t before)
{
	struct url u = url_path("/admin/users");

	if (words.n > 0)
		u = url_with(m, u, "q", words);
	if (before > 0)
		u = url_with(m, u, "before", span_of(arena_printf(m, "%" PRId64, before)));
	return u;
}

int page_admin_users(struct ctx *c, struct err *e)
{
	struct admin_users_view v = { .nav = { ADMIN_USERS },
		.pager = { .to_next = "Older", .to_first = "Newest" } };
	struct span words = span_trim(request_query(c->req, "q"));
	struct admin_user_filter f = { .before_id = admin_number(request_query(c->req, "before")),
		.limit = PAGE_USERS };
	struct admin_user_item *items;
	struct admin_users users;
	struct viewer viewer;

	words = span_sub(words, 0, MAX_WORDS);
	f.words = words.n > 0 ? words : SPAN_NONE;
	if (admin_user_list(c->db, c->mem, &f, &users, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	items = arena_new_array(c->mem, struct admin_user_item, users.n + 1);
	for (size_t i = 0; i < users.n; i++)
		items[i] = item(c, viewer.zone, &users.v[i]);
	v.page = admin_page(c, &viewer, "Accounts");
	v.words = words;
	v.users = (struct admin_user_items){ items, users.n };
	if (users.more)
		v.pager.next = list_link(c->mem, words, users.v[users.n - 1].id);
	if (f.before_id > 0)
		v.pager.first = list_link(c->mem, words, 0);
	return response_html(c->res, page_admin_users_html, &v, e);
}

/* ---- one of them ----------------------------------------------------------------------------- */

/* The roles that can be given; the field has the role's name. */
static const struct {
	enum role role;
	const char *label;
} given[] = {
	{ ROLE_COACH, "Coach" },
	{ ROLE_CREATOR, "Creator of problems" },
	{ ROLE_JURY, "Jury (may do what creators may)" },
	{ ROLE_ADMIN, "Admin (may do everything)" },
};

static struct admin_roles role_boxes(const struct ctx *c, const struct admin_user *u)
{
	struct admin_role *v = arena_new_array(c->mem, struct admin_role, countof(given));

	for (size_t i = 0; i < countof(given); i++)
		v[i] = (struct admin_role){ .name = role_name(given[i].role),
			.label = given[i].label,
			.is_on = (u->roles & ROLE_BIT(given[i].role)) != 0,
			.is_fixed = given[i].role == ROLE_ADMIN && u->id == c->user->id };
	return (struct admin_roles){ v, countof(given) };
}

/* The last rows of the audit that tell of the account. */
static int last_acts(struct ctx *c, const struct zone *z, int64_t id, struct admin_audit_items *out,
	struct err *e)
{
	struct audit_filter f = { .actor_id = -1,
		.object = audit_object(c->mem, "user", id),
		.since = INT64_MIN,
		.until = INT64_MIN,
		.limit = LAST_ACTS };
	struct audit_rows rows;

	if (audit_list(c->db, c->mem, &f, &rows, e) != 0)
		return -1;
	return admin_audit_fill(c, z, &rows, out, e);
}

static struct url act_link(struct arena *m, int64_t id, const char *what)
{
	return url_to(m, "/admin/users/{}/{}", arena_printf(m, "%" PRId64, id), what, NULL);
}

int page_admin_user(struct ctx *c, struct err *e)
{
	struct admin_user_view v = { .nav = { ADMIN_USERS } };
	int64_t id = admin_number(route_param(c, "id"));
	struct admin_user u;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (admin_user_get(c->db, c->mem, id, &u, e) != 0 ||
		last_acts(c, viewer.zone, id, &v.audit, e) != 0)
		return -1;
	v.page = admin_page(c, &viewer, "Account");
	v.user = item(c, viewer.zone, &u);
	if (u.locked_until > c->now_us)
		v.locked_until = admin_stamp(c->mem, viewer.zone, u.locked_until);
	v.sessions = u.sessions;
	v.has_password = u.has_password;
	v.is_self = id == c->user->id;
	v.roles = role_boxes(c, &u);
	v.to_roles = act_link(c->mem, id, "roles");
	v.to_lock = act_link(c->mem, id, "lock");
	v.to_unlock = act_link(c->mem, id, "unlock");
	v.to_sign_out = act_link(c->mem, id, "sign-out");
	v.to_reset = act_link(c->mem, id, "reset");
	v.audit_link = url_with(c->mem, url_path("/admin/audit"), "actor",
		span_of(arena_printf(c->mem, "%" PRId64, id)));
	return response_html(c->res, page_admin_user_html, &v, e);
}

/* ---- what is done to it ---------------------------------------------------------------------- */

/* Back to the account, unless there is none. */
static int back(struct ctx *c, int64_t id, const char *done, int rc, struct err *e)
{
	if (rc != 0 && e->kind == ERR_NOT_FOUND)
		return -1;
	return admin_back(c, admin_user_link(c->mem, id), done, rc, e);
}

struct role_form {
	bool coach;
	bool creator;
	bool jury;
	bool admin;
};

static const struct field role_fields[] = {
	FIELD_FLAG(struct role_form, coach),
	FIELD_FLAG(struct role_form, creator),
	FIELD_FLAG(struct role_form, jury),
	FIELD_FLAG(struct role_form, admin),
};

/* One's own admin box cannot be unchecked, so a browser does not send it. */
int page_admin_user_roles(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	struct field_errors errors = { .n = 0 };
	struct role_form f = { .coach = false };
	int64_t id = admin_number(route_param(c, "id"));
	unsigned roles = ROLE_BIT(ROLE_MEMBER);

	if (form_read(c->req, c->mem, role_fields, countof(role_fields), &f, &errors) != 0)
		return form_fail(&errors, e);
	roles |= f.coach ? ROLE_BIT(ROLE_COACH) : 0;
	roles |= f.creator ? ROLE_BIT(ROLE_CREATOR) : 0;
	roles |= f.jury ? ROLE_BIT(ROLE_JURY) : 0;
	roles |= f.admin || id == who.id ? ROLE_BIT(ROLE_ADMIN) : 0;
	return back(c, id, "roles", admin_user_roles(c->db, c->mem, &who, id, roles, e), e);
}

typedef int user_act(
	struct db *d, struct arena *m, const struct admin *who, int64_t id, struct err *e);

static int act(struct ctx *c, user_act *f, const char *done, struct err *e)
{
	struct admin who = admin_of(c);
	int64_t id = admin_number(route_param(c, "id"));

	return back(c, id, done, f(c->db, c->mem, &who, id, e), e);
}

int page_admin_user_lock(struct ctx *c, struct err *e)
{
	return act(c, admin_user_lock, "locked", e);
}

int page_admin_user_unlock(struct ctx *c, struct err *e)
{
	return act(c, admin_user_unlock, "unlocked", e);
}

int page_admin_user_sign_out(struct ctx *c, struct err *e)
{
	return act(c, admin_user_sign_out, "signed-out", e);
}

/* As if the owner had asked for it: the mail is held back when he gets too many. */
int page_admin_user_reset(struct ctx *c, struct err *e)
{
	const struct signup_door door = door_open(c);
	struct admin who = admin_of(c);
	int64_t id = admin_number(route_param(c, "id"));
	struct admin_user u;

	if (admin_user_get(c->db, c->mem, id, &u, e) != 0 || signup_forgot(&door, u.email, e) != 0)
		return -1;
	return back(c, id, "reset", admin_user_reset(c->db, c->mem, &who, id, e), e);
}
