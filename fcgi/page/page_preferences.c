#include "base/limits.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/zone_choice.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/profile.h"
#include "model/user.h"
#include "view/calendar.h"

/*
 * What a reader chooses for this browser, signed in or not: time zone and appearance. Each is a
 * cookie that is written only after its value was found to be a known one, and that leads back to
 * the page from which the choice was made.
 */

static int show(
	struct ctx *c, struct span back, struct span entered, const char *error, struct err *e)
{
	struct preferences_view v = { .error = error, .back = url_local(c->mem, back) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Time zone", NAV_NONE);
	v.page.no_index = true;
	v.zones = zone_choices(c->mem, span_of(viewer.zone->name));
	v.zone = viewer.zone->name;
	v.offset = page_zone_line(c, &viewer, c->now_us / 1000000).offset;
	v.clock = when_clock(c->mem, viewer.zone, c->now_us / 1000000);
	v.entered = entered;
	return response_html(c->res, page_preferences_html, &v, e);
}

int page_preferences(struct ctx *c, struct err *e)
{
	return show(c, request_query(c->req, "back"), SPAN_NONE, NULL, e);
}

static int back(struct ctx *c)
{
	return response_redirect(c->res, url_local(c->mem, request_form(c->req, "back")));
}

/* What a member chooses here is his choice elsewhere too. */
static int remember(struct ctx *c, const char *zone, const char *theme, struct err *e)
{
	struct profile *p;

	if (c->user == NULL)
		return 0;
	if (profile_get(c->db, c->mem, c->user->id, &p, e) != 0)
		return -1;
	if (zone != NULL)
		p->zone = span_of(zone);
	if (theme != NULL)
		p->theme = span_of(theme);
	return profile_set(c->db, c->mem, c->user->id, p, e);
}

/* An empty zone forgets the choice. */
int page_zone(struct ctx *c, struct err *e)
{
	struct span text = span_trim(request_form(c->req, "zone"));
	const struct zone *z;

	if (text.n == 0) {
		response_cookie(c->res, VIEWER_ZONE_COOKIE, SPAN(""), 0);
		return remember(c, "", NULL, e) != 0 ? -1 : back(c);
	}
	z = zone_choice_find(c->mem, text);
	if (z == NULL) {
		response_status(c->res, 422);
		return show(c, request_form(c->req, "back"), text,
			"There is no time zone of this name. Choose one from the list.", e);
	}
	response_cookie(c->res, VIEWER_ZONE_COOKIE, span_of(z->name), PREFERENCE_KEEP_S);
	return remember(c, z->name, NULL, e) != 0 ? -1 : back(c);
}

int page_theme(struct ctx *c, struct err *e)
{
	struct span name = request_form(c->req, "theme");
	enum page_theme theme;

	if (!viewer_theme_find(name, &theme))
		return err_field(e, "theme", "the appearance is light, dark or empty");
	response_cookie(
		c->res, VIEWER_THEME_COOKIE, name, theme == THEME_SYSTEM ? 0 : PREFERENCE_KEEP_S);
	return remember(c, NULL, arena_dup(c->mem, name), e) != 0 ? -1 : back(c);
}
