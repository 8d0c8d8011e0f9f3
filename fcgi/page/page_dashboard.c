#include "base/limits.h"
#include "base/when.h"
#include "fcgi/calendar_card.h"
#include "fcgi/contest_fill.h"
#include "fcgi/ctx.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"
#include "model/calendar_link.h"
#include "model/session.h"
#include "model/sync_page.h"
#include "model/user.h"
#include "net/json.h"
#include "view/dashboard.h"

/*
 * Where a member begins: the next contests of the chosen platforms, the state of the calendars, and
 * what was done in them. "Sync now" answers at once with 202; with scripts the state changes in its
 * place, and without them the answer is a page that leads back here by itself.
 */
enum {
	US = 1000000,
	SHOWN = 8,
	BACK_S = 2 // after which the page of a sync that has begun leads back
};

static const struct page_said said[] = {
	{ "verified", FLASH_OK, "Your address is confirmed. Welcome!" },
};

struct state {
	struct sync_status_now sync;
	struct calendar_links links;
	struct calendar_sources sources;
};

static struct calendar_query next_contests(const struct ctx *c)
{
	return (struct calendar_query){ .platforms = c->session->platforms,
		.from_at = c->now_us,
		.to_at = INT64_MIN,
		.cancelled_since = INT64_MAX / 4,
		.after_at = INT64_MIN,
		.limit = SHOWN };
}

static int load(struct ctx *c, struct state *s, struct err *e)
{
	const struct calendar_query next = next_contests(c);

	sync_page_ahead(c->db, c->mem, c->user->id, &next);
	if (calendar_sources_cached(c->cache, c->db, c->mem, &s->sources, e) != 0 ||
		sync_status_now(c->db, c->mem, c->user->id, &s->sync, e) != 0)
		return -1;
	return calendar_link_list(c->db, c->mem, c->user->id, &s->links, e);
}

/* ---- the state of the sync ---- */

/* A calendar that waits for its owner is not right, however well the others went. */
static bool is_any_lost(const struct state *s)
{
	for (size_t i = 0; i < s->links.n; i++)
		if (s->links.v[i].state == CALENDAR_RECONNECT ||
			s->links.v[i].state == CALENDAR_GONE)
			return true;
	return false;
}

static void fill_state(
	struct ctx *c, const struct zone *z, const struct state *s, struct dashboard_view *v)
{
	static const char *const texts[] = {
		[SYNC_NEVER] = "Nothing has been synced yet.",
		[SYNC_QUEUED] = "Waiting for its turn.",
		[SYNC_SYNCING] = "Syncing now.",
		[SYNC_SUCCESS] = "Your calendar is right.",
		[SYNC_FAILED] = "The last sync did not succeed.",
	};
	const struct sync_status_now *now = &s->sync;

	v->state = texts[now->status];
	v->is_busy = now->status == SYNC_QUEUED || now->status == SYNC_SYNCING;
	v->is_failed = now->status == SYNC_FAILED;
	if (now->status == SYNC_SUCCESS && is_any_lost(s)) {
		v->state = "A calendar has to be connected again.";
		v->is_failed = true;
	}
	v->reason = now->reason;
	v->wait_s = sync_cooldown_left(c->db, now, c->now_us);
	if (now->ended_at != INT64_MIN) {
		v->ended = when_stamp(c->mem, z, now->ended_at / US);
		v->ended_iso = when_iso(c->mem, now->ended_at / US);
	}
	if (now->again_at != INT64_MIN)
		v->again = when_clock(c->mem, z, now->again_at / US);
}

static void fill_links(
	struct ctx *c, const struct zone *z, const struct state *s, struct dashboard_view *v)
{
	struct link_item *items = arena_new_array(c->mem, struct link_item, s->links.n);

	for (size_t i = 0; i < s->links.n; i++) {
		calendar_item_fill(c->mem, z, &s->links.v[i], &items[i]);
		v->can_sync = v->can_sync || (s->links.v[i].sink != CALENDAR_ICS &&
						     s->links.v[i].state == CALENDAR_OK);
	}
	v->links = (struct link_items){ items, s->links.n };
}

/* ---- contests ---- */

static int fill_next(struct ctx *c, const struct zone *z, struct dashboard_view *v, struct err *e)
{
	const struct calendar_query q = next_contests(c);
	struct contest_item *items = arena_new_array(c->mem, struct contest_item, SHOWN);
	struct calendar_list list;

	if (calendar_list(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	for (size_t i = 0; i < list.n; i++)
		contest_fill(c->mem, z, c->now_us / US, &list.v[i], &items[i]);
	v->next = (struct contest_items){ items, list.n };
	v->calendar = url_path("/calendar");
	for (unsigned p = 0; p < N_PLATFORMS; p++)
		if ((q.platforms & 1U << p) != 0)
			v->calendar = url_with(c->mem, v->calendar, "platforms",
				span_of(platform_info((enum platform)p)->slug));
	return 0;
}

/* ---- history ---- */

static const char *what_text(struct span what)
{
	static const char *const texts[][2] = { { "added", "Added" }, { "moved", "Moved" },
		{ "renamed", "Renamed" }, { "changed", "Changed" }, { "removed", "Removed" },
		{ "left_out", "Left out" } };

	for (size_t i = 0; i < countof(texts); i++)
		if (span_is(what, texts[i][0]))
			return texts[i][1];
	return "Changed";
}

static struct url contest_page(struct arena *m, struct span key)
{
	struct span slug;

	if (!span_split(&key, ':', &slug))
		return url_path("/calendar");
	return url_to(m, "/contest/{}/{}", arena_dup(m, slug), arena_dup(m, key), NULL);
}

static void fill_line(
	struct arena *m, const struct zone *z, const struct sync_page_item *i, struct run_line *out)
{
	*out = (struct run_line){ .what = what_text(i->what),
		.title = i->title,
		.contest = contest_page(m, i->key),
		.start = when_stamp(m, z, i->start_at / US),
		.start_iso = when_iso(m, i->start_at / US),
		.reason = i->reason };
	if (i->from_start_at != INT64_MIN)
		out->from = when_stamp(m, z, i->from_start_at / US);
}

/* "3 added, 1 changed" */
static const char *sum(struct arena *m, const struct sync_page_run *r)
{
	const struct {
		int64_t n;
		const char *word;
	} parts[] = { { r->added, "added" }, { r->changed, "changed" }, { r->removed, "removed" },
		{ r->left_out, "left out" } };
	const char *text = NULL;

	for (size_t i = 0; i < countof(parts); i++)
		if (parts[i].n > 0)
			text = arena_printf(m, "%s%s%lld %s", text == NULL ? "" : text,
				text == NULL ? "" : ", ", (long long)parts[i].n, parts[i].word);
	return text == NULL ? "nothing was changed" : text;
}

static int fill_runs(struct ctx *c, const struct zone *z, struct dashboard_view *v, struct err *e)
{
	struct sync_history h;
	struct run_item *items;

	if (sync_history(c->db, c->mem, c->user->id, &h, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct run_item, h.n);
	for (size_t i = 0; i < h.n; i++) {
		const struct sync_page_run *r = &h.v[i];
		struct run_line *lines = arena_new_array(c->mem, struct run_line, r->n_items);

		for (size_t j = 0; j < r->n_items; j++)
			fill_line(c->mem, z, &r->items[j], &lines[j]);
		items[i] = (struct run_item){ .at = when_stamp(c->mem, z, r->began_at / US),
			.at_iso = when_iso(c->mem, r->began_at / US),
			.sum = sum(c->mem, r),
			.failed = r->failed,
			.is_open = i == 0,
			.reason = r->reason,
			.lines = { lines, r->n_items },
			.n_more = r->added + r->changed + r->removed + r->left_out -
				  (int64_t)r->n_items };
		if (r->ended_at == INT64_MIN)
			items[i].n_more = 0;
	}
	v->runs = (struct run_items){ items, h.n };
	return 0;
}

/* ---- pages ---- */

/* Everything that the page shows and that can change. */
static struct span version(struct ctx *c, const struct state *s)
{
	struct span contests = calendar_version_at(c->mem, &s->sources, c->now_us);

	return span_of(arena_printf(c->mem, SPAN_FMT "-%lld.%lld.%d.%lld.%u.%zu.%lld",
		SPAN_ARG(contests), (long long)s->sync.asked, (long long)s->sync.version,
		(int)s->sync.status, (long long)s->sync.ended_at, c->session->platforms, s->links.n,
		(long long)sync_cooldown_left(c->db, &s->sync, c->now_us)));
}

static int show(struct ctx *c, const struct state *s, struct err *e)
{
	struct dashboard_view v = { .can_sync = false };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	fill_state(c, viewer.zone, s, &v);
	v.scope = arena_printf(c->mem, "user:%lld", (long long)c->user->id);
	fill_links(c, viewer.zone, s, &v);
	if (fill_next(c, viewer.zone, &v, e) != 0 || fill_runs(c, viewer.zone, &v, e) != 0)
		return -1;
	v.page = page_start(c, &viewer, "Dashboard", NAV_DASHBOARD);
	v.page.no_index = true;
	page_say(c, &v.page, said, countof(said));
	v.zone = page_zone_line(c, &viewer, c->now_us / US);
	return response_html(c->res, page_dashboard_html, &v, e);
}

int page_dashboard(struct ctx *c, struct err *e)
{
	struct state s;

	if (load(c, &s, e) != 0)
		return -1;
	/* The state of each link is not in the sync's version, so it is asked before. */
	if (s.links.n == 0 && response_not_modified(c->res, version(c, &s)))
		return 0;
	return show(c, &s, e);
}

static bool wants_json(const struct request *r)
{
	return span_starts(r->accept, "application/json");
}

int page_sync(struct ctx *c, struct err *e)
{
	struct json_out j;
	struct state s;

	if (sync_press(c->db, c->mem, c->user->id, e) != 0 || load(c, &s, e) != 0)
		return -1;
	/* A worker may be quicker than this answer, which tells what the press did. */
	if (s.sync.status != SYNC_SYNCING)
		s.sync.status = SYNC_QUEUED;
	response_status(c->res, 202);
	if (!wants_json(c->req)) {
		response_header(c->res, "Refresh",
			span_of(arena_printf(c->mem, "%d; url=/dashboard", BACK_S)));
		return show(c, &s, e);
	}
	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	json_object(&j);
	json_key(&j, "status");
	json_put_text(&j, span_of(sync_status_name(s.sync.status)));
	json_key(&j, "retry_after_s");
	json_put_i64(&j, sync_cooldown_left(c->db, &s.sync, c->now_us));
	json_object_end(&j);
	return 0;
}
