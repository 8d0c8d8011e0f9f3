/* Sync for programs and for the pages of rooms. */
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/response.h"
#include "model/room_sync.h"
#include "model/user.h"

struct sync_form {
	struct span roomId, problemId;
};

static const struct field sync_fields[] = {
	FIELD_LINE(struct sync_form, roomId, 1, 16),
	FIELD_LINE(struct sync_form, problemId, 1, 24),
};

struct queued_json {
	bool queued;
};

static const struct shape_field queued_fields[] = {
	SHAPE_BOOL(struct queued_json, queued, "true"),
};
static const struct shape queued_shape = SHAPE("SyncQueued", struct queued_json, queued_fields);

const struct api_doc api_contest_sync_doc = {
	.summary = "Have Codeforces asked whether a problem of a room is solved",
	.text = "For players of a room while it runs, and for a short time after its end. "
		"roomId is the id in the room's address, problemId is written like \"2100/A\".\n"
		"Once in 60 s for each player: else 429 with Retry-After. What comes of it is told by events of "
		"user:ID: sync.queued {roomId, problemId, position} at once; then sync.detected {roomId, userId, "
		"teamId, problemId, cfSubmissionId, cfTimestamp, verdict: \"OK\", pointsAwarded: null}, also in "
		"room:ID, followed there by room.board {roomId, teams}; or sync.failed {roomId, problemId, "
		"verdict: \"WA\" or \"invalid\", reason}. While Codeforces rests room:ID has sync.paused {roomId, "
		"until}; room.state {roomId, state} tells that the room began, shows a problem, has new "
		"players, closes or is over.\n"
		"Reasons: wrong_verdict, no_submission, too_early, too_late, solved_before, not_author, "
		"already_claimed, still_testing, room_over, not_a_player, team_changed, no_problem, "
		"handle_missing, handle_changed, handle_unknown, cf_unavailable. What counts is when "
		"Codeforces took a submission in, not who pressed first; see /rooms/sync.",
	.body = API_TABLE(sync_fields),
	.answers = { { 202, &queued_shape, "it waits for its turn" } },
};

int api_contest_sync(struct ctx *c, struct err *e)
{
	const struct room_sync_desk k = { c->db, c->cache, c->mem };
	const struct queued_json answer = { .queued = true };
	struct sync_form form = { .roomId = SPAN_NONE };
	int64_t position;

	if (api_read_body(c, &form, e) != 0 ||
		room_sync_press(&k, c->user, form.roomId, form.problemId, &position, e) != 0)
		return -1;
	response_status(c->res, 202);
	api_put(c, &queued_shape, &answer);
	return 0;
}
