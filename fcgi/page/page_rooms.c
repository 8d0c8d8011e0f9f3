/* The list of rooms, those that are over, the form that makes one, the ratings, and what programs
 * have to know of Sync. */
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/room.h"
#include "model/room_check.h"
#include "model/room_make.h"
#include "model/user.h"
#include "view/room.h"

enum {
	US = 1000000
};

/* ---- lists ---- */

static struct room_item item_of(struct arena *m, const struct zone *z, const struct room_row *r)
{
	return (struct room_item){
		.link = url_to(m, "/room/{}", arena_dup(m, r->public_id), NULL),
		.title = r->title,
		.state = room_state_word(r->state),
		.mood = room_state_mood(r->state),
		.rules = room_rules_text(m, r->is_lockout, r->is_teams, false),
		.size = arena_printf(m, "%d %s, %d %s", r->n_players,
			r->n_players == 1 ? "player" : "players", r->n_problems,
			r->n_problems == 1 ? "problem" : "problems"),
		.when = when_stamp(m, z, r->starts_at / US),
		.when_iso = when_iso(m, r->starts_at / US),
		.winner = r->winner,
		.is_mine = r->is_mine,
	};
}

static int show_list(struct ctx *c, bool over, struct err *e)
{
	struct rooms_view v = { .is_history = over,
		.pager = { .to_next = "Older", .to_first = "Newest" } };
	struct room_list_look look = { .reader_id = c->user->id, .over = over, .limit = ROOM_LIST };
	struct url here = over ? url_path("/rooms/history") : url_path("/rooms");
	uint64_t before = 0;
	struct room_item *items;
	struct room_rows rows;
	struct viewer viewer;

	if (span_u64(request_query(c->req, "before"), INT64_MAX, &before))
		look.before = (int64_t)before;
	if (room_list(c->db, c->mem, &look, &rows, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	items = arena_new_array(c->mem, struct room_item, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		items[i] = item_of(c->mem, viewer.zone, &rows.v[i]);
	v.rooms = (struct room_items){ items, rows.n };
	if (rows.next != 0)
		v.pager.next = url_with(c->mem, here, "before",
			span_of(arena_printf(c->mem, "%" PRId64, rows.next)));
	if (look.before != 0)
		v.pager.first = here;
	v.page = page_start(c, &viewer, over ? "Rooms that are over" : "Rooms", NAV_ROOMS);
	v.page.no_index = true;
	return response_html(c->res, page_rooms_html, &v, e);
}

int page_rooms(struct ctx *c, struct err *e)
{
	return show_list(c, false, e);
}

int page_rooms_history(struct ctx *c, struct err *e)
{
	return show_list(c, true, e);
}

/* ---- ratings ---- */

int page_room_ratings(struct ctx *c, struct err *e)
{
	struct room_ratings_view v = { .places = { NULL, 0 } };
	struct room_ratings list;
	struct room_place *places;
	struct viewer viewer;

	if (room_ratings(c->db, c->mem, ROOM_RATINGS, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	places = arena_new_array(c->mem, struct room_place, list.n + 1);
	for (size_t i = 0; i < list.n; i++) {
		places[i] = (struct room_place){ .rank = (int)i + 1,
			.name = list.v[i].name,
			.rating = list.v[i].rating,
			.n_rooms = list.v[i].n_rooms,
			.is_me = list.v[i].user_id == c->user->id };
		if (i > 0 && places[i].rating == places[i - 1].rating)
			places[i].rank = places[i - 1].rank;
	}
	v.places = (struct room_places){ places, list.n };
	v.page = page_start(c, &viewer, "Ratings of rooms", NAV_ROOMS);
	return response_html(c->res, page_room_ratings_html, &v, e);
}

/* ---- the contract ---- */

int page_room_contract(struct ctx *c, struct err *e)
{
	struct room_contract_view v = { .reasons = room_fill_reasons(c->mem) };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Sync for programs", NAV_ROOMS);
	return response_html(c->res, page_room_contract_html, &v, e);
}

/* ---- making one ---- */

struct asked {
	struct span title;
	bool lockout;
	bool teams;
	bool open;
	bool plays;
	bool draws;
	int64_t starts_in;
	int64_t length;
	int64_t reveal;
	struct span problems;
	int64_t n_draw;
	int64_t draw_least;
	int64_t draw_most;
	struct span draw_tags;
};

static const struct field fields[] = {
	FIELD_LINE(struct asked, title, 1, ROOM_MAX_TITLE),
	FIELD_FLAG(struct asked, lockout),
	FIELD_FLAG(struct asked, teams),
	FIELD_FLAG(struct asked, open),
	FIELD_FLAG(struct asked, plays),
	FIELD_FLAG(struct asked, draws),
	FIELD_INT(struct asked, starts_in, 1, ROOM_MAX_LEAD_S / 60),
	FIELD_INT(struct asked, length, ROOM_LEAST_S / 60, ROOM_MOST_S / 60),
	FIELD_INT(struct asked, reveal, 0, 1440),
	FIELD_TEXT(struct asked, problems, 0, ROOM_MAX_PICKS),
	FIELD_INT(struct asked, n_draw, 1, ROOM_MAX_PROBLEMS),
	FIELD_INT(struct asked, draw_least, 800, 3500),
	FIELD_INT(struct asked, draw_most, 800, 3500),
	FIELD_LINE(struct asked, draw_tags, 0, ROOM_MAX_TAGS),
};

struct wrong {
	const char *title, *problems, *draw, *reveal, *other;
};

static int show_form(struct ctx *c, const struct asked *a, const struct wrong *w, struct err *e)
{
	struct room_new_view v = { .title = a->title,
		.is_lockout = a->lockout,
		.is_teams = a->teams,
		.is_open = a->open,
		.plays = a->plays,
		.draws = a->draws,
		.starts_in = a->starts_in,
		.length = a->length,
		.reveal = a->reveal,
		.problems = a->problems,
		.n_draw = a->n_draw,
		.draw_least = a->draw_least,
		.draw_most = a->draw_most,
		.draw_tags = a->draw_tags,
		.title_error = w->title,
		.problems_error = w->problems,
		.draw_error = w->draw,
		.reveal_error = w->reveal,
		.error = w->other };
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Open a room", NAV_ROOMS);
	return response_html(c->res, page_room_new_html, &v, e);
}

int page_room_new(struct ctx *c, struct err *e)
{
	const struct asked usual = { .title = SPAN(""),
		.lockout = true,
		.open = true,
		.plays = true,
		.draws = true,
		.starts_in = 10,
		.length = 60,
		.problems = SPAN(""),
		.n_draw = 5,
		.draw_least = 800,
		.draw_most = 1400,
		.draw_tags = SPAN("") };

	return show_form(c, &usual, &(struct wrong){ .other = NULL }, e);
}

static void fill_new(const struct asked *a, struct room_new *r)
{
	r->title = a->title;
	r->is_lockout = a->lockout;
	r->is_teams = a->teams;
	r->is_open = a->open;
	r->plays = a->plays;
	r->starts_in_s = a->starts_in * 60;
	r->length_s = a->length * 60;
	r->reveal_s = a->reveal * 60;
	if (!a->draws)
		return;
	r->n_draw = a->n_draw;
	r->draw_least = a->draw_least;
	r->draw_most = a->draw_most;
	r->draw_tags = a->draw_tags;
}

/* What was refused, at its field. */
static struct wrong wrong_of(struct arena *m, const struct err *why)
{
	const char *text = arena_printf(m, "%s", why->text);
	struct span field = span_of(why->field);

	if (span_is(field, "problems"))
		return (struct wrong){ .problems = text };
	if (span_is(field, "reveal"))
		return (struct wrong){ .reveal = text };
	if (span_is(field, "n_draw") || span_is(field, "draw_most"))
		return (struct wrong){ .draw = text };
	return (struct wrong){ .other = text };
}

static struct wrong wrong_fields(struct arena *m, const struct field_errors *errors)
{
	struct wrong w = { .title = form_error(m, errors, "title"),
		.problems = form_error(m, errors, "problems"),
		.reveal = form_error(m, errors, "reveal") };
	static const char *const draw[] = { "n_draw", "draw_least", "draw_most", "draw_tags" };

	for (size_t i = 0; i < countof(draw) && w.draw == NULL; i++)
		w.draw = form_error(m, errors, draw[i]);
	if (form_error(m, errors, "starts_in") != NULL)
		w.other = "A room starts in 1 minute to 14 days.";
	if (form_error(m, errors, "length") != NULL)
		w.other = "A room lasts 5 minutes to 7 days.";
	return w;
}

int page_room_new_post(struct ctx *c, struct err *e)
{
	struct asked a = { .title = SPAN("") };
	struct room_new r = { .n_picks = 0 };
	struct err why = { .kind = ERR_NONE };
	struct field_errors errors;
	struct span public_id;
	struct wrong w;

	if (form_read(c->req, c->mem, fields, countof(fields), &a, &errors) != 0) {
		w = wrong_fields(c->mem, &errors);
		response_status(c->res, 422);
		return show_form(c, &a, &w, e);
	}
	fill_new(&a, &r);
	if ((a.draws || room_picks_parse(a.problems, &r, &why) == 0) &&
		room_make(c->db, c->mem, c->user, &r, &public_id, &why) == 0)
		return response_redirect(
			c->res, url_to(c->mem, "/room/{}", arena_dup(c->mem, public_id), NULL));
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	w = wrong_of(c->mem, &why);
	response_status(c->res, 422);
	return show_form(c, &a, &w, e);
}
