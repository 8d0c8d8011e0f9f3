#ifndef FCGI_ROOM_FILL_H
#define FCGI_ROOM_FILL_H

#include "base/arena.h"
#include "base/zone.h"
#include "model/room.h"
#include "view/room.h"

/* What pages of rooms print, from what the model knows. */

const char *room_state_word(enum room_state s);
const char *room_state_mood(enum room_state s);
const char *room_rules_text(struct arena *m, bool is_lockout, bool is_teams, bool is_open);
const char *room_letter(struct arena *m, int ordinal); // "A"

/* Board, problems, log and teams. */
void room_fill(struct arena *m, const struct zone *z, const struct room *r, struct room_view *v);

/* The teams with their people. */
void room_fill_groups(struct arena *m, const struct room *r, struct room_groups *out);

/* "Ada, Bob and 3 others"; NULL: nobody. */
const char *room_fill_names(
	struct arena *m, const struct room *r, const int64_t *players, size_t n);

/* Why a press of Sync may come to nothing. */
struct room_reason_items room_fill_reasons(struct arena *m);

/* What became of the reader's last press, as public/js/room.js says it when it happens. */
struct room_sync_said;
void room_fill_said(struct arena *m, const struct room_sync_said *said, struct room_view *v);

#endif
