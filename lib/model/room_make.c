#include "model/room_make.h"

#include "base/hex.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/job.h"
#include "model/member_sync.h"
#include "model/room_draw.h"
#include "model/room_event.h"
#include "model/room_turn.h"
#include "model/user.h"
#include "os/rnd.h"

#define INVITE_BYTES 16

/* ---- what is asked for ---- */

static int parse_pick(struct span line, struct room_new *out, int number, struct err *e)
{
	struct room_pick *p = &out->picks[out->n_picks];
	struct span points;
	uint64_t n;
	size_t at = line.n;

	while (at > 0 && line.p[at - 1] != ' ' && line.p[at - 1] != '\t')
		at--;
	points = span_sub(line, at, line.n);
	p->points = 100 * (int64_t)(out->n_picks + 1);
	if (at > 0 && span_u64(points, 100000, &n) && n > 0) {
		p->points = (int64_t)n;
		line = span_trim(span_sub(line, 0, at));
	}
	if (!room_problem_read(line, p->problem))
		return err_field(e, "problems", "line %d names no problem, as 2100A does", number);
	for (size_t i = 0; i < out->n_picks; i++)
		if (span_is(span_of(out->picks[i].problem), p->problem))
			return err_field(
				e, "problems", "line %d names %s again", number, p->problem);
	out->n_picks++;
	return 0;
}

int room_picks_parse(struct span text, struct room_new *out, struct err *e)
{
	struct span line;

	out->n_picks = 0;
	for (int number = 1; span_split(&text, '\n', &line); number++) {
		line = span_trim(line);
		if (line.n == 0)
			continue;
		if (out->n_picks == ROOM_MAX_PROBLEMS)
			return err_field(
				e, "problems", "not more than %d of them", ROOM_MAX_PROBLEMS);
		if (parse_pick(line, out, number, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- making ---- */

struct span_list {
	struct span *v;
	size_t n;
};

static struct span_list tags_of(struct arena *m, struct span text)
{
	struct span_list list = { arena_new_array(m, struct span, text.n + 1), 0 };
	struct span one;

	while (span_split(&text, ',', &one)) {
		one = span_trim(one);
		if (one.n > 0)
			list.v[list.n++] = one;
	}
	return list;
}

/* With the words in their form: "dp,greedy". */
static struct span tags_text(struct arena *m, struct span text)
{
	struct span_list list = tags_of(m, text);
	const char *out = "";

	for (size_t i = 0; i < list.n; i++)
		out = arena_printf(m, "%s%s" SPAN_FMT, out, i > 0 ? "," : "", SPAN_ARG(list.v[i]));
	return span_of(out);
}

static int check_draw(struct db *d, struct arena *m, const struct room_new *r, struct err *e)
{
	struct span_list tags = tags_of(m, r->draw_tags);
	struct row row;

	if (r->draw_least > r->draw_most)
		return err_field(e, "draw_most", "is below the least");
	if (db_one(d, m, q_room_draw_count,
		    ARGS(arg_i64(r->draw_least), arg_i64(r->draw_most), arg_texts(tags.v, tags.n)),
		    &row, e) != 0)
		return -1;
	/* While nothing is known yet a runner fetches it before the start. */
	if (row_i64(&row, room_draw_count_known) > 0 &&
		row_i64(&row, room_draw_count_n) < r->n_draw)
		return err_field(e, "n_draw", "there are only %lld like that",
			(long long)row_i64(&row, room_draw_count_n));
	return 0;
}

static int check(struct db *d, struct arena *m, const struct room_new *r, struct err *e)
{
	int64_t n = r->n_draw > 0 ? r->n_draw : (int64_t)r->n_picks;

	if (n == 0)
		return err_field(e, "problems", "name a problem, or have some drawn");
	if (r->reveal_s * (n - 1) >= r->length_s)
		return err_field(e, "reveal", "the last problem would be shown behind the end");
	return r->n_draw > 0 ? check_draw(d, m, r, e) : 0;
}

static int add_picks(struct tx *tx, int64_t id, const struct room_new *r, struct err *e)
{
	struct span problems[ROOM_MAX_PROBLEMS];
	int64_t points[ROOM_MAX_PROBLEMS];

	if (r->n_draw > 0)
		return 0;
	for (size_t i = 0; i < r->n_picks; i++) {
		problems[i] = span_of(r->picks[i].problem);
		points[i] = r->picks[i].points;
	}
	return db_exec(tx->db, q_room_problems_add,
		ARGS(arg_i64(id), arg_texts(problems, r->n_picks), arg_i64s(points, r->n_picks)),
		NULL, e);
}

struct making {
	int64_t maker;
	int64_t rematch_of; // 0: none

	/* Answers. */
	int64_t id;
	struct span public_id;
};

static int add(
	struct tx *tx, struct arena *m, const struct room_new *r, struct making *out, struct err *e)
{
	unsigned char secret[INVITE_BYTES];
	char invite[2 * INVITE_BYTES + 1];
	char *public_id = arena_alloc(m, ID_SIZE);
	struct row row;

	rnd_id(public_id);
	rnd_bytes(secret, sizeof(secret));
	hex_encode(secret, sizeof(secret), invite);
	out->public_id = span_of(public_id);
	if (db_one(tx->db, m, q_room_add,
		    ARGS(arg_str(public_id), arg_str(invite), arg_text(r->title),
			    arg_i64(out->maker), arg_bool(r->is_lockout), arg_bool(r->is_teams),
			    arg_bool(r->is_open), arg_i64(r->starts_in_s), arg_i64(r->length_s),
			    arg_i64(ROOM_GRACE_S), arg_i64(r->reveal_s), arg_i64(r->n_draw),
			    arg_i64(r->draw_least), arg_i64(r->draw_most),
			    arg_text(tags_text(m, r->draw_tags)),
			    out->rematch_of > 0 ? arg_i64(out->rematch_of) : arg_null()),
		    &row, e) != 0)
		return -1;
	out->id = row_i64(&row, room_add_id);
	if (add_picks(tx, out->id, r, e) != 0 || room_draw_want(tx, m, out->id, e) != 0)
		return -1;
	return room_turn_enqueue(tx, m, out->id, e);
}

static int put_player(struct tx *tx, struct arena *m, const struct room_join *j, struct err *e)
{
	struct rows found = { .n = 0 };
	struct row row;
	int64_t team;

	if (j->name.n > 0 && db_many(tx->db, m, q_room_team_find,
				     ARGS(arg_i64(j->room_id), arg_text(j->name)), &found, e) != 0)
		return -1;
	if (found.n > 0) {
		team = row_i64(&found.v[0], room_team_find_team);
	} else {
		if (db_one(tx->db, m, q_room_team_add, ARGS(arg_i64(j->room_id), arg_text(j->name)),
			    &row, e) != 0)
			return -1;
		team = row_i64(&row, room_team_add_team);
	}
	return db_exec(tx->db, q_room_player_put,
		ARGS(arg_i64(j->room_id), arg_i64(team), arg_i64(j->user_id)), NULL, e);
}

static void wake(struct db *d)
{
	room_turn_wake(d);
	member_sync_wake(d);
}

int room_make(struct db *d, struct arena *m, const struct user *maker, const struct room_new *r,
	struct span *public_id, struct err *e)
{
	struct room_join self = { .user_id = maker->id, .name = SPAN("") };
	struct making made = { .maker = maker->id };
	TX_AUTO tx = { 0 };

	if (check(d, m, r, e) != 0 || tx_begin(d, &tx, e) != 0 || add(&tx, m, r, &made, e) != 0)
		return -1;
	self.room_id = made.id;
	if (r->plays && !r->is_teams && put_player(&tx, m, &self, e) != 0)
		return -1;
	if (room_draw_look(&tx, m, made.id, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	*public_id = made.public_id;
	wake(d);
	return 0;
}

/* ---- coming and going ---- */

/* Inside a transaction, with the room locked. */
static int need_waiting(struct tx *tx, struct arena *m, int64_t id, bool *is_teams, struct err *e)
{
	struct row row;

	if (db_one(tx->db, m, q_room_lock, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	*is_teams = row_bool(&row, room_lock_is_teams);
	return row_bool(&row, room_lock_waits)
		       ? 0
		       : err_set(e, ERR_CONFLICT, "the room has begun already");
}

static int need_place(struct tx *tx, struct arena *m, int64_t id, struct err *e)
{
	struct row row;

	if (db_one(tx->db, m, q_room_counts, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	if (row_i64(&row, room_counts_n_players) > ROOM_MAX_PLAYERS ||
		row_i64(&row, room_counts_n_teams) > ROOM_MAX_TEAMS)
		return err_set(e, ERR_LIMIT, "the room is full");
	return 0;
}

/* Those who watch see who came or went. */
static int tell(struct tx *tx, struct arena *m, int64_t id, enum room_state state, struct err *e)
{
	struct row row;

	if (db_one(tx->db, m, q_room_name, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	return room_tell_state(tx, m, row_text(&row, room_name_public_id), state, e);
}

int room_join(struct db *d, struct arena *m, const struct room_join *j, struct err *e)
{
	struct room_join as = *j;
	bool is_teams;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || need_waiting(&tx, m, j->room_id, &is_teams, e) != 0)
		return -1;
	if (!is_teams)
		as.name = SPAN("");
	else if (as.name.n == 0)
		return err_field(e, "team", "name a team");
	if (put_player(&tx, m, &as, e) != 0 ||
		db_exec(d, q_room_team_drop_empty, ARGS(arg_i64(j->room_id)), NULL, e) != 0 ||
		need_place(&tx, m, j->room_id, e) != 0 ||
		room_draw_look(&tx, m, j->room_id, e) != 0 ||
		tell(&tx, m, j->room_id, ROOM_WAITS, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	member_sync_wake(d);
	return 0;
}

/* The room is locked and waits. */
static int drop_player(
	struct tx *tx, struct arena *m, int64_t room_id, int64_t user_id, struct err *e)
{
	if (db_exec(tx->db, q_room_player_drop, ARGS(arg_i64(room_id), arg_i64(user_id)), NULL,
		    e) != 0 ||
		db_exec(tx->db, q_room_team_drop_empty, ARGS(arg_i64(room_id)), NULL, e) != 0)
		return -1;
	return tell(tx, m, room_id, ROOM_WAITS, e);
}

int room_leave(struct db *d, struct arena *m, int64_t room_id, int64_t user_id, struct err *e)
{
	bool is_teams;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || need_waiting(&tx, m, room_id, &is_teams, e) != 0 ||
		drop_player(&tx, m, room_id, user_id, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int room_leave_waiting(struct tx *tx, struct arena *m, int64_t user_id, struct err *e)
{
	struct rows rows;

	if (db_many(tx->db, m, q_room_waiting_of, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (drop_player(tx, m, row_i64(&rows.v[i], room_waiting_of_id), user_id, e) != 0)
			return -1;
	return 0;
}

int room_begin(struct db *d, struct arena *m, int64_t room_id, struct err *e)
{
	struct row row;
	bool is_teams;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || need_waiting(&tx, m, room_id, &is_teams, e) != 0 ||
		db_one(d, m, q_room_begin_now, ARGS(arg_i64(room_id), arg_i64(ROOM_LEAST_LEAD_S)),
			&row, e) != 0 ||
		db_exec(d, q_room_problems_move, ARGS(arg_i64(room_id)), NULL, e) != 0 ||
		room_draw_look(&tx, m, room_id, e) != 0 ||
		room_turn_enqueue(&tx, m, room_id, e) != 0 ||
		tell(&tx, m, room_id, ROOM_WAITS, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	wake(d);
	return 0;
}

int room_call_off(struct db *d, struct arena *m, int64_t room_id, struct span why, struct err *e)
{
	TX_AUTO tx = { 0 };
	int64_t n;

	if (tx_begin(d, &tx, e) != 0 ||
		db_exec(d, q_room_call_off, ARGS(arg_i64(room_id), arg_text(why)), &n, e) != 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_CONFLICT, "the room is over already");
	if (tell(&tx, m, room_id, ROOM_OFF, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* ---- once more ---- */

/* As many problems of the difficulty that the picked ones have. */
static void draw_like(const struct room *r, struct room_new *out)
{
	out->n_draw = r->n_draw > 0 ? r->n_draw : (int64_t)r->n_problems;
	out->draw_least = r->draw_least;
	out->draw_most = r->draw_most;
	if (r->n_draw > 0)
		return;
	for (size_t i = 0; i < r->n_problems; i++) {
		int rating = r->problems[i].rating;

		if (rating == 0)
			continue;
		if (out->draw_least == 0 || rating < out->draw_least)
			out->draw_least = rating;
		if (rating > out->draw_most)
			out->draw_most = rating;
	}
	if (out->draw_most == 0) {
		out->draw_least = 800;
		out->draw_most = 1600;
	}
}

static int add_rematch(
	struct tx *tx, struct arena *m, const struct room *from, struct making *made, struct err *e)
{
	struct room_new r = { .title = from->title,
		.is_lockout = from->is_lockout,
		.is_teams = from->is_teams,
		.is_open = from->is_open,
		.starts_in_s = 300,
		.length_s = (from->ends_at - from->starts_at) / 1000000,
		.reveal_s = from->reveal_s,
		.draw_tags = from->draw_tags };

	draw_like(from, &r);
	if (add(tx, m, &r, made, e) != 0 ||
		db_exec(tx->db, q_room_team_copy, ARGS(arg_i64(from->id), arg_i64(made->id)), NULL,
			e) != 0 ||
		db_exec(tx->db, q_room_player_copy, ARGS(arg_i64(from->id), arg_i64(made->id)),
			NULL, e) != 0 ||
		db_exec(tx->db, q_room_team_drop_empty, ARGS(arg_i64(made->id)), NULL, e) != 0)
		return -1;
	return room_tell_state(tx, m, from->public_id, from->state, e);
}

int room_rematch(struct db *d, struct arena *m, const struct user *asker, struct span public_id,
	struct span *next, struct err *e)
{
	const struct room_look look = { public_id, asker };
	struct making made = { .maker = asker->id };
	struct room from;
	struct row row;
	TX_AUTO tx = { 0 };

	if (room_watch(d, m, &look, &from, e) != 0)
		return -1;
	if (!from.is_mine && from.my_player == 0)
		return err_set(e, ERR_FORBIDDEN, "you did not play in this room");
	if (from.state != ROOM_SETTLED && from.state != ROOM_OFF)
		return err_set(e, ERR_CONFLICT, "the room is not over yet");
	if (tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_room_lock, ARGS(arg_i64(from.id)), &row, e) != 0 ||
		room_get(d, m, &look, &from, e) != 0)
		return -1;
	*next = from.next;
	if (from.next.p != NULL)
		return 0;
	made.rematch_of = from.id;
	if (add_rematch(&tx, m, &from, &made, e) != 0 || room_draw_look(&tx, m, made.id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	*next = made.public_id;
	wake(d);
	return 0;
}
