#include "base/attr.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/guard.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/grant.h"
#include "model/session.h"
#include "model/user.h"

/* Where the member is signed in, and how to end that. */

static const struct page_said said[] = {
	{ "one", FLASH_OK, "That device is signed out." },
	{ "program", FLASH_OK, "That program is signed out." },
	{ "others", FLASH_OK, "All other devices and programs are signed out." },
};

static void fill(const struct ctx *c, const struct zone *z, const struct session_list *from,
	struct device_items *to)
{
	struct device_item *items = arena_new_array(c->mem, struct device_item, from->n);

	for (size_t i = 0; i < from->n; i++) {
		const struct session_item *s = &from->v[i];

		items[i] = (struct device_item){ .id = s->id,
			.agent = s->agent,
			.address = s->address,
			.created = when_stamp(c->mem, z, s->created_us / 1000000),
			.created_iso = when_iso(c->mem, s->created_us / 1000000),
			.seen = when_stamp(c->mem, z, s->seen_us / 1000000),
			.seen_iso = when_iso(c->mem, s->seen_us / 1000000),
			.is_this = s->is_this };
	}
	*to = (struct device_items){ items, from->n };
}

static void fill_programs(const struct ctx *c, const struct zone *z, const struct grant_list *from,
	struct device_items *to)
{
	struct device_item *items = arena_new_array(c->mem, struct device_item, from->n);

	for (size_t i = 0; i < from->n; i++) {
		const struct grant_item *g = &from->v[i];

		items[i] = (struct device_item){ .id = g->id,
			.agent = g->agent,
			.address = g->address,
			.created = when_stamp(c->mem, z, g->created_us / 1000000),
			.created_iso = when_iso(c->mem, g->created_us / 1000000),
			.seen = when_stamp(c->mem, z, g->used_us / 1000000),
			.seen_iso = when_iso(c->mem, g->used_us / 1000000) };
	}
	*to = (struct device_items){ items, from->n };
}

int page_devices(struct ctx *c, struct err *e)
{
	struct devices_view v = { .nav = { SETTINGS_DEVICES } };
	struct session_list list;
	struct grant_list programs;
	struct viewer viewer;

	if (session_list(c->db, c->mem, c->session, &list, e) != 0 ||
		grant_list(c->db, c->mem, c->user->id, &programs, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	fill(c, viewer.zone, &list, &v.devices);
	fill_programs(c, viewer.zone, &programs, &v.programs);
	v.page = settings_page(c, "Devices", said, countof(said));
	return response_html(c->res, page_settings_devices_html, &v, e);
}

int page_devices_end(struct ctx *c, struct err *e)
{
	if (session_end_one(c->db, c->session, request_form(c->req, "id"), e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/devices?done=one"));
}

int page_devices_end_others(struct ctx *c, struct err *e)
{
	if (session_end_others(c->db, c->session, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/devices?done=others"));
}

int page_devices_end_program(struct ctx *c, struct err *e)
{
	if (grant_end_one(c->db, c->user->id, request_form(c->req, "id"), e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/devices?done=program"));
}

/* This one too. */
int page_devices_end_all(struct ctx *c, struct err *e)
{
	if (session_end_all(c->db, c->user->id, e) != 0)
		return -1;
	response_cookie(c->res, SESSION_COOKIE, SPAN(""), 0);
	return response_redirect(c->res, url_path("/sign-in?done=everywhere"));
}
