#ifndef MODEL_ROOM_TURN_H
#define MODEL_ROOM_TURN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

struct db;
struct tx;

/*
 * What happens in a room by itself: it begins and its problems are drawn, problems are shown, its
 * time is up, it is settled and its players are rated. One job after the other waits for the next
 * of these moments, so that they come although nobody looks.
 */

/* Has a job wait for the room's next moment; asked for twice it is one job. */
int room_turn_enqueue(struct tx *tx, struct arena *m, int64_t room_id, struct err *e) ATTR_MUST_USE;
void room_turn_wake(struct db *d);

/* Does what is due; nothing for a room that is over or gone. May be done again at any time. */
int room_turn(struct db *d, struct arena *m, int64_t room_id, struct err *e) ATTR_MUST_USE;

/* Every few minutes: rooms whose job was lost with a database that was put back. */
int room_turn_tend(struct db *d, struct arena *m, struct err *e) ATTR_MUST_USE;

#endif
