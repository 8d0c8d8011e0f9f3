#include "base/arena.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/calendar_filter.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"

/*
 * GET /api/v1/calendar. platforms, min, max and q as on the calendar page (fcgi/calendar_filter.h).
 */
static const struct api_param params[] = {
	{ "platforms", "string", 0, 0, "their names with commas between them; all if left out" },
	{ "from", "string", 0, 0,
		"a date or RFC 3339 time: contests that end after it; now if left out" },
	{ "to", "string", 0, 0, "a date or RFC 3339 time: contests that begin before it" },
	{ "min", "string", 0, 0, "the shortest duration, in minutes" },
	{ "max", "string", 0, 0, "the longest duration, in minutes" },
	{ "q", "string", 0, 0, "words that the title holds" },
	{ "limit", "integer", 1, CALENDAR_API_MAX, "how many at once" },
	{ "cursor", "string", 0, 0, "next of the page before" },
};

struct contest_json {
	struct span id;
	struct span platform;
	struct span native_id;
	struct span title;
	int64_t start;
	int64_t end;
	int64_t duration_s;
	struct span url;
	struct span status;
	int64_t moved_from;
	int64_t sequence;
	int64_t first_seen;
	int64_t changed;
	struct span page;
};

static const struct shape_field contest_fields[] = {
	SHAPE_TEXT(struct contest_json, id, "platform and native_id with a dash between them"),
	SHAPE_TEXT(struct contest_json, platform, "where it is held"),
	SHAPE_TEXT(struct contest_json, native_id, "what the platform calls it"),
	SHAPE_TEXT(struct contest_json, title, "its title"),
	SHAPE_TIME(struct contest_json, start, "when it begins"),
	SHAPE_TIME(struct contest_json, end, "when it ends"),
	SHAPE_I64(struct contest_json, duration_s, "how long it is, in seconds"),
	SHAPE_TEXT(struct contest_json, url, "its page on the platform"),
	SHAPE_TEXT(struct contest_json, status,
		"confirmed or cancelled; a cancelled one is listed for some days"),
	SHAPE_TIME_OR_NULL(struct contest_json, moved_from, "when it was to begin before it moved"),
	SHAPE_I64(struct contest_json, sequence, "grows with every change"),
	SHAPE_TIME(struct contest_json, first_seen, "when it was first known here"),
	SHAPE_TIME(struct contest_json, changed, "when it changed last"),
	SHAPE_TEXT(struct contest_json, page, "its page here"),
};
static const struct shape contest_shape = SHAPE("Contest", struct contest_json, contest_fields);

struct calendar_json {
	struct shape_list contests;
	struct span next;
};

static const struct shape_field calendar_fields[] = {
	SHAPE_LIST(struct calendar_json, contests, &contest_shape, "by their begin"),
	SHAPE_TEXT_OR_NULL(struct calendar_json, next, "cursor of the next page; null on the last"),
};
static const struct shape calendar_shape = SHAPE("Calendar", struct calendar_json, calendar_fields);

const struct api_doc api_calendar_doc = {
	.summary = "Contests of all platforms",
	API_PARAMS(params),
	.answers = { { 200, &calendar_shape, "one page of them" } },
};

struct api_calendar_query {
	struct calendar_query q;
	bool from_given;
};

static int read_time(const struct request *r, const char *name, int64_t *out, struct err *e)
{
	struct span s = span_trim(request_query(r, name));
	struct civil day;

	if (s.n == 0)
		return 0;
	if (civil_parse_date(s, &day)) {
		*out = civil_unix(&day) * 1000000;
		return 0;
	}
	if (!civil_parse_rfc3339(s, out))
		return err_field(e, name,
			"%s must be a date (2026-12-31) or a time (2026-12-31T18:00:00Z)", name);
	return 0;
}

static int read_limit(const struct request *r, size_t *out, struct err *e)
{
	struct span s = span_trim(request_query(r, "limit"));
	uint64_t n = CALENDAR_API_DEFAULT;

	if (s.n > 0 && (!span_u64(s, CALENDAR_API_MAX, &n) || n == 0))
		return err_field(
			e, "limit", "limit must be a number from 1 to %d", CALENDAR_API_MAX);
	*out = (size_t)n;
	return 0;
}

/* "<start in microseconds>.<id>" of the last contest of the page before. */
static int read_cursor(const struct request *r, struct calendar_query *q, struct err *e)
{
	struct span s = request_query(r, "cursor");

	q->after_at = INT64_MIN;
	if (s.n == 0)
		return 0;
	if (!scan_i64(&s, &q->after_at) || !scan_char(&s, '.') || !scan_i64(&s, &q->after_id) ||
		!scan_end(&s) || q->after_at < 0 || q->after_at / 1000000 > CIVIL_MAX_S)
		return err_field(e, "cursor", "this cursor was not given out by this address");
	return 0;
}

static int read_query(const struct ctx *c, struct api_calendar_query *out, struct err *e)
{
	struct calendar_filter filter;
	struct calendar_query *q = &out->q;

	q->from_at = INT64_MIN;
	q->to_at = INT64_MIN;
	q->cancelled_since = c->now_us - CALENDAR_CANCELLED_S * INT64_C(1000000);
	if (calendar_filter_read(c->req, &filter, e) != 0 ||
		read_time(c->req, "from", &q->from_at, e) != 0 ||
		read_time(c->req, "to", &q->to_at, e) != 0 ||
		read_limit(c->req, &q->limit, e) != 0 || read_cursor(c->req, q, e) != 0)
		return -1;
	out->from_given = q->from_at != INT64_MIN;
	if (!out->from_given)
		q->from_at = c->now_us;
	if (q->to_at != INT64_MIN && q->to_at <= q->from_at)
		return err_field(e, "to", "to must be later than from");
	calendar_filter_apply(&filter, q);
	return 0;
}

static struct contest_json contest_of(struct ctx *c, const struct calendar_contest *contest)
{
	const char *slug = platform_info(contest->platform)->slug;

	return (struct contest_json){
		.id = span_of(
			arena_printf(c->mem, "%s-" SPAN_FMT, slug, SPAN_ARG(contest->native_id))),
		.platform = span_of(slug),
		.native_id = contest->native_id,
		.title = contest->title,
		.start = contest->start_at,
		.end = contest->end_at,
		.duration_s = (contest->end_at - contest->start_at) / 1000000,
		.url = contest->url,
		.status = contest->cancelled ? SPAN("cancelled") : SPAN("confirmed"),
		.moved_from = contest->moved_from_at,
		.sequence = contest->sequence,
		.first_seen = contest->first_seen_at,
		.changed = contest->changed_at,
		.page = span_of(contest_link_absolute(c, contest_link_page(c->mem, contest))),
	};
}

/* One more row than asked for tells whether there is a next page. */
static void put_list(struct ctx *c, const struct calendar_list *list, size_t limit)
{
	size_t n = list->n > limit ? limit : list->n;
	struct contest_json *v = arena_new_array(c->mem, struct contest_json, n + 1);
	struct calendar_json answer = { .contests = { v, n } };

	for (size_t i = 0; i < n; i++)
		v[i] = contest_of(c, &list->v[i]);
	if (list->n > limit)
		answer.next = span_of(arena_printf(c->mem, "%lld.%lld",
			(long long)list->v[n - 1].start_at, (long long)list->v[n - 1].id));
	api_put(c, &calendar_shape, &answer);
}

/* Which cancelled ones are news changes with the clock too, but a day late is early enough. */
static bool tagged(struct ctx *c, int64_t changed_at, bool from_given)
{
	int64_t minute = c->now_us / 60000000;

	return response_not_modified(
		c->res, span_of(arena_printf(c->mem, "%llx-%llx", (unsigned long long)changed_at,
				(unsigned long long)(from_given ? minute / 1440 : minute))));
}

int api_calendar(struct ctx *c, struct err *e)
{
	struct api_calendar_query query = { 0 };
	struct calendar_sources sources;
	struct calendar_list list;
	size_t limit;

	if (read_query(c, &query, e) != 0 ||
		calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	if (tagged(c, sources.changed_at, query.from_given))
		return 0;
	limit = query.q.limit;
	query.q.limit = limit + 1;
	if (calendar_list(c->db, c->mem, &query.q, &list, e) != 0)
		return -1;
	/* A replica that is behind: the tag must be that of what it knows. */
	if (list.n > 0 && list.newest_at != sources.changed_at &&
		tagged(c, list.newest_at, query.from_given))
		return 0;
	put_list(c, &list, limit);
	return 0;
}
