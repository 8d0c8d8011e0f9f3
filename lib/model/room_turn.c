/*
 * Moments are whole seconds. The job that waits for a moment has the moment in its key, so that a
 * room that is moved, or looked after twice, has one job for each moment and not two chains of
 * them.
 */
#include "model/room_turn.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/job.h"
#include "model/room_draw.h"
#include "model/room_event.h"

#define US       INT64_C(1000000)
#define QUEUE    "room"
#define AGAIN_MS 2000 // a room that waits for what is still asked of Codeforces

struct moment {
	int64_t room_id;
	int64_t at_s;
	int64_t wait_ms;
};

static int enqueue(struct tx *tx, struct arena *m, const struct moment *t, struct err *e)
{
	const struct job_spec spec = { .kind = "room.turn",
		.payload = span_of(arena_printf(m, "{\"room\":%lld}", (long long)t->room_id)),
		.unique = span_of(arena_printf(
			m, "turn:%lld:%lld", (long long)t->room_id, (long long)t->at_s)),
		.priority = JOB_PRIORITY_URGENT,
		.delay_ms = t->wait_ms };
	int64_t id;

	return job_enqueue(tx, m, &spec, &id, e);
}

int room_turn_enqueue(struct tx *tx, struct arena *m, int64_t room_id, struct err *e)
{
	struct moment t = { .room_id = room_id };
	struct row row;

	if (db_one(tx->db, m, q_room_turn_next, ARGS(arg_i64(room_id), arg_i64(ROOM_DRAW_LOOK_S)),
		    &row, e) != 0)
		return -1;
	t.at_s = row_time(&row, room_turn_next_at) / US;
	t.wait_ms = row_i64(&row, room_turn_next_wait_ms);
	return enqueue(tx, m, &t, e);
}

void room_turn_wake(struct db *d)
{
	job_wake(d, QUEUE);
}

/* ---- drawing ---- */

static int64_t late_us(const struct row *r)
{
	return row_time(r, room_turn_look_now) - row_time(r, room_turn_look_starts_at);
}

static int call_off(struct tx *tx, struct arena *m, int64_t id, const struct row *r,
	enum room_drawn drawn, struct err *e)
{
	const char *why = drawn == ROOM_DRAW_NONE
				  ? "There were no problems left to draw that nobody has solved."
				  : "Codeforces did not tell which problems there are to draw.";

	if (db_exec(tx->db, q_room_call_off, ARGS(arg_i64(id), arg_str(why)), NULL, e) != 0)
		return -1;
	return room_tell_state(tx, m, row_text(r, room_turn_look_public_id), ROOM_OFF, e);
}

static int draw(struct tx *tx, struct arena *m, int64_t id, const struct row *r,
	enum room_drawn *drawn, struct err *e)
{
	const struct room_draw what = { .room_id = id,
		.n = row_i64(r, room_turn_look_n_draw),
		.least = row_i64(r, room_turn_look_draw_least),
		.most = row_i64(r, room_turn_look_draw_most),
		.tags = row_text(r, room_turn_look_draw_tags),
		.must = late_us(r) >= ROOM_DRAW_WAIT_S * US };

	if (room_draw(tx, m, &what, drawn, e) != 0)
		return -1;
	return *drawn == ROOM_DRAWN || *drawn == ROOM_DRAW_WAITS
		       ? 0
		       : call_off(tx, m, id, r, *drawn, e);
}

/* ---- the end ---- */

static int rank_of(const struct room *r, int team)
{
	for (size_t i = 0; i < r->n_teams; i++)
		if (r->board.rows[i].team == team)
			return r->board.rows[i].rank;
	return (int)r->n_teams;
}

/* The ratings are read again behind the lock: a room that ended at the same time may have changed
 * them. */
static int rate(struct tx *tx, struct arena *m, const struct room *was, struct err *e)
{
	struct room_rated *rated;
	struct room r;
	struct row row;
	int64_t *v;
	size_t n = 0;

	if (db_one(tx->db, m, q_room_rate_hold, NO_ARGS, &row, e) != 0 ||
		room_load(tx->db, m, was->public_id, &r, e) != 0)
		return -1;
	rated = arena_new_array(m, struct room_rated, r.n_players + 1);
	v = arena_new_array(m, int64_t, 4 * r.n_players + 1);
	for (size_t i = 0; i < r.n_players; i++)
		rated[i] = (struct room_rated){ .team = r.players[i].team,
			.rank = rank_of(&r, r.players[i].team),
			.before = r.players[i].rating };
	room_rate(m, rated, r.n_players);
	for (size_t i = 0; i < r.n_players; i++) {
		if (r.players[i].user_id == 0)
			continue;
		v[n] = r.players[i].id;
		v[r.n_players + n] = r.players[i].user_id;
		v[2 * r.n_players + n] = rated[i].before;
		v[3 * r.n_players + n] = rated[i].after;
		n++;
	}
	return db_exec(tx->db, q_room_rate,
		ARGS(arg_i64s(v, n), arg_i64s(v + r.n_players, n), arg_i64s(v + 2 * r.n_players, n),
			arg_i64s(v + 3 * r.n_players, n)),
		NULL, e);
}

static int settle(struct tx *tx, struct arena *m, const struct row *look, struct err *e)
{
	bool is_won;
	struct room r;

	if (room_load(tx->db, m, row_text(look, room_turn_look_public_id), &r, e) != 0)
		return -1;
	is_won = r.n_teams > 0 && r.board.rows[0].points > 0;
	if (r.n_teams > 1 && is_won && rate(tx, m, &r, e) != 0)
		return -1;
	if (db_exec(tx->db, q_room_settle,
		    ARGS(arg_i64(r.id), is_won ? arg_i64(r.board.rows[0].team) : arg_null()), NULL,
		    e) != 0 ||
		room_tell_board(tx, m, &r, e) != 0)
		return -1;
	return room_tell_state(tx, m, r.public_id, ROOM_SETTLED, e);
}

/* ---- its moments ---- */

/* That it waits for its draw is told once. */
static bool is_told(const struct row *r, enum room_drawn drawn)
{
	return drawn == ROOM_DRAW_WAITS && late_us(r) >= AGAIN_MS * INT64_C(1000);
}

static int turn(struct tx *tx, struct arena *m, int64_t id, const struct row *r, struct err *e)
{
	int64_t now = row_time(r, room_turn_look_now);
	int64_t closes = row_time(r, room_turn_look_closes_at);
	bool running = now >= row_time(r, room_turn_look_starts_at);
	struct moment again = { id, now / US + 1, AGAIN_MS };
	enum room_drawn drawn = ROOM_DRAWN;
	enum room_state state = ROOM_WAITS;

	if (now >= closes) {
		if (row_bool(r, room_turn_look_syncs) && now < closes + ROOM_GRACE_MORE_S * US)
			return enqueue(tx, m, &again, e);
		return settle(tx, m, r, e);
	}
	if (!running && room_draw_look(tx, m, id, e) != 0)
		return -1;
	if (running && !row_bool(r, room_turn_look_is_drawn) && draw(tx, m, id, r, &drawn, e) != 0)
		return -1;
	if (drawn == ROOM_DRAW_NONE || drawn == ROOM_DRAW_NO_LIST)
		return 0;
	if (running)
		state = now < row_time(r, room_turn_look_ends_at) ? ROOM_RUNS : ROOM_CLOSES;
	if (!is_told(r, drawn) &&
		room_tell_state(tx, m, row_text(r, room_turn_look_public_id), state, e) != 0)
		return -1;
	return drawn == ROOM_DRAW_WAITS ? enqueue(tx, m, &again, e)
					: room_turn_enqueue(tx, m, id, e);
}

int room_turn(struct db *d, struct arena *m, int64_t room_id, struct err *e)
{
	struct rows rows;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_room_turn_look, ARGS(arg_i64(room_id), arg_str("cf_sync")), &rows,
			e) != 0)
		return -1;
	if (rows.n == 0 || row_bool(&rows.v[0], room_turn_look_is_over))
		return 0;
	if (turn(&tx, m, room_id, &rows.v[0], e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int room_turn_tend(struct db *d, struct arena *m, struct err *e)
{
	struct rows rows;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || db_many(d, m, q_room_turn_missing, NO_ARGS, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (room_turn_enqueue(&tx, m, row_i64(&rows.v[i], room_turn_missing_id), e) != 0)
			return -1;
	return tx_commit(&tx, e);
}
