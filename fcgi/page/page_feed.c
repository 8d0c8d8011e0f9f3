#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/calendar_filter.h"
#include "fcgi/contest_fill.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "ical/ical.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"

/*
 * Contests as iCalendar: the feed that calendar programs subscribe to, and single events to take
 * away. The bytes depend on the contests alone: DTSTAMP is the time of the last change, and the
 * window moves once a day, so a feed in which nothing happened has the same ETag all day.
 */
enum {
	DAY_S = 86400
};

#define PRODUCT SPAN("-//Podium//Contest calendar//EN")
#define TYPE    "text/calendar; charset=utf-8"

static void put_event(struct ctx *c, struct ical *out, const struct calendar_contest *contest)
{
	const struct ical_event event = contest_event(c->mem, contest);

	ical_event(out, &event);
}

static const char *feed_name(struct arena *m, const struct calendar_filter *f)
{
	const char *name = NULL;

	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const char *platform = platform_info((enum platform)p)->name;

		if ((f->platforms & 1U << p) != 0)
			name = name == NULL ? platform : arena_printf(m, "%s, %s", name, platform);
	}
	return name == NULL ? "Programming contests"
			    : arena_printf(m, "Programming contests: %s", name);
}

/* Sets the tag and the time of a feed for that state of the contests, of which some leave at the
 * day's begin; true if the reader has it already. */
static bool tagged(struct ctx *c, int64_t changed_at, int64_t day)
{
	int64_t changed_s = changed_at == INT64_MIN ? 0 : changed_at / 1000000;

	response_last_modified(
		c->res, changed_s > day * DAY_S ? changed_s : day * DAY_S, c->now_us / 1000000);
	return response_not_modified(
		c->res, span_of(arena_printf(c->mem, "%llx-%llx", (unsigned long long)changed_at,
				(unsigned long long)day)));
}

/* The platform, if the filter leaves one whole platform. */
static bool one_platform(const struct calendar_filter *f, enum platform *out)
{
	if (f->least_min != 0 || f->most_min != 0 || f->words.p != NULL)
		return false;
	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		if (f->platforms == 1U << p) {
			*out = (enum platform)p;
			return true;
		}
	}
	return false;
}

static void begin_feed(struct ctx *c, const struct calendar_filter *f, struct ical *out)
{
	struct url source = calendar_filter_url(c->mem, url_path("/calendar.ics"), f);

	response_type(c->res, TYPE);
	ical_begin(out, response_body(c->res),
		&(struct ical_calendar){ .product = PRODUCT,
			.name = span_of(feed_name(c->mem, f)),
			.source = span_of(contest_link_absolute(c, source)),
			.refresh_s = CALENDAR_FEED_REFRESH_S });
}

/* The events, and for whom it is kept if kept is given. ERR_LIMIT as the buffer says. */
static int put_list(struct ctx *c, const struct calendar_list *list,
	const struct calendar_kept *kept, struct ical *out, struct err *e)
{
	struct buf *body = response_body(c->res);
	size_t from = buf_size(body);
	struct span text;

	for (size_t i = 0; i < list->n; i++)
		put_event(c, out, &list->v[i]);
	if (kept == NULL)
		return 0;
	if (buf_finish(body, &text, e) != 0)
		return -1;
	calendar_events_keep(c->cache, c->mem, kept, span_sub(text, from, text.n));
	return 0;
}

int page_feed(struct ctx *c, struct err *e)
{
	const int64_t day = c->now_us / 1000000 / DAY_S;
	const int64_t since = (day * DAY_S - CALENDAR_FEED_PAST_S) * 1000000;
	struct calendar_query q = { .from_at = since,
		.to_at = INT64_MIN,
		.cancelled_since = since,
		.after_at = INT64_MIN,
		.limit = CALENDAR_FEED_MAX };
	struct calendar_kept kept = { .day = day };
	struct span events = SPAN_NONE;
	struct calendar_filter filter;
	struct calendar_sources sources;
	struct calendar_list list;
	struct ical out;
	bool keeps;

	if (calendar_filter_read(c->req, &filter, e) != 0 ||
		calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (tagged(c, sources.changed_at, day))
		return 0;
	keeps = one_platform(&filter, &kept.platform);
	kept.changed_at = sources.changed_at;
	if (keeps)
		events = calendar_events_get(c->cache, c->mem, &kept);
	if (events.p == NULL) {
		calendar_filter_apply(&filter, &q);
		if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
			return -1;
		if (list.n > 0 && list.newest_at != sources.changed_at) {
			/* A replica that is behind: the tag must be that of what it knows. */
			keeps = false;
			if (tagged(c, list.newest_at, day))
				return 0;
		}
	}
	begin_feed(c, &filter, &out);
	if (events.p != NULL)
		buf_add_span(response_body(c->res), events);
	else if (put_list(c, &list, keeps ? &kept : NULL, &out, e) != 0)
		return -1;
	ical_end(&out);
	return 0;
}

/* A name that every file system takes: the rest of the id's characters become "-". */
static const char *file_name(struct arena *m, const struct calendar_contest *c)
{
	char *name = arena_printf(
		m, "%s-" SPAN_FMT ".ics", platform_info(c->platform)->slug, SPAN_ARG(c->native_id));

	for (char *p = name; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '.' || *p == '_'))
			*p = '-';
	return name;
}

int page_event(struct ctx *c, struct err *e)
{
	struct calendar_story story;
	enum platform platform;
	struct ical out;

	if (!platform_find(route_param(c, "platform"), &platform))
		return err_set(e, ERR_NOT_FOUND, "there is no such platform");
	if (calendar_story(c->db, c->mem, platform, route_param(c, "id"), &story, e) != 0)
		return -1;
	response_last_modified(c->res, story.contest.changed_at / 1000000, c->now_us / 1000000);
	if (response_not_modified(c->res, span_of(arena_printf(c->mem, "%llx",
						  (unsigned long long)story.contest.changed_at))))
		return 0;
	response_type(c->res, TYPE);
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(
			c->mem, "attachment; filename=\"%s\"", file_name(c->mem, &story.contest))));
	ical_begin(&out, response_body(c->res),
		&(struct ical_calendar){
			.product = PRODUCT, .name = story.contest.title, .source = SPAN_NONE });
	put_event(c, &out, &story.contest);
	ical_end(&out);
	return 0;
}
