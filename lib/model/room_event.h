#ifndef MODEL_ROOM_EVENT_H
#define MODEL_ROOM_EVENT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/room.h"
#include "model/room_check.h"

struct tx;

/*
 * What a room tells those who watch it, in the caller's transaction. Ids are those of addresses:
 * roomId the room's, problemId "2100/A", teamId the team's number.
 *
 *   room:ID  room.state {roomId, state}: waiting, running, closing, over, off; also when a problem
 *              is shown, when somebody comes or goes
 *            room.board {roomId, teams: [{teamId, rank, points, solved}]}, the best first
 *            sync.detected as below
 *            sync.paused {roomId, until}: Codeforces rests
 *   user:ID  sync.queued {roomId, problemId, position}
 *            sync.detected {roomId, userId, teamId, problemId, cfSubmissionId, cfTimestamp,
 *              verdict: "OK", pointsAwarded: null}
 *            sync.failed {roomId, problemId, verdict: "WA" or "invalid", reason}
 */
int room_tell_state(struct tx *tx, struct arena *m, struct span public_id, enum room_state state,
	struct err *e) ATTR_MUST_USE;
int room_tell_board(
	struct tx *tx, struct arena *m, const struct room *r, struct err *e) ATTR_MUST_USE;
int room_tell_paused(struct tx *tx, struct arena *m, struct span public_id, int64_t until_us,
	struct err *e) ATTR_MUST_USE;

struct room_press {       // of Sync
	struct span room; // public id
	int64_t user_id;
	int team;
	struct span handle; // SPAN_NONE: the player had none
	struct span problem;
};
int room_tell_queued(struct tx *tx, struct arena *m, const struct room_press *p, int64_t position,
	struct err *e) ATTR_MUST_USE;
int room_tell_detected(struct tx *tx, struct arena *m, const struct room_press *p, int64_t cf_id,
	int64_t cf_at_s, struct err *e) ATTR_MUST_USE;
int room_tell_failed(struct tx *tx, struct arena *m, const struct room_press *p,
	enum room_reason reason, struct err *e) ATTR_MUST_USE;

#endif
