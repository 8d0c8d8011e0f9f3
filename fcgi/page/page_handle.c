/* One's own handle at Codeforces: claimed, shown there, proved; and who may see what is known of
 * it. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/codeforces_link.h"
#include "fcgi/form.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/handle.h"
#include "model/member.h"
#include "model/user.h"
#include "net/codeforces_openid.h"

#define US INT64_C(1000000)

static const struct page_said said[] = {
	{ "choices", FLASH_OK, "Saved." },
	{ "dropped", FLASH_OK, "Nothing is looked for any more." },
	{ "proved", FLASH_OK, "The handle is yours." },
};

static void fill_claim(struct ctx *c, const struct zone *z, const struct handle_claim *claim,
	struct handle_view *v)
{
	int64_t ends_s;
	int64_t left;

	v->tried = claim->handle;
	if (claim->state == HANDLE_FAILED)
		v->failed = claim->why;
	if (claim->state != HANDLE_WAITS)
		return;
	v->is_waiting = true;
	v->claimed = claim->handle;
	v->is_compile = claim->way == HANDLE_COMPILE;
	v->token = claim->token;
	if (v->is_compile) {
		v->problem = codeforces_problem_name(c->mem, claim->problem);
		v->problem_link = codeforces_link_problem(c->mem, claim->problem);
	}
	ends_s = claim->expires_at / US;
	left = ends_s > c->now_us / US ? ends_s - c->now_us / US : 0;
	v->left = arena_printf(c->mem, "%lld:%02lld", (long long)left / 60, (long long)left % 60);
	v->ends =
		arena_printf(c->mem, "%s:%02d", when_clock(c->mem, z, ends_s), (int)(ends_s % 60));
	v->ends_iso = when_iso(c->mem, ends_s);
}

static int fill_member(struct ctx *c, struct handle_view *v, struct err *e)
{
	struct member_access a = { .user_id = c->user->id };
	struct member own;
	int64_t id;

	if (handle_of_user(c->db, c->mem, c->user->id, &v->handle, e) != 0 ||
		member_of_user(c->db, c->mem, c->user->id, &id, e) != 0)
		return -1;
	if (id == 0)
		return 0;
	if (member_get(c->db, c->mem, &a, id, &own, e) != 0)
		return -1;
	v->member = member_link(c->mem, id);
	v->is_public = own.row.is_public;
	v->wants_reminders = own.wants_reminders;
	return 0;
}

static int show(struct ctx *c, struct span tried, const char *error, struct err *e)
{
	struct handle_view v = { .nav = { SETTINGS_CODEFORCES }, .error = error };
	struct err why = { .kind = ERR_NONE };
	struct handle_claim claim;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (fill_member(c, &v, e) != 0 || member_resting(c, &viewer, &v.resting, e) != 0)
		return -1;
	if (handle_claim_get(c->db, c->mem, c->user->id, &claim, &why) == 0) {
		fill_claim(c, viewer.zone, &claim, &v);
	} else if (why.kind != ERR_NOT_FOUND) {
		*e = why;
		return -1;
	}
	if (error != NULL)
		v.tried = tried;
	v.may_sign_in = codeforces_openid_configured(c->conf);
	v.page = settings_page(c, "Codeforces", said, countof(said));
	v.page.reloads = v.is_waiting;
	return response_html(c->res, page_settings_codeforces_html, &v, e);
}

int page_handle(struct ctx *c, struct err *e)
{
	return show(c, SPAN_NONE, NULL, e);
}

struct claim_form {
	struct span handle;
	struct span way;
};

static const struct field claim_fields[] = {
	FIELD_LINE(struct claim_form, handle, 0, CODEFORCES_MAX_HANDLE),
	FIELD_LINE(struct claim_form, way, 0, 20),
};

int page_handle_post(struct ctx *c, struct err *e)
{
	struct claim_form f = { .handle = SPAN_NONE };
	struct err why = { .kind = ERR_NONE };
	struct field_errors errors = { .n = 0 };
	enum handle_way way;
	int rc = form_read(c->req, c->mem, claim_fields, countof(claim_fields), &f, &errors);

	way = span_is(f.way, "organization") ? HANDLE_ORGANIZATION : HANDLE_COMPILE;
	rc = rc == 0 ? handle_claim(c->db, c->mem, c->user->id, f.handle, way, &why)
		     : form_fail(&errors, &why);
	if (rc == 0)
		return response_redirect(c->res, url_path("/settings/codeforces"));
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show(c, f.handle,
		"A handle has up to 32 letters, digits, underscores, hyphens and dots", e);
}

int page_handle_drop(struct ctx *c, struct err *e)
{
	if (handle_claim_drop(c->db, c->user->id, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/codeforces?done=dropped"));
}

struct choice_form {
	bool is_public;
	bool wants_reminders;
};

static const struct field choice_fields[] = {
	FIELD_FLAG(struct choice_form, is_public),
	FIELD_FLAG(struct choice_form, wants_reminders),
};

int page_handle_choices(struct ctx *c, struct err *e)
{
	struct choice_form f = { .is_public = false };
	struct field_errors errors = { .n = 0 };

	if (form_read(c->req, c->mem, choice_fields, countof(choice_fields), &f, &errors) != 0)
		return form_fail(&errors, e);
	if (member_choose(c->db, c->user->id, f.is_public, f.wants_reminders, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/codeforces?done=choices"));
}
