#include "base/limits.h"
#include "base/when.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "os/zone_dir.h"
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
	struct zone_option *options;
	const struct span *names;
	struct viewer viewer;
	size_t n;

	viewer_read(c->req, &viewer);
	n = zone_dir_names(c->mem, &names);
	options = arena_new_array(c->mem, struct zone_option, n);
	for (size_t i = 0; i < n; i++)
		options[i] = (struct zone_option){ names[i], span_is(names[i], viewer.zone->name) };
	v.page = page_start(c, &viewer, "Time zone", NAV_NONE);
	v.page.no_index = true;
	v.zones = (struct zone_options){ options, n };
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

/* True if name ends in the city, letter case and blanks aside: "new york" for America/New_York. */
static bool is_city(struct span name, struct span city)
{
	struct span end = span_sub(name, name.n - city.n, city.n);

	if (city.n == 0 || name.n < city.n ||
		(name.n > city.n && name.p[name.n - city.n - 1] != '/'))
		return false;
	for (size_t i = 0; i < end.n; i++) {
		char blank = (char)(city.p[i] == ' ' ? '_' : city.p[i]);

		if (!span_ieq((struct span){ &blank, 1 }, span_sub(end, i, 1)))
			return false;
	}
	return true;
}

/* A zone by its name, or by its city as one types it. NULL if there is none. */
static const struct zone *find_zone(struct arena *m, struct span text)
{
	const struct zone *z = zone_dir_get(text);
	const struct span *names;
	size_t n;

	if (z != NULL)
		return z;
	n = zone_dir_names(m, &names);
	for (size_t i = 0; i < n; i++)
		if (is_city(names[i], text))
			return zone_dir_get(names[i]);
	return NULL;
}

/* An empty zone forgets the choice. */
int page_zone(struct ctx *c, struct err *e)
{
	struct span text = span_trim(request_form(c->req, "zone"));
	const struct zone *z;

	if (text.n == 0) {
		response_cookie(c->res, VIEWER_ZONE_COOKIE, SPAN(""), 0);
		return back(c);
	}
	z = find_zone(c->mem, text);
	if (z == NULL) {
		response_status(c->res, 422);
		return show(c, request_form(c->req, "back"), text,
			"There is no time zone of this name. Choose one from the list.", e);
	}
	response_cookie(c->res, VIEWER_ZONE_COOKIE, span_of(z->name), PREFERENCE_KEEP_S);
	return back(c);
}

int page_theme(struct ctx *c, struct err *e)
{
	struct span name = request_form(c->req, "theme");
	enum page_theme theme;

	if (!viewer_theme_find(name, &theme))
		return err_field(e, "theme", "the appearance is light, dark or empty");
	response_cookie(
		c->res, VIEWER_THEME_COOKIE, name, theme == THEME_SYSTEM ? 0 : PREFERENCE_KEEP_S);
	return back(c);
}
