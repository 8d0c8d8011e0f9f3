#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "model/user.h"

int page_profile(struct ctx *c, struct err *e)
{
	const struct profile_view v = { .page = settings_page(c, "Profile", NULL, 0),
		.nav = { SETTINGS_PROFILE },
		.name = c->user->name,
		.email = c->user->email };

	return response_html(c->res, page_settings_profile_html, &v, e);
}
