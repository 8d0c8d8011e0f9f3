/* A handle proved by signing in at Codeforces, where this site is registered there. */
#include "base/limits.h"
#include "fcgi/oauth.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "html/url.h"
#include "model/codeforces_desk.h"
#include "model/codeforces_openid.h"
#include "model/handle.h"
#include "model/user.h"
#include "os/config.h"

static int check_configured(const struct ctx *c, struct err *e)
{
	return codeforces_openid_configured(c->conf)
		       ? 0
		       : err_set(e, ERR_NOT_FOUND, "this site is not registered at Codeforces");
}

int page_codeforces_start(struct ctx *c, struct err *e)
{
	const struct oauth_visit visit = { .purpose = OAUTH_HANDLE,
		.user_id = c->user->id,
		.back = SPAN("/settings/codeforces?done=proved") };
	struct oauth_consent consent = { .scope = "openid" };
	struct codeforces_provider provider;
	struct err why = { .kind = ERR_NONE };
	struct codeforces_desk desk;

	if (check_configured(c, e) != 0)
		return -1;
	codeforces_desk_open(&desk, c->conf, c->http, c->db, c->cache, c->mem);
	if (codeforces_provider(&desk, c->mem, &provider, &why) != 0)
		return oauth_fail(c, OAUTH_HANDLE, &why, e);
	if (oauth_start(c, &visit, &consent, e) != 0)
		return -1;
	return oauth_leave(
		c, OAUTH_HANDLE, codeforces_consent_url(c->conf, c->mem, &provider, &consent), e);
}

static int take_handle(struct ctx *c, const struct oauth_return *back, struct err *e)
{
	const struct codeforces_visit visit = { .code = { back->code, back->secrets.verifier },
		.nonce = back->secrets.nonce,
		.now_s = c->now_us / 1000000 };
	struct codeforces_desk desk;
	struct span handle;

	codeforces_desk_open(&desk, c->conf, c->http, c->db, c->cache, c->mem);
	return codeforces_openid_handle(&desk, c->mem, &visit, &handle, e) == 0
		       ? handle_take(c->db, c->mem, c->user->id, handle, e)
		       : -1;
}

int page_codeforces_callback(struct ctx *c, struct err *e)
{
	struct oauth_return back = { .visit = { .purpose = OAUTH_HANDLE } };
	struct err why = { .kind = ERR_NONE };

	if (check_configured(c, e) != 0)
		return -1;
	if (oauth_finish(c, "Codeforces", &back, &why) != 0 || take_handle(c, &back, &why) != 0)
		return oauth_fail(c, OAUTH_HANDLE, &why, e);
	return response_redirect(c->res, url_local(c->mem, back.visit.back));
}
