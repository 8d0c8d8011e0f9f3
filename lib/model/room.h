#ifndef MODEL_ROOM_H
#define MODEL_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/room_score.h"

struct db;
struct user;

/*
 * Rooms as their pages show them (sql/schema/0022_room.sql). A room is seen by its players, whoever
 * made it and admins, and where it is open by everybody who is signed in; what is not seen is
 * ERR_NOT_FOUND. Events of room:ID: model/room_event.h.
 */
enum room_state {
	ROOM_WAITS, // for its start: players come and go
	ROOM_RUNS,
	ROOM_CLOSES, // the time is up; what was sent in before may still be reported
	ROOM_SETTLED,
	ROOM_OFF
};

const char *room_state_name(enum room_state s); // "running", as in room.state

struct room_team {
	int team;
	struct span name; // empty: its player's
};

struct room_player {
	int64_t id;
	int64_t user_id;
	int team;
	struct span name;   // SPAN_NONE: the account is gone
	struct span handle; // SPAN_NONE: none is shown to be his
	int rating;
	bool unseen; // what he had solved was not known when problems were drawn
	int before;  // rating of this room; both 0: not rated
	int after;
};

struct room_problem {
	int ordinal;
	struct span problem; // "2100/A"
	struct span name;    // empty: not known
	int rating;          // 0: not known
	int points;
	int64_t opens_at; // unix us
	bool is_open;     // else nobody is told which it is
};

struct room_claim {
	int64_t id;
	int ordinal;
	int team;
	int64_t player_id;
	int64_t cf_id;
	int64_t solved_at;
	int64_t claimed_at;
	bool holds;
	struct span record_hash; // 64 hex digits
};

struct room {
	int64_t id;
	struct span public_id;
	struct span invite;
	struct span title;
	int64_t made_by; // 0: the account is gone
	struct span maker;
	bool is_lockout;
	bool is_teams;
	bool is_open;
	int64_t starts_at; // unix us, like all times here
	int64_t ends_at;
	int64_t now; // of the database
	int grace_s;
	int reveal_s;
	int n_draw; // 0: the problems were picked
	int draw_least;
	int draw_most;
	struct span draw_tags;
	enum room_state state;
	struct span off_why;
	struct span rematch_of; // public ids; SPAN_NONE
	struct span next;       // the rematch of this one

	bool is_mine; // the reader made it, or is an admin
	int64_t my_player;
	int my_team; // 0: none

	const struct room_team *teams;
	size_t n_teams;
	const struct room_player *players;
	size_t n_players;
	const struct room_problem *problems;
	size_t n_problems;
	const struct room_claim *claims; // in the order in which they were reported
	size_t n_claims;
	struct room_board board;
};

struct room_look {
	struct span public_id;
	const struct user *reader;
};

/* Everything of it. */
int room_get(struct db *d, struct arena *m, const struct room_look *look, struct room *out,
	struct err *e) ATTR_MUST_USE;

/* The same without teams, players, problems and claims: whether the reader may watch it. */
int room_watch(struct db *d, struct arena *m, const struct room_look *look, struct room *out,
	struct err *e) ATTR_MUST_USE;

/* For runners, which need no right to see it. */
int room_load(struct db *d, struct arena *m, struct span public_id, struct room *out,
	struct err *e) ATTR_MUST_USE;

/* The room that an invitation leads to, whoever holds it: read with its secret. */
int room_by_invite(struct db *d, struct arena *m, struct span invite, const struct user *reader,
	struct room *out, struct err *e) ATTR_MUST_USE;

/* It has begun, and its problems are not there yet. */
bool room_is_drawing(const struct room *r);

/* The name that a team goes by. */
struct span room_team_name(const struct room *r, int team);
/* NULL: not of this room. */
const struct room_player *room_player_find(const struct room *r, int64_t player_id);

/* ---- lists ---- */

struct room_row {
	int64_t id;
	struct span public_id;
	struct span title;
	bool is_lockout;
	bool is_teams;
	bool is_mine; // the reader plays in it, or made it
	int64_t starts_at;
	int64_t ends_at;
	enum room_state state;
	int n_players;
	int n_problems;
	struct span winner; // SPAN_NONE: nobody, or not settled
};

struct room_rows {
	const struct room_row *v;
	size_t n;
	int64_t next; // before, of the next page; 0: there is none
};

struct room_list_look {
	int64_t reader_id;
	bool over;      // settled and called off; else all others
	int64_t before; // 0: from the newest
	int limit;
};
/* Those that the reader plays in or has made, and open ones; the newest first. */
int room_list(struct db *d, struct arena *m, const struct room_list_look *look,
	struct room_rows *out, struct err *e) ATTR_MUST_USE;

struct room_rating {
	int64_t user_id;
	struct span name;
	int rating;
	int n_rooms;
};

struct room_ratings {
	const struct room_rating *v;
	size_t n;
};
/* The best first, of accounts that are still here. */
int room_ratings(struct db *d, struct arena *m, int limit, struct room_ratings *out,
	struct err *e) ATTR_MUST_USE;

#endif
