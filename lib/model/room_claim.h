#ifndef MODEL_ROOM_CLAIM_H
#define MODEL_ROOM_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/room_check.h"
#include "model/room_event.h"

struct db;
struct tx;

/* What a press of Sync is checked against. */
struct room_claim_case {
	int64_t room_id;
	bool is_lockout;
	int ordinal;
	int64_t player_id;
	struct room_case check; // the handle is the one of the press
};

/* Whether the press can be asked Codeforces about at all: *why is ROOM_OK, or why not. */
int room_claim_look(struct db *d, struct arena *m, const struct room_press *p,
	struct room_claim_case *out, enum room_reason *why, struct err *e) ATTR_MUST_USE;

/* Codeforces' word. */
struct room_evidence {
	int64_t cf_id;
	int64_t at_s;
	struct span record; // at most ROOM_MAX_RECORD bytes
};

struct room_claim_new {
	const struct room_press *press;
	const struct room_claim_case *look;
	struct room_evidence evidence;
};

/*
 * In the caller's transaction, which it is the last thing of but for the job's own end: the claim
 * with its evidence, sync.detected, and the board as it is then. The room is locked, so claims
 * stand in one line, whoever makes them. Where *why is not ROOM_OK nothing was changed.
 */
int room_claim_make(struct tx *tx, struct arena *m, const struct room_claim_new *n,
	enum room_reason *why, struct err *e) ATTR_MUST_USE;

#endif
