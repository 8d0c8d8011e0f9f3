#include <stddef.h>

#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/calendar_card.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/calendar_connect.h"
#include "model/calendar_link.h"
#include "model/sync_page.h"
#include "model/user.h"
#include "net/caldav.h"
#include "os/config.h"
#include "view/dashboard.h"

/*
 * A member's calendars: connecting, choosing, disconnecting. Nothing here speaks to a calendar
 * server: the sync that is asked for does, and what it finds wrong stands here with the calendar.
 */
#define HERE "/settings/calendars"

static const struct page_said said[] = {
	{ "caldav", FLASH_OK, "The server is being asked. Its answer appears here." },
	{ "google", FLASH_OK, "Google Calendar is connected. Your contests are on their way." },
	{ "feed", FLASH_OK, "Your private feed is ready." },
	{ "renewed", FLASH_OK, "The feed has a new address; the old one no longer works." },
	{ "style", FLASH_OK, "Saved. Your calendar follows." },
	{ "left", FLASH_OK, "The calendar is being disconnected." },
	{ "again", FLASH_OK, "The calendar is being made anew." },
};

struct caldav_form {
	struct span server;
	struct span account;
	struct span password;
};

static const struct field caldav_fields[] = {
	FIELD_LINE(struct caldav_form, server, 8, CALDAV_MAX_URL),
	FIELD_LINE(struct caldav_form, account, 1, 254),
	FIELD_LINE(struct caldav_form, password, 1, 500),
};

/* ---- the page ---- */

static struct link_card *card_of(struct calendars_view *v, enum calendar_sink s)
{
	switch (s) {
	case CALENDAR_GOOGLE:
		return &v->google;
	case CALENDAR_CALDAV:
		return &v->caldav;
	case CALENDAR_ICS:
	case N_CALENDAR_SINKS:
		break;
	}
	return &v->feed;
}

static int fill(struct ctx *c, struct calendars_view *v, struct err *e)
{
	struct sync_status_now now;
	struct calendar_links links;
	struct viewer viewer;
	struct span secret;

	viewer_read(c->req, &viewer);
	if (sync_status_now(c->db, c->mem, c->user->id, &now, e) != 0 ||
		calendar_link_list(c->db, c->mem, c->user->id, &links, e) != 0)
		return -1;
	v->is_busy = now.status == SYNC_QUEUED || now.status == SYNC_SYNCING;
	for (size_t i = 0; i < links.n; i++) {
		const struct calendar_link *l = &links.v[i];

		calendar_card_fill(c->mem, viewer.zone, l, card_of(v, l->sink));
		card_of(v, l->sink)->csrf = page_start(c, &viewer, NULL, NAV_NONE).csrf;
		v->is_busy = v->is_busy || l->state == CALENDAR_LEAVING;
		if (l->sink != CALENDAR_ICS || l->state != CALENDAR_OK || c->seal == NULL)
			continue;
		if (calendar_link_secret(c->db, c->mem, c->seal, l->id, &secret, e) != 0)
			return -1;
		v->feed_address = span_of(contest_link_absolute(
			c, url_to(c->mem, "/feed/{}",
				   arena_printf(c->mem, SPAN_FMT ".ics", SPAN_ARG(secret)), NULL)));
	}
	return 0;
}

static int show(struct ctx *c, struct calendars_view *v, struct err *e)
{
	v->nav.place = SETTINGS_CALENDARS;
	v->can_seal = c->seal != NULL;
	v->google_on = c->conf->google_client_id[0] != '\0';
	if (fill(c, v, e) != 0)
		return -1;
	v->page = settings_page(c, "Calendars", said, countof(said));
	return response_html(c->res, page_settings_calendars_html, v, e);
}

int page_calendars(struct ctx *c, struct err *e)
{
	struct calendars_view v = { .feed_address = SPAN_NONE };

	return show(c, &v, e);
}

/* ---- connecting ---- */

static const char *first_of(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

int page_calendars_caldav(struct ctx *c, struct err *e)
{
	struct calendars_view v = { .feed_address = SPAN_NONE };
	struct field_errors errs = { .n = 0 };
	struct caldav_form f = { .server = SPAN_NONE };
	struct calendar_link_new n = { .user_id = c->user->id,
		.sink = CALENDAR_CALDAV,
		.calendar = SPAN_NONE,
		.is_own = true };
	const char *refused = NULL;

	if (form_read(c->req, c->mem, caldav_fields, countof(caldav_fields), &f, &errs) == 0)
		refused = caldav_refusal(c->conf, c->mem, f.server);
	if (errs.n > 0 || refused != NULL) {
		v.server_error = first_of(form_error(c->mem, &errs, "server"), refused);
		v.account_error = form_error(c->mem, &errs, "account");
		v.password_error = form_error(c->mem, &errs, "password");
		v.entered_server = f.server;
		v.entered_account = f.account;
		response_status(c->res, 422);
		return show(c, &v, e);
	}
	n.server = f.server;
	n.account = f.account;
	n.secret = f.password;
	if (calendar_connect(c->db, c->cache, c->mem, c->seal, &n, e) != 0)
		return -1;
	return response_redirect(c->res, url_path(HERE "?done=caldav"));
}

/* Makes the feed, or gives it another address. */
int page_calendars_feed(struct ctx *c, struct err *e)
{
	bool renewed;

	if (calendar_feed_make(c->db, c->mem, c->seal, c->user->id, &renewed, e) != 0)
		return -1;
	return response_redirect(
		c->res, renewed ? url_path(HERE "?done=renewed") : url_path(HERE "?done=feed"));
}

/* ---- the connected ones ---- */

static int sink_param(const struct ctx *c, struct calendar_chosen *out, struct err *e)
{
	*out = (struct calendar_chosen){ .user_id = c->user->id, .style = calendar_style_usual };
	if (calendar_sink_find(route_param(c, "sink"), &out->sink))
		return 0;
	return err_set(e, ERR_NOT_FOUND, "there is no such calendar");
}

/* A whole number inside the bounds, or the usual where nothing was chosen. */
static int64_t chosen(const struct ctx *c, const char *name, int64_t usual, int64_t most)
{
	struct span text = request_form(c->req, name);
	int64_t value;

	if (text.p == NULL || !span_i64(text, &value) || value < usual || value > most)
		return usual;
	return value;
}

int page_calendars_style(struct ctx *c, struct err *e)
{
	struct calendar_chosen choice;
	struct calendar_style *style = &choice.style;

	if (sink_param(c, &choice, e) != 0)
		return -1;
	for (int p = 0; p < N_PLATFORMS; p++) {
		const char *slug = platform_info((enum platform)p)->slug;

		style->reminders[p] = (int)chosen(c, arena_printf(c->mem, "reminder_%s", slug),
			CALENDAR_REMINDER_USUAL, CALENDAR_REMINDER_MOST);
		style->colours[p] =
			(enum calendar_colour)chosen(c, arena_printf(c->mem, "colour_%s", slug),
				CALENDAR_COLOUR_DEFAULT, N_CALENDAR_COLOURS - 1);
	}
	if (calendar_restyle(c->db, c->cache, c->mem, &choice, e) != 0)
		return -1;
	return response_redirect(c->res, url_path(HERE "?done=style"));
}

int page_calendars_leave(struct ctx *c, struct err *e)
{
	struct calendar_chosen choice;

	if (sink_param(c, &choice, e) != 0)
		return -1;
	choice.remove_events = span_is(request_form(c->req, "events"), "remove");
	if (calendar_disconnect(c->db, c->cache, c->mem, &choice, e) != 0)
		return -1;
	return response_redirect(c->res, url_path(HERE "?done=left"));
}

int page_calendars_renew(struct ctx *c, struct err *e)
{
	struct calendar_chosen choice;

	if (sink_param(c, &choice, e) != 0 ||
		calendar_remake(c->db, c->cache, c->mem, &choice, e) != 0)
		return -1;
	return response_redirect(c->res, url_path(HERE "?done=again"));
}
