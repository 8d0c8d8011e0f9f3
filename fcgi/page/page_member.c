/* One member: how the training goes, in figures and pictures. */
#include "base/attr.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/codeforces_link.h"
#include "fcgi/member_fill.h"
#include "fcgi/member_graph.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member.h"
#include "model/member_history.h"
#include "model/member_sync.h"
#include "model/member_training.h"

#define US INT64_C(1000000)

enum {
	CONTESTS_SHOWN = 50
};

/* The days that the address asks for; 0: all of them. */
static int window_of(const struct ctx *c)
{
	uint64_t n;

	if (!span_u64(request_query(c->req, "days"), 365, &n))
		return 0;
	for (size_t i = 0; i < N_TRAINING_WINDOWS; i++) {
		if ((uint64_t)training_windows[i] == n)
			return training_windows[i];
	}
	return 0;
}

/* ---- who it is ---- */

static void fill_person(
	struct ctx *c, const struct zone *z, const struct member *who, struct member_view *v)
{
	struct arena *m = c->mem;
	const struct member_item *i = &who->row;

	v->row = member_row_of(m, z, i);
	v->row.active = admin_stamp(m, z, i->active_at);
	v->row.synced = admin_stamp(m, z, i->synced_at);
	v->rank_word = arena_printf(m, SPAN_FMT, SPAN_ARG(i->rank));
	v->max_word = arena_printf(m, SPAN_FMT, SPAN_ARG(who->max_rank));
	v->email = who->email;
	v->phone = who->phone;
	v->is_inside = who->is_inside;
	v->may_edit = who->may_edit;
	v->is_self = who->is_self;
	v->is_public = i->is_public;
	v->may_sync = i->handle.p != NULL && (who->may_edit || who->is_self);
	if (v->may_sync)
		v->live = arena_printf(m, "member:%lld", (long long)i->id);
	v->edit = member_act(m, i->id, "edit");
	v->sync = member_act(m, i->id, "sync");
	v->compare = url_with(m, url_path("/members/compare"), "with",
		span_of(arena_printf(m, "%lld", (long long)i->id)));
	if (i->handle.p != NULL)
		v->profile = codeforces_link_profile(m, i->handle);
}

/* ---- what was solved ---- */

static void fill_windows(struct ctx *c, const struct member *who, const struct training *all,
	int chosen, struct member_view *v)
{
	struct member_window *w =
		arena_new_array(c->mem, struct member_window, N_TRAINING_WINDOWS + 1);
	struct url here = member_link(c->mem, who->row.id);
	int64_t today = c->now_us / US / 86400;

	for (size_t i = 0; i < N_TRAINING_WINDOWS; i++)
		w[i] = (struct member_window){ arena_printf(c->mem, "%d days", training_windows[i]),
			training_since(all, today - training_windows[i] + 1),
			url_with(c->mem, here, "days",
				span_of(arena_printf(c->mem, "%d", training_windows[i]))),
			training_windows[i] == chosen };
	w[N_TRAINING_WINDOWS] =
		(struct member_window){ "All", who->row.n_solved, here, chosen == 0 };
	v->windows = (struct member_windows){ w, N_TRAINING_WINDOWS + 1 };
}

static void fill_hardest(struct arena *m, const struct training *t, struct member_view *v)
{
	struct member_hard *h = arena_new_array(m, struct member_hard, t->hardest.n + 1);

	for (size_t i = 0; i < t->hardest.n; i++) {
		const struct training_problem *p = &t->hardest.v[i];

		h[i] = (struct member_hard){ .name = p->name,
			.key = codeforces_problem_name(m, p->key),
			.link = codeforces_link_problem(m, p->key),
			.rating = p->rating,
			.at = when_date(m, p->day),
			.at_iso = when_iso_day(m, p->day) };
	}
	v->hardest = (struct member_hards){ h, t->hardest.n };
}

static void fill_figures(struct ctx *c, const struct training *t, int days, struct member_view *v)
{
	struct arena *m = c->mem;
	int64_t today = c->now_us / US / 86400;
	int64_t span = days > 0 ? days : today - t->first_day + 1;

	v->solved = t->solved;
	v->sent = t->sent;
	v->average = t->average != 0 ? member_rating(m, t->average) : "–";
	v->per_day = t->solved > 0 && span > 0
			     ? arena_printf(m, "%.2f", (double)t->solved / (double)span)
			     : "0";
	v->difficulties = member_graph_difficulties(m, t);
	v->tags = member_graph_tags(m, t);
	fill_hardest(m, t, v);
}

/* ---- contests ---- */

static const char *unsolved(
	struct arena *m, const struct training *t, const struct training_change *c)
{
	int64_t left = c->n_problems - training_solved_in(t, c->contest_id);

	return c->n_problems > 0 ? arena_printf(m, "%lld of %lld", (long long)(left > 0 ? left : 0),
					   (long long)c->n_problems)
				 : "–";
}

static void fill_contests(struct arena *m, const struct training *t,
	const struct training_changes *c, struct member_view *v)
{
	size_t n = c->n < CONTESTS_SHOWN ? c->n : CONTESTS_SHOWN;
	struct member_contest *rows = arena_new_array(m, struct member_contest, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct training_change *r = &c->v[c->n - 1 - i];
		int64_t change = r->new_rating - r->old_rating;

		rows[i] = (struct member_contest){ .name = r->contest,
			.link = codeforces_link_contest(m, r->contest_id),
			.rank = r->rank,
			.rating = r->new_rating,
			.change = arena_printf(m, "%+lld", (long long)change),
			.is_up = change >= 0,
			.unsolved = unsolved(m, t, r),
			.at = when_date(m, r->at / US / 86400),
			.at_iso = when_iso_day(m, r->at / US / 86400) };
	}
	v->contests = (struct member_contests){ rows, n };
	if (c->n > n)
		v->latest = arena_printf(m, "The latest %zu of %zu.", n, c->n);
	v->graph = member_graph_ratings(m, c, 1);
}

static int fill_training(
	struct ctx *c, const struct member *who, struct member_view *v, struct err *e)
{
	struct training_days days = { window_of(c), c->now_us / US / 86400 };
	struct member_lately shown;
	struct training all;

	if (training_read(c->mem, who->figures, &all, e) != 0)
		return -1;
	shown.figures = all;
	if (days.n > 0 ? member_lately(c->cache, c->mem, who, &days, &shown, e) != 0
		       : member_history(c->cache, c->mem, who, &shown.contests, e) != 0)
		return -1;
	v->has_figures = who->figures.p != NULL;
	v->is_window = days.n > 0;
	v->heat = member_graph_heat(c->mem, &all, days.today);
	fill_windows(c, who, &all, days.n, v);
	fill_figures(c, &shown.figures, days.n, v);
	fill_contests(c->mem, &all, &shown.contests, v);
	return 0;
}

int page_member(struct ctx *c, struct err *e)
{
	struct member_view v = { .has_figures = false };
	struct member_access a;
	struct member who;
	struct viewer viewer;
	int64_t id;

	viewer_read(c->req, &viewer);
	if (member_id(c, &id, e) != 0 || member_reader(c, &a, e) != 0)
		return -1;
	member_ahead(c->db, c->mem, &a, id);
	if (member_get(c->db, c->mem, &a, id, &who, e) != 0 ||
		member_resting(c, &viewer, &v.resting, e) != 0 ||
		fill_training(c, &who, &v, e) != 0)
		return -1;
	fill_person(c, viewer.zone, &who, &v);
	v.page = member_page(c, &viewer, arena_dup(c->mem, who.row.name));
	return response_html(c->res, page_member_html, &v, e);
}

/* ---- asked for now ---- */

int page_member_sync(struct ctx *c, struct err *e)
{
	struct member_access a;
	struct member who;
	int64_t id;

	if (member_id(c, &id, e) != 0 || member_reader(c, &a, e) != 0 ||
		member_get(c->db, c->mem, &a, id, &who, e) != 0)
		return -1;
	if (!who.may_edit && !who.is_self)
		return err_set(e, ERR_FORBIDDEN, "that member is in another group");
	if (who.row.handle.p == NULL)
		return err_set(e, ERR_CONFLICT, "the member has no handle");
	if (member_sync_ask(c->db, c->mem, id, e) != 0)
		return -1;
	return response_redirect(
		c->res, url_with(c->mem, member_link(c->mem, id), "done", SPAN("queued")));
}
