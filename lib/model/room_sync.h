#ifndef MODEL_ROOM_SYNC_H
#define MODEL_ROOM_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/room_event.h"

struct cache;
struct db;
struct user;

/*
 * A press of Sync. `ratelimit:sync:<user>` lets a player press once in ROOM_SYNC_EVERY_S, in Redis
 * while it answers and in PostgreSQL otherwise, where it stays to its end; a press becomes a job
 * cf_sync; how far it is stands for ROOM_SYNC_KEEP_S under `sync:<roomId>:<userId>` as {status,
 * position, createdAt}.
 */
#define ROOM_SYNC_QUEUE "cf_sync"

struct room_sync_desk {
	struct db *db;
	struct cache *cache;
	struct arena *mem;
};

/*
 * ERR_NOT_FOUND: no such room for this reader, or no such problem in it that is shown;
 * ERR_FORBIDDEN: not a player of it; ERR_CONFLICT: it does not run; ERR_LIMIT: pressed before, with
 * the seconds that are left. Only a press that gets past all this starts the cooldown.
 */
int room_sync_press(const struct room_sync_desk *k, const struct user *player, struct span room,
	struct span problem, int64_t *position, struct err *e) ATTR_MUST_USE;

/* Seconds until the player may press again; 0: now. Never fails. */
int room_sync_left(const struct room_sync_desk *k, int64_t user_id);

/* "queued", with which a press begins, "checking", "detected", "failed"; never fails. */
void room_sync_note(const struct room_sync_desk *k, const struct room_press *p, const char *status,
	int64_t position);

/* What the player was told last of the presses in a room, for as long as a press is known. */
struct room_sync_said {
	struct span kind;    // "sync.failed"; SPAN_NONE: nothing
	struct span problem; // "2100/A"
	struct span reason;  // of sync.failed
	int64_t position;    // of sync.queued
	int64_t cf_id;       // of sync.detected
};
int room_sync_last(const struct room_sync_desk *k, struct span room, int64_t user_id,
	struct room_sync_said *out, struct err *e) ATTR_MUST_USE;

/* Codeforces has asked for it: the queue rests, and the rooms that run are told. */
int room_sync_pause(struct db *d, struct arena *m, int seconds, struct err *e) ATTR_MUST_USE;

/* The payload of the job, and the press that it tells of; texts live as long as the payload. */
int room_press_write(
	struct arena *m, const struct room_press *p, struct span *out, struct err *e) ATTR_MUST_USE;
struct json;
int room_press_read(struct arena *m, const struct json *payload, struct room_press *out,
	struct err *e) ATTR_MUST_USE;

#endif
