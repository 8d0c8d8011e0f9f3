#ifndef FCGI_PAGE_START_H
#define FCGI_PAGE_START_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "fcgi/ctx.h"
#include "view/calendar.h"

struct arena;
struct request;
struct zone;

/* What the reader of a page has chosen: kept in cookies, so that guests have it too. */
struct viewer {
	const struct zone *zone; // never NULL: UTC until one is chosen
	bool chose_zone;
	enum page_theme theme;
};

#define VIEWER_ZONE_COOKIE  "zone"
#define VIEWER_THEME_COOKIE "theme"

/* A cookie that holds anything else than a known zone or theme counts as absent. */
void viewer_read(const struct request *r, struct viewer *out);

/* "light", "dark", or "" for what the system says. */
bool viewer_theme_find(struct span name, enum page_theme *out);

/* The frame of a page for whoever asks. title may be NULL. */
struct page_view page_start(
	const struct ctx *c, const struct viewer *v, const char *title, enum page_nav nav);

/* What a page says of the act that led to it: ?done=name. */
struct page_said {
	const char *name;
	enum page_flash kind;
	const char *text;
};

/* Puts the sentence that ?done= names on the page; an unknown name, or none, says nothing. */
void page_say(const struct ctx *c, struct page_view *page, const struct page_said *said, size_t n);

/* text, beginning with a capital letter, in m: messages of errors begin with a small one. */
const char *page_sentence(struct arena *m, const char *text);

/* In which zone this page's times are, with its offset at that moment. */
struct zone_line page_zone_line(const struct ctx *c, const struct viewer *v, int64_t unix_s);

/* The ways through a list from one of its pages; first is the address of its first one. */
struct page_steps page_steps(struct arena *m, struct url first, int64_t page, bool has_more);

#endif
