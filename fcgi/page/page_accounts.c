#include "base/limits.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/google.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/identity.h"
#include "model/user.h"

/* Accounts elsewhere with which the member signs in. */

static const struct settings_done done[] = {
	{ "linked", "Google is connected. You can sign in with it from now on." },
	{ "removed", "Google is disconnected. You sign in with your password." },
};

static void fill(const struct ctx *c, const struct zone *z, const struct identity *i,
	struct accounts_view *v)
{
	v->is_linked = true;
	v->email = i->email;
	v->linked = when_stamp(c->mem, z, i->linked_at / 1000000);
	v->linked_iso = when_iso(c->mem, i->linked_at / 1000000);
	if (i->used_at == INT64_MIN)
		return;
	v->used = when_stamp(c->mem, z, i->used_at / 1000000);
	v->used_iso = when_iso(c->mem, i->used_at / 1000000);
}

int page_accounts(struct ctx *c, struct err *e)
{
	struct accounts_view v = { .nav = { SETTINGS_ACCOUNTS } };
	struct identities list;
	struct viewer viewer;

	if (identity_list(c->db, c->mem, c->user->id, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	if (list.n > 0)
		fill(c, viewer.zone, &list.v[0], &v);
	v.is_offered = google_configured(c->conf);
	v.has_password = list.has_password;
	v.is_verified = list.is_verified;
	v.page = settings_page(c, "Connected accounts", done, countof(done));
	return response_html(c->res, page_settings_accounts_html, &v, e);
}

int page_accounts_google_remove(struct ctx *c, struct err *e)
{
	const struct identity_desk desk = { c->db, c->mem, c->req->client };

	if (identity_unlink(&desk, c->user->id, "google", e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/accounts?done=removed"));
}
