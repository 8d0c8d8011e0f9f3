#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/guard.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/proof.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/account.h"
#include "model/calendar_link.h"
#include "model/user.h"

/* What Podium knows of a member, to take along or to end. */

static bool keeps_events(const struct ctx *c)
{
	return span_is(request_form(c->req, "events"), "keep");
}

static int show(struct ctx *c, const struct proof_fields *proof, const char *error, struct err *e)
{
	struct data_view v = {
		.nav = { SETTINGS_DATA }, .keeps_events = keeps_events(c), .error = error
	};
	struct calendar_links links;

	if (proof_ask(c, &v.proof, e) != 0 ||
		calendar_link_list(c->db, c->mem, c->user->id, &links, e) != 0)
		return -1;
	if (proof != NULL)
		v.proof = *proof;
	v.has_calendars = links.n > 0;
	v.page = settings_page(c, "Your data", NULL, 0);
	return response_html(c->res, page_settings_data_html, &v, e);
}

static int again(struct ctx *c, const struct proof_fields *wrong, struct err *e)
{
	return show(c, wrong, NULL, e);
}

int page_data(struct ctx *c, struct err *e)
{
	return show(c, NULL, NULL, e);
}

int page_data_export(struct ctx *c, struct err *e)
{
	struct span json;

	if (account_export(c->db, c->mem, c->user->id, &json, e) != 0)
		return -1;
	response_type(c->res, "application/json");
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(c->mem, "attachment; filename=\"podium-%s.json\"",
			when_iso_day(c->mem, c->now_us / 1000000 / 86400))));
	buf_add_span(response_body(c->res), json);
	buf_addc(response_body(c->res), '\n');
	return 0;
}

int page_data_delete(struct ctx *c, struct err *e)
{
	const struct account_end a = { .db = c->db,
		.mem = c->mem,
		.cache = c->cache,
		.seal = c->seal,
		.actor_id = c->user->id,
		.address = c->req->client,
		.remove_events = !keeps_events(c) };
	struct err why = { .kind = ERR_NONE };
	int answer;

	if (!proof_given(c, PROOF_ALWAYS, again, &answer, e))
		return answer;
	if (account_delete(&a, c->user->id, &why) == 0) {
		response_cookie(c->res, SESSION_COOKIE, SPAN(""), 0);
		return response_redirect(c->res, url_path("/goodbye"));
	}
	if (why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	response_status(c->res, 409);
	return show(c, NULL, arena_dup(c->mem, span_of(why.text)), e);
}

int page_goodbye(struct ctx *c, struct err *e)
{
	struct goodbye_view v;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Goodbye", NAV_NONE);
	v.page.no_index = true;
	return response_html(c->res, page_goodbye_html, &v, e);
}
