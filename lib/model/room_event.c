#include "model/room_event.h"

#include "base/buf.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/event.h"
#include "net/json.h"

static void put_text(struct json_out *j, const char *key, struct span value)
{
	json_key(j, key);
	json_put_text(j, value);
}

static void put_number(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_put_i64(j, value);
}

static struct span room_scope(struct arena *m, struct span public_id)
{
	return span_of(arena_printf(m, "room:" SPAN_FMT, SPAN_ARG(public_id)));
}

static struct span user_scope(struct arena *m, int64_t user_id)
{
	return span_of(arena_printf(m, "user:%lld", (long long)user_id));
}

/* A payload begins with the room's id. */
static void begin(struct json_out *j, struct buf *b, struct span room)
{
	buf_init(b, EVENT_MAX_PAYLOAD);
	json_begin(j, b);
	json_object(j);
	put_text(j, "roomId", room);
}

static int tell(
	struct tx *tx, struct json_out *j, struct span scope, const char *kind, struct err *e)
{
	struct event_new ev = { .scope = scope, .kind = kind };

	json_object_end(j);
	return buf_finish(j->buf, &ev.payload, e) == 0 ? event_append(tx, &ev, e) : -1;
}

int room_tell_state(
	struct tx *tx, struct arena *m, struct span public_id, enum room_state state, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	begin(&j, &b, public_id);
	put_text(&j, "state", span_of(room_state_name(state)));
	return tell(tx, &j, room_scope(m, public_id), "room.state", e);
}

int room_tell_board(struct tx *tx, struct arena *m, const struct room *r, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	begin(&j, &b, r->public_id);
	json_key(&j, "teams");
	json_array(&j);
	for (size_t i = 0; i < r->n_teams; i++) {
		const struct room_standing *s = &r->board.rows[i];

		json_object(&j);
		put_number(&j, "teamId", s->team);
		put_number(&j, "rank", s->rank);
		put_number(&j, "points", s->points);
		put_number(&j, "solved", s->n_solved);
		json_object_end(&j);
	}
	json_array_end(&j);
	return tell(tx, &j, room_scope(m, r->public_id), "room.board", e);
}

int room_tell_paused(
	struct tx *tx, struct arena *m, struct span public_id, int64_t until_us, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	begin(&j, &b, public_id);
	json_key(&j, "until");
	json_put_time(&j, until_us);
	return tell(tx, &j, room_scope(m, public_id), "sync.paused", e);
}

int room_tell_queued(
	struct tx *tx, struct arena *m, const struct room_press *p, int64_t position, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	begin(&j, &b, p->room);
	put_text(&j, "problemId", p->problem);
	put_number(&j, "position", position);
	return tell(tx, &j, user_scope(m, p->user_id), "sync.queued", e);
}

int room_tell_detected(struct tx *tx, struct arena *m, const struct room_press *p, int64_t cf_id,
	int64_t cf_at_s, struct err *e)
{
	const struct span scopes[] = { user_scope(m, p->user_id), room_scope(m, p->room) };

	for (size_t i = 0; i < countof(scopes); i++) {
		struct json_out j;
		BUF_AUTO b = { 0 };

		begin(&j, &b, p->room);
		put_number(&j, "userId", p->user_id);
		put_number(&j, "teamId", p->team);
		put_text(&j, "problemId", p->problem);
		put_number(&j, "cfSubmissionId", cf_id);
		put_number(&j, "cfTimestamp", cf_at_s);
		put_text(&j, "verdict", SPAN("OK"));
		json_key(&j, "pointsAwarded");
		json_put_null(&j);
		if (tell(tx, &j, scopes[i], "sync.detected", e) != 0)
			return -1;
	}
	return 0;
}

int room_tell_failed(struct tx *tx, struct arena *m, const struct room_press *p,
	enum room_reason reason, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	begin(&j, &b, p->room);
	put_text(&j, "problemId", p->problem);
	put_text(&j, "verdict", span_of(room_reason_verdict(reason)));
	put_text(&j, "reason", span_of(room_reason_name(reason)));
	return tell(tx, &j, user_scope(m, p->user_id), "sync.failed", e);
}
