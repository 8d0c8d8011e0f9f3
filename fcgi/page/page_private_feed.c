#include "base/limits.h"
#include "fcgi/contest_fill.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "ical/ical.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"
#include "model/calendar_link.h"

/*
 * A member's private feed: whoever has its address reads it, without signing in. The selection,
 * reminders and colours are the member's; the rest is as in the public feed. What was called off
 * stays in it as cancelled for a while, so that programs that subscribe remove it. The address is a
 * secret: it is in no log, and what is sent says that it may be kept by the one who asked only.
 */
enum {
	DAY_S = 86400,
	LEAST_SECRET = 20
};

#define SUFFIX ".ics"

static void put(struct ctx *c, struct ical *out, const struct calendar_feed *feed,
	const struct calendar_contest *contest)
{
	int reminder = feed->style.reminders[contest->platform];
	struct ical_event event = contest_event(c->mem, contest);

	event.colour = calendar_colour_css(feed->style.colours[contest->platform]);
	event.has_alarm = reminder != CALENDAR_REMINDER_NONE && !contest->cancelled;
	event.alarm_min = reminder == CALENDAR_REMINDER_USUAL ? feed->notice_min : reminder;
	ical_event(out, &event);
}

static int find(struct ctx *c, struct calendar_feed *feed, struct err *e)
{
	struct span secret = route_param(c, "secret");

	if (span_ends(secret, SUFFIX))
		secret = span_sub(secret, 0, secret.n - (sizeof(SUFFIX) - 1));
	if (secret.n < LEAST_SECRET)
		return err_set(e, ERR_NOT_FOUND, "there is no such feed");
	if (calendar_feed_find(c->db, c->mem, secret, feed, e) == 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "there is no such feed");
}

/* Sets the tag for that state of the contests; true if the reader has it already. */
static bool tagged(struct ctx *c, const struct calendar_feed *feed, int64_t changed_at, int64_t day)
{
	const char *text = arena_printf(c->mem, "%llx-%llx-%x-%x", (unsigned long long)changed_at,
		(unsigned long long)day, feed->platforms, (unsigned)feed->notice_min);

	for (int p = 0; p < N_PLATFORMS; p++)
		text = arena_printf(c->mem, "%s-%d.%d", text, feed->style.reminders[p],
			(int)feed->style.colours[p]);
	return response_not_modified(c->res, span_of(text));
}

int page_private_feed(struct ctx *c, struct err *e)
{
	const int64_t day = c->now_us / 1000000 / DAY_S;
	const int64_t since = (day * DAY_S - CALENDAR_FEED_PAST_S) * 1000000;
	struct calendar_query q = { .from_at = since,
		.to_at = INT64_MIN,
		.cancelled_since = since,
		.after_at = INT64_MIN,
		.limit = CALENDAR_FEED_MAX };
	struct calendar_sources sources;
	struct calendar_feed feed;
	struct calendar_list list;
	struct ical out;

	if (find(c, &feed, e) != 0 ||
		calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (tagged(c, &feed, sources.changed_at, day))
		return 0;
	q.platforms = feed.platforms;
	if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	/* A replica that is behind: the tag must be that of what it knows. */
	if (list.n > 0 && list.newest_at != sources.changed_at &&
		tagged(c, &feed, list.newest_at, day))
		return 0;
	response_type(c->res, "text/calendar; charset=utf-8");
	response_header(c->res, "X-Robots-Tag", SPAN("noindex"));
	ical_begin(&out, response_body(c->res),
		&(struct ical_calendar){ .product = SPAN("-//Podium//Contest calendar//EN"),
			.name = SPAN("My contests"),
			.source = SPAN_NONE,
			.refresh_s = CALENDAR_FEED_REFRESH_S });
	for (size_t i = 0; i < list.n; i++)
		put(c, &out, &feed, &list.v[i]);
	ical_end(&out);
	return 0;
}
