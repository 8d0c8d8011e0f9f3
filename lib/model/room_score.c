#include "model/room_score.h"

#include <math.h>
#include <stdlib.h>

int room_solve_order(const struct room_solve *a, const struct room_solve *b)
{
	if (a->at_s != b->at_s)
		return a->at_s < b->at_s ? -1 : 1;
	if (a->cf_id != b->cf_id)
		return a->cf_id < b->cf_id ? -1 : 1;
	if (a->team != b->team)
		return a->team < b->team ? -1 : 1;
	return 0;
}

static int place_of(const struct room_rules *rules, int team)
{
	for (size_t i = 0; i < rules->n_teams; i++)
		if (rules->teams[i] == team)
			return (int)i;
	return -1;
}

/* With lockout the earliest of a problem keeps its cell, and the others of that line lose theirs.
 */
static void take(const struct room_rules *rules, const struct room_solve *solves, int which,
	struct room_board *b)
{
	const struct room_solve *s = &solves[which];
	int team = place_of(rules, s->team);
	int *line;

	if (team < 0 || s->problem < 1 || (size_t)s->problem > rules->n_problems)
		return;
	line = b->cells + (size_t)(s->problem - 1) * rules->n_teams;
	for (size_t i = 0; i < rules->n_teams; i++) {
		if (line[i] < 0 || (!rules->is_lockout && i != (size_t)team))
			continue;
		if (room_solve_order(&solves[line[i]], s) <= 0)
			return;
		line[i] = -1;
	}
	line[team] = which;
}

static void count(const struct room_rules *rules, const struct room_solve *solves,
	const struct room_board *b, size_t team, struct room_standing *row)
{
	const struct room_solve *last = NULL;

	row->team = rules->teams[team];
	for (size_t p = 0; p < rules->n_problems; p++) {
		int which = b->cells[p * rules->n_teams + team];

		if (which < 0)
			continue;
		row->points += rules->points[p];
		row->n_solved++;
		if (last == NULL || room_solve_order(last, &solves[which]) < 0)
			last = &solves[which];
	}
	if (last != NULL) {
		row->at_s = last->at_s;
		row->cf_id = last->cf_id;
	}
}

/* Below zero: a is ahead. Teams with as many points that are reached by one submission of both are
 * told apart by their numbers, like its solves. */
static int ahead(const void *x, const void *y)
{
	const struct room_standing *a = x;
	const struct room_standing *b = y;

	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	if (a->at_s != b->at_s)
		return a->at_s < b->at_s ? -1 : 1;
	if (a->cf_id != b->cf_id)
		return a->cf_id < b->cf_id ? -1 : 1;
	return a->team < b->team ? -1 : a->team > b->team;
}

void room_score(struct arena *m, const struct room_rules *rules, const struct room_solve *solves,
	size_t n, struct room_board *out)
{
	size_t n_cells = rules->n_problems * rules->n_teams;

	out->cells = arena_new_array(m, int, n_cells + 1);
	out->rows = arena_new_array(m, struct room_standing, rules->n_teams + 1);
	for (size_t i = 0; i < n_cells; i++)
		out->cells[i] = -1;
	for (size_t i = 0; i < n; i++)
		take(rules, solves, (int)i, out);
	for (size_t i = 0; i < rules->n_teams; i++)
		count(rules, solves, out, i, &out->rows[i]);
	qsort(out->rows, rules->n_teams, sizeof(out->rows[0]), ahead);
	for (size_t i = 0; i < rules->n_teams; i++) {
		struct room_standing *row = &out->rows[i];

		row->rank = (int)i + 1;
		if (i > 0 && row->n_solved == 0 && row[-1].n_solved == 0)
			row->rank = row[-1].rank;
	}
}

/* ---- rating ---- */

struct side {
	int team;
	int rank;
	int64_t sum;
	int n;
	double change;
};

static size_t find_sides(const struct room_rated *players, size_t n, struct side *sides)
{
	size_t n_sides = 0;

	for (size_t i = 0; i < n; i++) {
		size_t s = 0;

		while (s < n_sides && sides[s].team != players[i].team)
			s++;
		if (s == n_sides)
			sides[n_sides++] =
				(struct side){ .team = players[i].team, .rank = players[i].rank };
		sides[s].sum += players[i].before;
		sides[s].n++;
	}
	return n_sides;
}

static int by_team(const void *x, const void *y)
{
	const struct side *a = x;
	const struct side *b = y;

	return a->team < b->team ? -1 : a->team > b->team;
}

/* Sorted before, so that the sums of fractions do not depend on the order of the players. */
static void play(struct side *sides, size_t n)
{
	qsort(sides, n, sizeof(sides[0]), by_team);
	for (size_t i = 0; i < n; i++) {
		double own = (double)sides[i].sum / sides[i].n;

		for (size_t k = 0; k < n; k++) {
			double theirs = (double)sides[k].sum / sides[k].n;
			double result = 0.5;

			if (k == i)
				continue;
			if (sides[i].rank != sides[k].rank)
				result = sides[i].rank < sides[k].rank ? 1.0 : 0.0;
			sides[i].change += result - 1.0 / (1.0 + pow(10.0, (theirs - own) / 400.0));
		}
		sides[i].change *= ROOM_RATING_K / (double)(n - 1);
	}
}

void room_rate(struct arena *m, struct room_rated *players, size_t n)
{
	struct side *sides = arena_new_array(m, struct side, n + 1);
	size_t n_sides = find_sides(players, n, sides);

	if (n_sides > 1)
		play(sides, n_sides);
	for (size_t i = 0; i < n; i++) {
		players[i].after = players[i].before;
		for (size_t s = 0; n_sides > 1 && s < n_sides; s++)
			if (sides[s].team == players[i].team)
				players[i].after += (int)lround(sides[s].change);
	}
}
