#ifndef MODEL_ROOM_CHECK_H
#define MODEL_ROOM_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "net/codeforces_record.h"

/*
 * Whether what Codeforces tells of a player settles a problem of a room. Pure. The reasons are part
 * of the contract with the world (sync.failed): they keep their names.
 */
enum room_reason {
	ROOM_OK,
	ROOM_TESTING,       // it is judged, or waits for it: ask again
	ROOM_WRONG_VERDICT, // sent in, not accepted
	ROOM_NO_SUBMISSION, // nothing for this problem among the last ones
	ROOM_TOO_EARLY,     // after the room's start, before the problem was shown
	ROOM_TOO_LATE,      // at the room's end or later
	ROOM_SOLVED_BEFORE, // accepted before the room began
	ROOM_NOT_AUTHOR,    // the handle is not among its authors
	ROOM_ALREADY_CLAIMED,
	ROOM_STILL_TESTING, // Codeforces took longer than a job may
	ROOM_IS_OVER,       // settled, or called off
	ROOM_NOT_A_PLAYER,
	ROOM_TEAM_CHANGED,   // between the press and the check
	ROOM_NO_PROBLEM,     // the room has no such problem
	ROOM_HANDLE_MISSING, // the player has shown no handle to be his
	ROOM_HANDLE_CHANGED, // between the press and the check
	ROOM_HANDLE_UNKNOWN, // Codeforces knows no such handle
	ROOM_CF_UNAVAILABLE,
	N_ROOM_REASONS
};

const char *room_reason_name(enum room_reason r);    // "already_claimed"; ROOM_OK: "ok"
const char *room_reason_text(enum room_reason r);    // for the player, one sentence
const char *room_reason_verdict(enum room_reason r); // "OK", "WA" or "invalid"

/* True for '2100/A' as the table has it; *contest may be NULL. */
bool room_problem_parse(struct span problem, int64_t *contest, struct span *index);

/*
 * As people write it: "2100A", "2100/A", "2100 a", or an address of Codeforces with /problem/ in
 * it. out has at least ROOM_MAX_PROBLEM bytes.
 */
#define ROOM_MAX_PROBLEM 24
bool room_problem_read(struct span text, char *out);

struct room_case {
	struct span problem; // '2100/A'
	struct span name;    // of the problem; empty: not known, then it has no twin
	struct span handle;
	int64_t start_s; // of the room
	int64_t open_s;  // of the problem; not before start_s
	int64_t end_s;
};

/*
 * The same problem, or the one of the other division: of the same name, in the contest numbered
 * next to it.
 */
bool room_is_problem(const struct room_case *c, const struct codeforces_problem *p);

/*
 * ROOM_OK with the earliest submission that counts, as an index; else why there is none. An
 * accepted one from before the room outweighs everything, and one that is still judged whatever
 * failed.
 */
enum room_reason room_check(
	const struct room_case *c, const struct codeforces_submissions *last, size_t *which);

/*
 * The i-th record of "result" in the body of an answer, as Codeforces wrote it; SPAN_NONE if there
 * is none. The body was read as JSON already.
 */
struct span room_record(struct span body, size_t i);

#endif
