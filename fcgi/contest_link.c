#include "fcgi/contest_link.h"

#include "base/civil_text.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "model/calendar.h"
#include "os/config.h"

static struct url below(struct arena *m, const struct calendar_contest *c, const char *pattern)
{
	return url_to(
		m, pattern, platform_info(c->platform)->slug, arena_dup(m, c->native_id), NULL);
}

struct url contest_link_page(struct arena *m, const struct calendar_contest *c)
{
	return below(m, c, "/contest/{}/{}");
}

struct url contest_link_event(struct arena *m, const struct calendar_contest *c)
{
	return below(m, c, "/contest/{}/{}/event.ics");
}

struct url contest_link_google(struct arena *m, const struct calendar_contest *c)
{
	struct url u = url_external(m, SPAN("https://calendar.google.com/calendar/render"));
	char start[CIVIL_TEXT_SIZE];
	char end[CIVIL_TEXT_SIZE];

	civil_basic(c->start_at / 1000000, start);
	civil_basic(c->end_at / 1000000, end);
	u = url_with(m, u, "action", SPAN("TEMPLATE"));
	u = url_with(m, u, "text", c->title);
	u = url_with(m, u, "dates", span_of(arena_printf(m, "%s/%s", start, end)));
	u = url_with(m, u, "location", c->url);
	return url_with(m, u, "details", span_of(platform_info(c->platform)->name));
}

const char *contest_link_absolute(const struct ctx *c, struct url u)
{
	const char *site = c->conf->base_url;

	return arena_printf(
		c->mem, "%s%s", site[0] != '\0' ? site : request_site(c->req, c->mem), u.text);
}
