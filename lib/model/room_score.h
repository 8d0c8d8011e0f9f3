#ifndef MODEL_ROOM_SCORE_H
#define MODEL_ROOM_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Who holds which problem of a room and how the teams stand. Pure: the same solves in any order
 * give the same board.
 *
 * Of two solves the one that Codeforces took in earlier counts. Its times are whole seconds; within
 * one second the smaller id of the submission is earlier, because Codeforces numbers submissions as
 * they come in; and of one submission of a party whose authors play for several teams the team with
 * the smaller number has it. So there is always one winner, and who reported first does not matter.
 *
 * Teams stand by points; of equal ones whoever reached them earlier is ahead, by the same rule;
 * only teams without any points share a place.
 */
struct room_solve {
	int team;    // its number, from 1
	int problem; // its ordinal, from 1
	int64_t at_s;
	int64_t cf_id;
};

/* -1: a is earlier, 1: b is, 0: they are the same solve of the same team. */
int room_solve_order(const struct room_solve *a, const struct room_solve *b);

struct room_rules {
	bool is_lockout;
	const int *points; // of the problem with ordinal i + 1
	size_t n_problems;
	const int *teams; // their numbers
	size_t n_teams;
};

struct room_standing {
	int team;
	int rank; // from 1
	int points;
	int n_solved;
	int64_t at_s; // of the last solve that counts; 0: none
	int64_t cf_id;
};

struct room_board {
	struct room_standing *rows; // n_teams, the best first
	/* Which solve counts, as an index into the given ones, or -1: of problem p and team t at
	 * [p * n_teams + t]. With lockout at most one of a problem. */
	int *cells;
};

/* Solves of unknown teams or problems do not count. */
void room_score(struct arena *m, const struct room_rules *rules, const struct room_solve *solves,
	size_t n, struct room_board *out);

/* ---- rating ---------------------------------------------------------------------------------- */

#define ROOM_RATING_START 1500
#define ROOM_RATING_K     32

/*
 * Elo over all pairs of teams. A team's strength is the mean of its players'. Against each other
 * team the expected result is 1 / (1 + 10^((theirs - own) / 400)), the result 1, 1/2 or 0 by the
 * places; all players of a team change by ROOM_RATING_K times the mean of result minus expectation,
 * rounded. A room with fewer than two teams changes nothing. The order of the players does not
 * matter.
 */
struct room_rated {
	int team;
	int rank; // of the team
	int before;
	int after; // the answer
};
void room_rate(struct arena *m, struct room_rated *players, size_t n);

#endif
