/*
 * One room: board, problems with Sync, who plays, what was claimed. Its parts are read again when
 * something happens in it (public/js/parts.js); everything works without scripts by forms.
 */
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/contest_link.h"
#include "fcgi/form.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room_fill.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/event.h"
#include "model/room.h"
#include "model/room_draw.h"
#include "model/room_make.h"
#include "model/room_sync.h"
#include "model/user.h"
#include "view/room.h"

enum {
	US = 1000000
};

static const struct page_said said[] = {
	{ "joined", FLASH_OK, "You are in." },
	{ "left", FLASH_OK, "You are not in this room any more." },
	{ "begins", FLASH_OK, "It was begun early." },
	{ "off", FLASH_OK, "The room is called off." },
	{ "queued", FLASH_OK, "Codeforces is asked; what comes of it shows here." },
	{ "wait", FLASH_WARN, "Sync can be pressed once a minute. Try again in a moment." },
	{ "late", FLASH_WARN, "That is not possible any more." },
	{ "full", FLASH_WARN, "The room is full." },
	{ "team", FLASH_WARN, "Choose a team, or name one of at most 60 letters." },
};

static struct room_look look(const struct ctx *c)
{
	return (struct room_look){ route_param(c, "id"), c->user };
}

static struct room_sync_desk desk(const struct ctx *c)
{
	return (struct room_sync_desk){ c->db, c->cache, c->mem };
}

static struct url room_url(struct arena *m, const char *pattern, struct span id)
{
	return url_to(m, pattern, arena_dup(m, id), NULL);
}

/* ---- the page ---- */

/* "5 problems of 800 to 1200 (dp, greedy)". */
static const char *draw_text(struct arena *m, const struct room *r)
{
	const char *out = arena_printf(m, "%d %s of %d to %d", r->n_draw,
		r->n_draw == 1 ? "problem" : "problems", r->draw_least, r->draw_most);
	struct span rest = r->draw_tags;
	struct span tag;

	if (rest.n == 0)
		return out;
	for (const char *join = " ("; rest.n > 0 && span_split(&rest, ',', &tag); join = ", ")
		out = arena_printf(m, "%s%s" SPAN_FMT, out, join, SPAN_ARG(tag));
	return arena_printf(m, "%s)", out);
}

static void fill_head(
	struct arena *m, const struct zone *z, const struct room *r, struct room_view *v)
{
	int64_t to = r->state == ROOM_WAITS ? r->starts_at : r->ends_at;

	v->title = r->title;
	v->is_drawing = room_is_drawing(r);
	v->state = v->is_drawing ? "draws its problems" : room_state_word(r->state);
	v->mood = room_state_mood(v->is_drawing ? ROOM_WAITS : r->state);
	v->rules = room_rules_text(m, r->is_lockout, r->is_teams, r->is_open);
	v->maker = r->maker;
	v->starts = when_stamp(m, z, r->starts_at / US);
	v->starts_iso = when_iso(m, r->starts_at / US);
	v->length = when_length(m, (r->ends_at - r->starts_at) / US);
	v->start_s = r->starts_at / US;
	v->end_s = r->ends_at / US;
	v->until = when_span(m, (to - r->now) / US);
	v->counts = r->state == ROOM_WAITS || (r->state == ROOM_RUNS && !v->is_drawing);
	v->is_waiting = r->state == ROOM_WAITS;
	v->is_closing = r->state == ROOM_CLOSES;
	v->is_over = r->state == ROOM_SETTLED || r->state == ROOM_OFF;
	v->off_why = r->off_why;
	v->winner = SPAN_NONE;
	if (r->state == ROOM_SETTLED && r->n_teams > 0 && r->board.rows[0].points > 0)
		v->winner = room_team_name(r, r->board.rows[0].team);
	if (r->n_problems == 0 && r->n_draw > 0 && !v->is_over)
		v->draw = draw_text(m, r);
	if (r->n_problems > 0 && (int)r->n_problems < r->n_draw)
		v->missing = arena_printf(m,
			"Only %zu of %d could be drawn: there are no more like that which no player "
			"has solved.",
			r->n_problems, r->n_draw);
}

/* What the draw waits for, and what it did without. */
static int fill_draw(struct ctx *c, const struct room *r, struct room_view *v, struct err *e)
{
	struct room_draw_awaited awaited = { .n = 0 };
	int64_t *unseen = arena_new_array(c->mem, int64_t, r->n_players + 1);
	size_t n = 0;

	if (v->is_drawing && room_draw_awaits(c->db, c->mem, r->id, &awaited, e) != 0)
		return -1;
	v->awaited = room_fill_names(c->mem, r, awaited.players, awaited.n);
	for (size_t i = 0; i < r->n_players; i++)
		if (r->players[i].unseen)
			unseen[n++] = r->players[i].id;
	v->unseen = room_fill_names(c->mem, r, unseen, n);
	v->shortfall = v->missing != NULL || v->unseen != NULL;
	return 0;
}

static struct room_join_view join_view(
	const struct page_view *page, struct url action, const struct room *r)
{
	return (struct room_join_view){ action, page->csrf, r->is_teams };
}

static void fill_rights(struct ctx *c, const struct room *r, struct room_view *v)
{
	bool waits = r->state == ROOM_WAITS;

	v->is_player = r->my_player != 0;
	v->is_teams = r->is_teams;
	for (size_t i = 0; i < r->n_players; i++)
		v->has_handle |= r->players[i].id == r->my_player && r->players[i].handle.p != NULL;
	v->may_join = waits && (r->is_teams || !v->is_player);
	v->may_leave = waits && v->is_player;
	v->may_begin = waits && r->is_mine && r->n_players > 0;
	v->may_end = !v->is_over && r->is_mine;
	v->may_rematch = v->is_over && (r->is_mine || v->is_player) && r->next.p == NULL;
	if (waits && (r->is_mine || v->is_player))
		v->invite =
			contest_link_absolute(c, room_url(c->mem, "/rooms/invite/{}", r->invite));
	if (r->rematch_of.p != NULL)
		v->previous = room_url(c->mem, "/room/{}", r->rematch_of);
	if (r->next.p != NULL)
		v->next = room_url(c->mem, "/room/{}", r->next);
	v->join = join_view(&v->page, room_url(c->mem, "/room/{}/join", r->public_id), r);
	v->leave = room_url(c->mem, "/room/{}/leave", r->public_id);
	v->begin = room_url(c->mem, "/room/{}/begin", r->public_id);
	v->off = room_url(c->mem, "/room/{}/off", r->public_id);
	v->sync = room_url(c->mem, "/room/{}/sync", r->public_id);
	v->rematch = room_url(c->mem, "/room/{}/rematch", r->public_id);
}

static void fill_live(struct ctx *c, const struct room *r, int64_t position, struct room_view *v)
{
	const struct room_sync_desk k = desk(c);

	v->room_id = r->public_id;
	v->scopes = arena_printf(c->mem, "room:" SPAN_FMT, SPAN_ARG(r->public_id));
	v->user_scope = arena_printf(c->mem, "user:%" PRId64, c->user->id);
	v->after = arena_printf(c->mem, "%" PRId64, position);
	v->reasons = room_fill_reasons(c->mem);
	if (v->is_player && !v->is_over)
		v->sync_wait = room_sync_left(&k, c->user->id);
}

/* For who has just loaded the page; a browser without scripts learns it only so. */
static int fill_said(struct ctx *c, const struct room *r, struct room_view *v, struct err *e)
{
	const struct room_sync_desk k = desk(c);
	struct room_sync_said last;

	if (!v->is_player || r->state == ROOM_WAITS)
		return 0;
	if (room_sync_last(&k, r->public_id, c->user->id, &last, e) != 0)
		return -1;
	room_fill_said(c->mem, &last, v);
	v->page.reloads = span_is(last.kind, "sync.queued");
	return 0;
}

int page_room(struct ctx *c, struct err *e)
{
	const struct room_look what = look(c);
	struct room_view v = { .state = NULL };
	struct viewer viewer;
	int64_t position;
	struct room r;

	/* Before the room: what happens meanwhile is told again rather than missed. */
	if (event_feed_start(c->db, c->mem, &position, e) != 0 ||
		room_get(c->db, c->mem, &what, &r, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, arena_dup(c->mem, r.title), NAV_ROOMS);
	v.page.no_index = true;
	fill_head(c->mem, viewer.zone, &r, &v);
	fill_rights(c, &r, &v);
	if (fill_draw(c, &r, &v, e) != 0 || fill_said(c, &r, &v, e) != 0)
		return -1;
	if (v.said == NULL || !span_is(request_query(c->req, "done"), "queued"))
		page_say(c, &v.page, said, countof(said));
	room_fill(c->mem, viewer.zone, &r, &v);
	fill_live(c, &r, position, &v);
	if (!v.is_over && member_resting(c, &viewer, &v.resting, e) != 0)
		return -1;
	return response_html(c->res, page_room_html, &v, e);
}

/* ---- what is done to it ---- */

static int back(struct ctx *c, struct span id, const char *done)
{
	return response_redirect(
		c->res, url_with(c->mem, room_url(c->mem, "/room/{}", id), "done", span_of(done)));
}

/* Refusals that a sentence on the page explains; others are errors. */
static int back_or_fail(
	struct ctx *c, struct span id, const char *done, const struct err *why, struct err *e)
{
	if (why->kind == ERR_NONE)
		return back(c, id, done);
	if (why->kind == ERR_CONFLICT)
		return back(c, id, "late");
	if (why->kind == ERR_INVALID)
		return back(c, id, "team");
	if (why->kind == ERR_LIMIT)
		return back(c, id, why->retry_after_s > 0 ? "wait" : "full");
	*e = *why;
	return -1;
}

struct joining {
	struct span team;
};

static const struct field join_fields[] = {
	FIELD_LINE(struct joining, team, 0, ROOM_MAX_TEAM_NAME),
};

static int join(struct ctx *c, const struct room *r, struct err *why)
{
	struct joining form = { .team = SPAN("") };
	struct field_errors errors;
	struct room_join j = { .room_id = r->id, .user_id = c->user->id };

	if (form_read(c->req, c->mem, join_fields, countof(join_fields), &form, &errors) != 0)
		return form_fail(&errors, why);
	j.name = form.team;
	return room_join(c->db, c->mem, &j, why);
}

/* Open rooms let everybody in; others those who hold the invitation (page_room_invite_post). */
int page_room_join(struct ctx *c, struct err *e)
{
	const struct room_look what = look(c);
	struct err why = { .kind = ERR_NONE };
	struct room r;

	if (room_watch(c->db, c->mem, &what, &r, e) != 0)
		return -1;
	(void)!join(c, &r, &why);
	return back_or_fail(c, r.public_id, "joined", &why, e);
}

int page_room_leave(struct ctx *c, struct err *e)
{
	const struct room_look what = look(c);
	struct err why = { .kind = ERR_NONE };
	struct room r;

	if (room_watch(c->db, c->mem, &what, &r, e) != 0)
		return -1;
	(void)!room_leave(c->db, c->mem, r.id, c->user->id, &why);
	if (why.kind == ERR_NONE && !r.is_open && !r.is_mine)
		return response_redirect(c->res, url_path("/rooms"));
	return back_or_fail(c, r.public_id, "left", &why, e);
}

/* The room, for who made it and admins. */
static int my_room(struct ctx *c, struct room *r, struct err *e)
{
	const struct room_look what = look(c);

	if (room_watch(c->db, c->mem, &what, r, e) != 0)
		return -1;
	return r->is_mine ? 0 : err_set(e, ERR_FORBIDDEN, "the room is somebody else's");
}

int page_room_begin(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct room r;

	if (my_room(c, &r, e) != 0)
		return -1;
	(void)!room_begin(c->db, c->mem, r.id, &why);
	return back_or_fail(c, r.public_id, "begins", &why, e);
}

int page_room_off(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct room r;

	if (my_room(c, &r, e) != 0)
		return -1;
	(void)!room_call_off(
		c->db, c->mem, r.id, SPAN("Whoever opened the room called it off."), &why);
	return back_or_fail(c, r.public_id, "off", &why, e);
}

int page_room_rematch(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct span next = SPAN_NONE;

	if (room_rematch(c->db, c->mem, c->user, route_param(c, "id"), &next, &why) == 0)
		return response_redirect(c->res, room_url(c->mem, "/room/{}", next));
	return back_or_fail(c, route_param(c, "id"), "late", &why, e);
}

struct pressing {
	struct span problem;
};

static const struct field press_fields[] = {
	FIELD_LINE(struct pressing, problem, 0, 24),
};

/* The button without scripts: what POST /api/contests/sync does. */
int page_room_sync(struct ctx *c, struct err *e)
{
	const struct room_sync_desk k = desk(c);
	struct pressing form = { .problem = SPAN_NONE };
	struct err why = { .kind = ERR_NONE };
	struct field_errors errors;
	int64_t position;

	if (form_read(c->req, c->mem, press_fields, countof(press_fields), &form, &errors) != 0)
		return form_fail(&errors, e);
	(void)!room_sync_press(&k, c->user, route_param(c, "id"), form.problem, &position, &why);
	return back_or_fail(c, route_param(c, "id"), "queued", &why, e);
}

/* ---- the invitation ---- */

static int show_invite(struct ctx *c, const struct room *r, const char *error, struct err *e)
{
	struct room_invite_view v = { .title = r->title,
		.maker = r->maker,
		.rules = room_rules_text(c->mem, r->is_lockout, r->is_teams, r->is_open),
		.length = when_length(c->mem, (r->ends_at - r->starts_at) / US),
		.is_teams = r->is_teams,
		.is_late = r->state != ROOM_WAITS,
		.error = error };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.starts = when_stamp(c->mem, viewer.zone, r->starts_at / US);
	v.starts_iso = when_iso(c->mem, r->starts_at / US);
	if (r->is_open || r->is_mine || r->my_player != 0)
		v.room = room_url(c->mem, "/room/{}", r->public_id);
	room_fill_groups(c->mem, r, &v.groups);
	v.page = page_start(c, &viewer, arena_dup(c->mem, r->title), NAV_ROOMS);
	v.page.no_index = true;
	v.join = join_view(&v.page, room_url(c->mem, "/rooms/invite/{}", r->invite), r);
	return response_html(c->res, page_room_invite_html, &v, e);
}

int page_room_invite(struct ctx *c, struct err *e)
{
	struct room r;

	if (room_by_invite(c->db, c->mem, route_param(c, "token"), c->user, &r, e) != 0)
		return -1;
	return show_invite(c, &r, NULL, e);
}

int page_room_invite_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct room r;

	if (room_by_invite(c->db, c->mem, route_param(c, "token"), c->user, &r, e) != 0)
		return -1;
	if (join(c, &r, &why) == 0)
		return back(c, r.public_id, "joined");
	if (why.kind != ERR_INVALID && why.kind != ERR_CONFLICT && why.kind != ERR_LIMIT) {
		*e = why;
		return -1;
	}
	response_status(c->res, why.kind == ERR_INVALID ? 422 : 409);
	return show_invite(c, &r, arena_printf(c->mem, "%s", why.text), e);
}
