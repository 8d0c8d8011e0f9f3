#ifndef MODEL_ROOM_MAKE_H
#define MODEL_ROOM_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"
#include "model/room_check.h"

struct db;
struct tx;
struct user;

/* Making a room, coming and going, beginning early, calling it off, asking for another one. */

struct room_pick {
	char problem[ROOM_MAX_PROBLEM];
	int64_t points;
};

struct room_new {
	struct span title;
	bool is_lockout;
	bool is_teams;
	bool is_open;
	bool plays;          // whoever makes it is in it, without a team's name as a team of one
	int64_t starts_in_s; // ROOM_LEAST_LEAD_S at least
	int64_t length_s;
	int64_t reveal_s; // between one problem and the next; 0: all at the start
	/* Either picked */
	struct room_pick picks[ROOM_MAX_PROBLEMS];
	size_t n_picks;
	/* or drawn at the start. */
	int64_t n_draw;
	int64_t draw_least;
	int64_t draw_most;
	struct span draw_tags; // with commas between them; empty: any
};

/*
 * One problem a line, as room_problem_read takes it, with its points behind it or 100 times its
 * place. ERR_INVALID on field "problems" names the line.
 */
int room_picks_parse(struct span text, struct room_new *out, struct err *e) ATTR_MUST_USE;

/* ERR_INVALID names the field: too few problems for what is drawn, a reveal behind the end. */
int room_make(struct db *d, struct arena *m, const struct user *maker, const struct room_new *r,
	struct span *public_id, struct err *e) ATTR_MUST_USE;

/* While it waits for its start: ERR_CONFLICT later. With a team's name an existing team of that
 * name is joined. ERR_LIMIT names a room that is full. */
struct room_join {
	int64_t room_id;
	int64_t user_id;
	struct span name; // of the team; empty where everybody plays alone
};
int room_join(
	struct db *d, struct arena *m, const struct room_join *j, struct err *e) ATTR_MUST_USE;
int room_leave(struct db *d, struct arena *m, int64_t room_id, int64_t user_id,
	struct err *e) ATTR_MUST_USE;

/* Every room that has not begun yet, by somebody who will not be back. */
int room_leave_waiting(
	struct tx *tx, struct arena *m, int64_t user_id, struct err *e) ATTR_MUST_USE;

/* In ROOM_LEAST_LEAD_S, whatever was said before; ERR_CONFLICT when it does not wait any more. */
int room_begin(struct db *d, struct arena *m, int64_t room_id, struct err *e) ATTR_MUST_USE;

/* ERR_CONFLICT when it is over. */
int room_call_off(struct db *d, struct arena *m, int64_t room_id, struct span why,
	struct err *e) ATTR_MUST_USE;

/*
 * A room with the same rules, teams and players, whose problems are drawn: as before, or where they
 * were picked as many of the same difficulty. By a player or who made it; asking twice gives the
 * same one.
 */
int room_rematch(struct db *d, struct arena *m, const struct user *asker, struct span public_id,
	struct span *next, struct err *e) ATTR_MUST_USE;

#endif
