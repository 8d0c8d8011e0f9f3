#include "fcgi/room_fill.h"

#include <inttypes.h>

#include "base/when.h"
#include "fcgi/codeforces_link.h"
#include "model/room_check.h"
#include "model/room_sync.h"

#define US         INT64_C(1000000)
#define MOST_NAMES 4 // of people in a sentence

static const struct {
	const char *word;
	const char *mood;
} states[] = {
	[ROOM_WAITS] = { "waits for its start", "wait" },
	[ROOM_RUNS] = { "runs", "ok" },
	[ROOM_CLOSES] = { "closes", "warn" },
	[ROOM_SETTLED] = { "over", "off" },
	[ROOM_OFF] = { "called off", "bad" },
};

const char *room_state_word(enum room_state s)
{
	return states[s].word;
}

const char *room_state_mood(enum room_state s)
{
	return states[s].mood;
}

const char *room_rules_text(struct arena *m, bool is_lockout, bool is_teams, bool is_open)
{
	return arena_printf(m, "%s, %s%s",
		is_lockout ? "Lockout: the first solve takes a problem" : "Shared problems",
		is_teams ? "teams" : "everybody alone", is_open ? ", open to watch" : "");
}

const char *room_letter(struct arena *m, int ordinal)
{
	return arena_printf(m, "%c", 'A' + ordinal - 1);
}

/* "12:05", minutes and seconds since the start. */
static const char *since_start(struct arena *m, const struct room *r, int64_t at_us)
{
	int64_t s = (at_us - r->starts_at) / US;

	return arena_printf(m, "%" PRId64 ":%02d", s / 60, (int)(s % 60));
}

/* ---- the board ---- */

static size_t place_of(const struct room *r, int team)
{
	size_t i = 0;

	while (i < r->n_teams && r->teams[i].team != team)
		i++;
	return i;
}

static struct room_cell cell_of(struct arena *m, const struct room *r, size_t problem, size_t team)
{
	const int *line = r->board.cells + problem * r->n_teams;
	struct room_cell cell = { .points = r->problems[problem].points };

	if (line[team] >= 0)
		cell.time = since_start(m, r, r->claims[line[team]].solved_at);
	for (size_t i = 0; i < r->n_teams && r->is_lockout; i++)
		cell.is_gone |= i != team && line[i] >= 0;
	return cell;
}

static struct span names_of(struct arena *m, const struct room *r, int team)
{
	const char *out = "";

	for (size_t i = 0; i < r->n_players; i++)
		if (r->players[i].team == team)
			out = arena_printf(m, "%s%s" SPAN_FMT, out, out[0] != '\0' ? ", " : "",
				SPAN_ARG(r->players[i].name.p != NULL ? r->players[i].name
								      : SPAN("somebody who left")));
	return span_of(out);
}

static void fill_board(struct arena *m, const struct room *r, struct room_view *v)
{
	struct room_column *columns = arena_new_array(m, struct room_column, r->n_problems + 1);
	struct room_line *lines = arena_new_array(m, struct room_line, r->n_teams + 1);

	for (size_t p = 0; p < r->n_problems; p++)
		columns[p] = (struct room_column){ room_letter(m, r->problems[p].ordinal),
			r->problems[p].points };
	for (size_t i = 0; i < r->n_teams; i++) {
		const struct room_standing *s = &r->board.rows[i];
		struct room_cell *cells = arena_new_array(m, struct room_cell, r->n_problems + 1);

		for (size_t p = 0; p < r->n_problems; p++)
			cells[p] = cell_of(m, r, p, place_of(r, s->team));
		lines[i] = (struct room_line){ .rank = s->rank,
			.team = room_team_name(r, s->team),
			.players = r->is_teams ? names_of(m, r, s->team) : SPAN_NONE,
			.points = s->points,
			.cells = { cells, r->n_problems },
			.is_mine = r->my_team == s->team };
	}
	v->columns = (struct room_columns){ columns, r->n_problems };
	v->lines = (struct room_lines){ lines, r->n_teams };
}

/* ---- the problems ---- */

/* Who has it: with lockout the only one who can, else the reader's own team. */
static int holder_of(const struct room *r, size_t problem)
{
	const int *line = r->board.cells + problem * r->n_teams;

	for (size_t i = 0; i < r->n_teams; i++)
		if (line[i] >= 0 && (r->is_lockout || r->teams[i].team == r->my_team))
			return r->teams[i].team;
	return 0;
}

static void fill_tasks(
	struct arena *m, const struct zone *z, const struct room *r, struct room_view *v)
{
	struct room_task *tasks = arena_new_array(m, struct room_task, r->n_problems + 1);
	bool live = r->state == ROOM_RUNS || r->state == ROOM_CLOSES;

	for (size_t i = 0; i < r->n_problems; i++) {
		const struct room_problem *p = &r->problems[i];
		struct room_task *t = &tasks[i];
		int holder = holder_of(r, i);

		*t = (struct room_task){ .letter = room_letter(m, p->ordinal),
			.id = arena_printf(m, "task-%d", p->ordinal),
			.points = p->points,
			.opens = when_stamp(m, z, p->opens_at / US),
			.opens_iso = when_iso(m, p->opens_at / US) };
		if (!p->is_open)
			continue;
		t->opens = NULL;
		t->problem = p->problem;
		t->name = p->name;
		t->rating = p->rating;
		t->link = codeforces_link_problem(m, p->problem);
		t->may_sync = live && r->my_player != 0;
		if (holder != 0)
			t->taken_by = room_team_name(r, holder);
	}
	v->tasks = (struct room_tasks){ tasks, r->n_problems };
}

/* ---- what was claimed ---- */

static struct span name_of(const struct room *r, int64_t player_id)
{
	const struct room_player *p = room_player_find(r, player_id);

	return p != NULL && p->name.p != NULL ? p->name : SPAN("Somebody who left");
}

static void fill_log(
	struct arena *m, const struct zone *z, const struct room *r, struct room_view *v)
{
	struct room_log_line *lines = arena_new_array(m, struct room_log_line, r->n_claims + 1);

	for (size_t i = 0; i < r->n_claims; i++) {
		const struct room_claim *c = &r->claims[r->n_claims - 1 - i];

		lines[i] = (struct room_log_line){ .team = room_team_name(r, c->team),
			.player = name_of(r, c->player_id),
			.letter = room_letter(m, c->ordinal),
			.at = when_stamp(m, z, c->solved_at / US),
			.at_iso = when_iso(m, c->solved_at / US),
			.cf_id = c->cf_id,
			.link = codeforces_link_submission(
				m, r->problems[c->ordinal - 1].problem, c->cf_id),
			.hash = span_sub(c->record_hash, 0, 12),
			.holds = c->holds };
	}
	v->log = (struct room_log_lines){ lines, r->n_claims };
}

/* ---- who plays ---- */

static struct room_people people_of(struct arena *m, const struct room *r, int team)
{
	struct room_person *v = arena_new_array(m, struct room_person, r->n_players + 1);
	size_t n = 0;

	for (size_t i = 0; i < r->n_players; i++) {
		const struct room_player *p = &r->players[i];

		if (p->team != team)
			continue;
		v[n++] = (struct room_person){
			.name = p->name.p != NULL ? p->name : SPAN("Somebody who left"),
			.handle = p->handle,
			.rating = p->rating,
			.change = p->after > 0 ? arena_printf(m, "%+d", p->after - p->before) : NULL
		};
	}
	return (struct room_people){ v, n };
}

void room_fill_groups(struct arena *m, const struct room *r, struct room_groups *out)
{
	struct room_group *v = arena_new_array(m, struct room_group, r->n_teams + 1);

	for (size_t i = 0; i < r->n_teams; i++)
		v[i] = (struct room_group){ .name = room_team_name(r, r->teams[i].team),
			.people = people_of(m, r, r->teams[i].team),
			.is_mine = r->teams[i].team == r->my_team,
			.may_join = r->is_teams && r->state == ROOM_WAITS &&
				    r->teams[i].team != r->my_team };
	*out = (struct room_groups){ v, r->n_teams };
}

void room_fill(struct arena *m, const struct zone *z, const struct room *r, struct room_view *v)
{
	fill_board(m, r, v);
	fill_tasks(m, z, r, v);
	fill_log(m, z, r, v);
	room_fill_groups(m, r, &v->groups);
}

const char *room_fill_names(struct arena *m, const struct room *r, const int64_t *players, size_t n)
{
	size_t named = n > MOST_NAMES ? MOST_NAMES - 1 : n;
	const char *out = NULL;

	for (size_t i = 0; i < named; i++)
		out = i == 0 ? arena_printf(m, SPAN_FMT, SPAN_ARG(name_of(r, players[i])))
			     : arena_printf(m, "%s%s" SPAN_FMT, out, i + 1 < n ? ", " : " and ",
				       SPAN_ARG(name_of(r, players[i])));
	return named < n ? arena_printf(m, "%s and %zu others", out, n - named) : out;
}

/* ---- reasons ---- */

struct room_reason_items room_fill_reasons(struct arena *m)
{
	struct room_reason_item *v = arena_new_array(m, struct room_reason_item, N_ROOM_REASONS);
	size_t n = 0;

	for (enum room_reason r = ROOM_OK + 1; r < N_ROOM_REASONS; r++)
		if (r != ROOM_TESTING) // it is waited for
			v[n++] = (struct room_reason_item){ room_reason_name(r),
				room_reason_verdict(r), room_reason_text(r) };
	return (struct room_reason_items){ v, n };
}

/* ---- a press ---- */

static const char *reason_text(struct arena *m, struct span name)
{
	for (enum room_reason r = ROOM_OK + 1; r < N_ROOM_REASONS; r++)
		if (span_is(name, room_reason_name(r)))
			return room_reason_text(r);
	return arena_dup(m, name);
}

void room_fill_said(struct arena *m, const struct room_sync_said *said, struct room_view *v)
{
	v->said_mood = "";
	if (span_is(said->kind, "sync.queued") && said->position > 1) {
		v->said = arena_printf(m, SPAN_FMT ": number %lld in the queue.",
			SPAN_ARG(said->problem), (long long)said->position);
	} else if (span_is(said->kind, "sync.queued")) {
		v->said =
			arena_printf(m, SPAN_FMT ": Codeforces is asked.", SPAN_ARG(said->problem));
	} else if (span_is(said->kind, "sync.detected")) {
		v->said = arena_printf(m, SPAN_FMT " counts: submission %lld.",
			SPAN_ARG(said->problem), (long long)said->cf_id);
		v->said_mood = "is-ok";
	} else if (span_is(said->kind, "sync.failed")) {
		v->said = arena_printf(
			m, SPAN_FMT ": %s", SPAN_ARG(said->problem), reason_text(m, said->reason));
		v->said_mood = "is-bad";
	}
}
