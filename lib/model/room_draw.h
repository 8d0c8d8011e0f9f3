#ifndef MODEL_ROOM_DRAW_H
#define MODEL_ROOM_DRAW_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct codeforces_desk;
struct db;
struct tx;

/*
 * Problems that a room draws when it begins, such that no player has solved any as far as the
 * tracker and earlier rooms know. The tracker looks at the players when they come and shortly
 * before the start. What it is still asking then is waited for, ROOM_DRAW_WAIT_S at most, and the
 * room's time begins with its problems; of whom nothing is known even then is noted.
 */

/* Has the tracker look at the players of whom it does not know enough; member_sync_wake after the
 * commit. Where the problems were picked that is what they solved before, which does not count. */
int room_draw_look(struct tx *tx, struct arena *m, int64_t room_id, struct err *e) ATTR_MUST_USE;

/* Whose solves are still asked for: ids of players. */
struct room_draw_awaited {
	int64_t *players;
	size_t n;
};
int room_draw_awaits(struct db *d, struct arena *m, int64_t room_id, struct room_draw_awaited *out,
	struct err *e) ATTR_MUST_USE;

struct room_draw {
	int64_t room_id;
	int64_t n;
	int64_t least; // rating
	int64_t most;
	struct span tags; // with commas between them
	bool must;        // it has been waited long enough
};

enum room_drawn {
	ROOM_DRAWN,
	ROOM_DRAW_WAITS,  // for the tracker, or for the list of problems
	ROOM_DRAW_NONE,   // nothing fits that nobody has solved
	ROOM_DRAW_NO_LIST // Codeforces' problems are not known
};

/* Inside a transaction, with the room locked. */
int room_draw(struct tx *tx, struct arena *m, const struct room_draw *r, enum room_drawn *out,
	struct err *e) ATTR_MUST_USE;

/* Has the list fetched now if the room is to draw from it and it is not there yet, or if a problem
 * that was picked is not in it. */
int room_draw_want(struct tx *tx, struct arena *m, int64_t room_id, struct err *e) ATTR_MUST_USE;

/* Fetches the list of Codeforces' problems, to draw from and to name what was picked. */
int room_draw_fetch(
	struct db *d, struct arena *m, struct codeforces_desk *desk, struct err *e) ATTR_MUST_USE;

#endif
