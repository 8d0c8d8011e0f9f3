#include "base/limits.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/google.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/proof.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/identity.h"
#include "model/user.h"

/* Accounts elsewhere with which the member signs in. */

static const struct page_said said[] = {
	{ "linked", FLASH_OK, "Google is connected. You can sign in with it from now on." },
	{ "removed", FLASH_OK, "Google is disconnected. You sign in with your password." },
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

/* proof: what was wrong with the one that was given, or NULL. */
static int show(struct ctx *c, const struct proof_fields *proof, struct err *e)
{
	struct accounts_view v = { .nav = { SETTINGS_ACCOUNTS } };
	struct identities list;
	struct viewer viewer;

	if (identity_list(c->db, c->mem, c->user->id, &list, e) != 0 ||
		proof_ask_unless_fresh(c, &v.proof, e) != 0)
		return -1;
	if (proof != NULL)
		v.proof = *proof;
	viewer_read(c->req, &viewer);
	if (list.n > 0)
		fill(c, viewer.zone, &list.v[0], &v);
	v.is_offered = google_configured(c->conf);
	v.has_password = list.has_password;
	v.is_verified = list.is_verified;
	v.page = settings_page(c, "Connected accounts", said, countof(said));
	return response_html(c->res, page_settings_accounts_html, &v, e);
}

int page_accounts(struct ctx *c, struct err *e)
{
	return show(c, NULL, e);
}

/* A way into the account: it takes more than a browser that was found open. */
int page_google_link(struct ctx *c, struct err *e)
{
	const struct oauth_visit visit = { .purpose = OAUTH_LINK,
		.user_id = c->user->id,
		.back = SPAN("/settings/accounts?done=linked") };
	int answer;

	if (!proof_given(c, PROOF_UNLESS_FRESH, show, &answer, e))
		return answer;
	return google_leave(c, &visit, e);
}

int page_accounts_google_remove(struct ctx *c, struct err *e)
{
	const struct identity_desk desk = { c->db, c->mem, c->req->client, c->seal };
	int answer;

	if (!proof_given(c, PROOF_UNLESS_FRESH, show, &answer, e))
		return answer;
	if (identity_unlink(&desk, c->user->id, "google", e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/accounts?done=removed"));
}
