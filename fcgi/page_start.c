#include "fcgi/page_start.h"

#include <stddef.h>

#include "base/when.h"
#include "fcgi/contest_link.h"
#include "fcgi/guard.h"
#include "fcgi/request.h"
#include "html/url.h"
#include "model/session.h"
#include "os/config.h"
#include "os/zone_dir.h"

bool viewer_theme_find(struct span name, enum page_theme *out)
{
	if (span_is(name, "light"))
		*out = THEME_LIGHT;
	else if (span_is(name, "dark"))
		*out = THEME_DARK;
	else if (name.p != NULL && name.n == 0)
		*out = THEME_SYSTEM;
	else
		return false;
	return true;
}

void viewer_read(const struct request *r, struct viewer *out)
{
	*out = (struct viewer){ .theme = THEME_SYSTEM };
	(void)viewer_theme_find(request_cookie(r, VIEWER_THEME_COOKIE), &out->theme);
	out->zone = zone_dir_get(request_cookie(r, VIEWER_ZONE_COOKIE));
	out->chose_zone = out->zone != NULL;
	if (out->zone == NULL)
		out->zone = zone_dir_get(SPAN("UTC"));
}

static struct url here(const struct ctx *c)
{
	const struct request *r = c->req;

	if (r->method != METHOD_GET && r->method != METHOD_HEAD)
		return url_path("/");
	if (r->raw_query.n == 0)
		return url_local(c->mem, r->raw_path);
	return url_local(c->mem, span_of(arena_printf(c->mem, SPAN_FMT "?" SPAN_FMT,
					 SPAN_ARG(r->raw_path), SPAN_ARG(r->raw_query))));
}

struct page_view page_start(
	const struct ctx *c, const struct viewer *v, const char *title, enum page_nav nav)
{
	struct page_view page = { .title = title,
		.nav = nav,
		.theme = v->theme,
		.zone = v->zone->name,
		.here = here(c) };

	guard_settle(c);
	/* A copy of the page goes to everybody: the Host of one request has no place in it. */
	if (c->conf->base_url[0] != '\0')
		page.canonical = url_external(c->mem,
			span_of(contest_link_absolute(c, url_local(c->mem, c->req->raw_path))));
	if (c->user != NULL) {
		page.user = c->user->name;
		page.role = roles_text(c->mem, c->user->roles);
		page.is_creator = user_has(c->user, ROLE_CREATOR);
		page.is_jury = user_has(c->user, ROLE_JURY);
		page.is_admin = user_has(c->user, ROLE_ADMIN);
	}
	if (c->session != NULL)
		page.csrf = arena_dup(c->mem, session_form_token(c->session, c->mem));
	return page;
}

void page_say(const struct ctx *c, struct page_view *page, const struct page_said *said, size_t n)
{
	struct span done = request_query(c->req, "done");

	for (size_t i = 0; i < n; i++) {
		if (span_is(done, said[i].name)) {
			page->flash = said[i].text;
			page->flash_kind = said[i].kind;
		}
	}
}

const char *page_sentence(struct arena *m, const char *text)
{
	char *s = arena_printf(m, "%s", text);

	if (s[0] >= 'a' && s[0] <= 'z')
		s[0] = (char)(s[0] - 'a' + 'A');
	return s;
}

struct zone_line page_zone_line(const struct ctx *c, const struct viewer *v, int64_t unix_s)
{
	struct url back = here(c);

	return (struct zone_line){
		.zone = v->zone->name,
		.offset =
			zone_offset(v->zone, unix_s) == 0 && span_is(span_of(v->zone->name), "UTC")
				? NULL
				: when_offset(c->mem, zone_offset(v->zone, unix_s)),
		.chosen = v->chose_zone,
		.preferences =
			url_with(c->mem, url_path("/preferences"), "back", span_of(back.text)),
		.here = back,
	};
}

static struct url numbered(struct arena *m, struct url first, int64_t page)
{
	return page > 1 ? url_with(m, first, "page",
				  span_of(arena_printf(m, "%lld", (long long)page)))
			: first;
}

struct page_steps page_steps(struct arena *m, struct url first, int64_t page, bool has_more)
{
	struct page_steps s = { .number = page };

	if (page > 1)
		s.previous = numbered(m, first, page - 1);
	if (has_more)
		s.next = numbered(m, first, page + 1);
	return s;
}
