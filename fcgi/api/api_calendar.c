#include "base/arena.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/api/api.h"
#include "fcgi/calendar_filter.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"
#include "net/json.h"

/*
 * GET /api/v1/calendar?platforms=&min=&max=&q=&from=&to=&limit=&cursor=
 *
 *   { "contests": [ { "id", "platform", "native_id", "title", "start", "end", "duration_s", "url",
 *                     "status", "moved_from", "sequence", "first_seen", "changed", "page" } ],
 *     "next": "…" }
 *
 * platforms, min, max and q as on the calendar page (fcgi/calendar_filter.h). from and to are dates
 * or RFC 3339 times; contests are those that end after from (now, unless given) and begin before
 * to. Times are RFC 3339 in UTC; status is confirmed or cancelled, and cancelled contests are
 * listed for CALENDAR_CANCELLED_S. "next" is the cursor of the next page, null on the last one.
 */
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

static void put_contest(struct ctx *c, struct json_out *j, const struct calendar_contest *contest)
{
	json_object(j);
	json_key(j, "id");
	json_put_text(
		j, span_of(arena_printf(c->mem, "%s-" SPAN_FMT,
			   platform_info(contest->platform)->slug, SPAN_ARG(contest->native_id))));
	json_key(j, "platform");
	json_put_text(j, span_of(platform_info(contest->platform)->slug));
	json_key(j, "native_id");
	json_put_text(j, contest->native_id);
	json_key(j, "title");
	json_put_text(j, contest->title);
	json_key(j, "start");
	json_put_time(j, contest->start_at);
	json_key(j, "end");
	json_put_time(j, contest->end_at);
	json_key(j, "duration_s");
	json_put_i64(j, (contest->end_at - contest->start_at) / 1000000);
	json_key(j, "url");
	json_put_text(j, contest->url);
	json_key(j, "status");
	json_put_text(j, contest->cancelled ? SPAN("cancelled") : SPAN("confirmed"));
	json_key(j, "moved_from");
	json_put_time(j, contest->moved_from_at);
	json_key(j, "sequence");
	json_put_i64(j, contest->sequence);
	json_key(j, "first_seen");
	json_put_time(j, contest->first_seen_at);
	json_key(j, "changed");
	json_put_time(j, contest->changed_at);
	json_key(j, "page");
	json_put_text(j, span_of(contest_link_absolute(c, contest_link_page(c->mem, contest))));
	json_object_end(j);
}

/* One more row than asked for tells whether there is a next page. */
static void put_list(struct ctx *c, const struct calendar_list *list, size_t limit)
{
	size_t n = list->n > limit ? limit : list->n;
	struct json_out j;

	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	json_object(&j);
	json_key(&j, "contests");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		put_contest(c, &j, &list->v[i]);
	json_array_end(&j);
	json_key(&j, "next");
	if (list->n > limit)
		json_put_text(&j,
			span_of(arena_printf(c->mem, "%lld.%lld",
				(long long)list->v[n - 1].start_at, (long long)list->v[n - 1].id)));
	else
		json_put_null(&j);
	json_object_end(&j);
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
