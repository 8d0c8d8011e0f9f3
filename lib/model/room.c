#include "model/room.h"

#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/user.h"

#define US       INT64_C(1000000)
#define NAMELESS SPAN("Somebody who left")

const char *room_state_name(enum room_state s)
{
	static const char *const names[] = { "waiting", "running", "closing", "over", "off" };

	return names[s];
}

static enum room_state state_of(const struct room *r, bool settled)
{
	if (r->off_why.p != NULL)
		return ROOM_OFF;
	if (settled)
		return ROOM_SETTLED;
	if (r->now < r->starts_at)
		return ROOM_WAITS;
	return r->now < r->ends_at ? ROOM_RUNS : ROOM_CLOSES;
}

/* ---- one ---- */

static int read_head(struct db *d, struct arena *m, struct span public_id,
	const struct user *reader, struct room *out, struct err *e)
{
	int64_t reader_id = reader != NULL ? reader->id : 0;
	struct row row;
	const struct row *r = &row;

	if (db_one(d, m, q_room_get, ARGS(arg_text(public_id), arg_i64(reader_id)), &row, e) != 0)
		return -1;
	*out = (struct room){ .id = row_i64(r, room_get_id),
		.public_id = row_text(r, room_get_public_id),
		.invite = row_text(r, room_get_invite),
		.title = row_text(r, room_get_title),
		.made_by = row_i64(r, room_get_made_by),
		.maker = row_text(r, room_get_maker),
		.is_lockout = row_bool(r, room_get_is_lockout),
		.is_teams = row_bool(r, room_get_is_teams),
		.is_open = row_bool(r, room_get_is_open),
		.starts_at = row_time(r, room_get_starts_at),
		.ends_at = row_time(r, room_get_ends_at),
		.now = row_time(r, room_get_now),
		.grace_s = (int)row_i64(r, room_get_grace_s),
		.reveal_s = (int)row_i64(r, room_get_reveal_s),
		.n_draw = (int)row_i64(r, room_get_n_draw),
		.draw_least = (int)row_i64(r, room_get_draw_least),
		.draw_most = (int)row_i64(r, room_get_draw_most),
		.draw_tags = row_text(r, room_get_draw_tags),
		.off_why = row_text(r, room_get_off_why),
		.rematch_of = row_text(r, room_get_rematch_of),
		.next = row_text(r, room_get_next),
		.my_player = row_i64(r, room_get_my_player),
		.my_team = (int)row_i64(r, room_get_my_team) };
	out->is_mine =
		reader != NULL && (out->made_by == reader->id || user_has(reader, ROLE_ADMIN));
	out->state = state_of(out, !row_null(r, room_get_settled_at));
	return 0;
}

static bool may_watch(const struct room *r)
{
	return r->is_open || r->is_mine || r->my_player != 0;
}

int room_watch(struct db *d, struct arena *m, const struct room_look *look, struct room *out,
	struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	if (look->reader != NULL &&
		read_head(d, m, look->public_id, look->reader, out, &why) == 0 && may_watch(out))
		return 0;
	if (why.kind != ERR_NONE && why.kind != ERR_NOT_FOUND) {
		*e = why;
		return -1;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no such room");
}

static void read_teams(struct arena *m, const struct rows *rows, struct room *out)
{
	struct room_team *v = arena_new_array(m, struct room_team, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++)
		v[i] = (struct room_team){ (int)row_i64(&rows->v[i], room_teams_team),
			row_text(&rows->v[i], room_teams_name) };
	out->teams = v;
	out->n_teams = rows->n;
}

static void read_players(struct arena *m, const struct rows *rows, struct room *out)
{
	struct room_player *v = arena_new_array(m, struct room_player, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct room_player){ .id = row_i64(r, room_players_id),
			.user_id = row_i64(r, room_players_user_id),
			.team = (int)row_i64(r, room_players_team),
			.name = row_text(r, room_players_name),
			.handle = row_text(r, room_players_handle),
			.rating = row_null(r, room_players_rating)
					  ? ROOM_RATING_START
					  : (int)row_i64(r, room_players_rating),
			.unseen = row_bool(r, room_players_unseen),
			.before = (int)row_i64(r, room_players_old_rating),
			.after = (int)row_i64(r, room_players_new_rating) };
	}
	out->players = v;
	out->n_players = rows->n;
}

static void read_problems(struct arena *m, const struct rows *rows, struct room *out)
{
	struct room_problem *v = arena_new_array(m, struct room_problem, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct room_problem){ .ordinal = (int)row_i64(r, room_problems_ordinal),
			.problem = row_text(r, room_problems_problem),
			.name = row_text(r, room_problems_name),
			.rating = (int)row_i64(r, room_problems_rating),
			.points = (int)row_i64(r, room_problems_points),
			.opens_at = row_time(r, room_problems_opens_at) };
		v[i].is_open = out->state != ROOM_OFF && v[i].opens_at <= out->now;
	}
	out->problems = v;
	out->n_problems = rows->n;
}

static void read_claims(struct arena *m, const struct rows *rows, struct room *out)
{
	struct room_claim *v = arena_new_array(m, struct room_claim, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];
		struct span hash = row_bytes(r, room_claims_record_hash, m);
		char *hex = arena_alloc(m, 2 * hash.n + 1);

		hex_encode(hash.p, hash.n, hex);
		v[i] = (struct room_claim){ .id = row_i64(r, room_claims_id),
			.ordinal = (int)row_i64(r, room_claims_ordinal),
			.team = (int)row_i64(r, room_claims_team),
			.player_id = row_i64(r, room_claims_player_id),
			.cf_id = row_i64(r, room_claims_cf_id),
			.solved_at = row_time(r, room_claims_solved_at),
			.claimed_at = row_time(r, room_claims_claimed_at),
			.holds = row_bool(r, room_claims_holds),
			.record_hash = span_of(hex) };
	}
	out->claims = v;
	out->n_claims = rows->n;
}

static void score(struct arena *m, struct room *r)
{
	int *points = arena_new_array(m, int, r->n_problems + 1);
	int *teams = arena_new_array(m, int, r->n_teams + 1);
	struct room_solve *solves = arena_new_array(m, struct room_solve, r->n_claims + 1);
	const struct room_rules rules = { r->is_lockout, points, r->n_problems, teams, r->n_teams };

	for (size_t i = 0; i < r->n_problems; i++)
		points[i] = r->problems[i].points;
	for (size_t i = 0; i < r->n_teams; i++)
		teams[i] = r->teams[i].team;
	for (size_t i = 0; i < r->n_claims; i++)
		solves[i] = (struct room_solve){ r->claims[i].team, r->claims[i].ordinal,
			r->claims[i].solved_at / US, r->claims[i].cf_id };
	room_score(m, &rules, solves, r->n_claims, &r->board);
}

static int read_rest(struct db *d, struct arena *m, struct room *out, struct err *e)
{
	struct db_step steps[] = { { .stmt = q_room_teams, .args = ARGS(arg_i64(out->id)) },
		{ .stmt = q_room_players, .args = ARGS(arg_i64(out->id)) },
		{ .stmt = q_room_problems, .args = ARGS(arg_i64(out->id)) },
		{ .stmt = q_room_claims, .args = ARGS(arg_i64(out->id)) } };

	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	read_teams(m, &steps[0].out, out);
	read_players(m, &steps[1].out, out);
	read_problems(m, &steps[2].out, out);
	read_claims(m, &steps[3].out, out);
	score(m, out);
	return 0;
}

int room_get(struct db *d, struct arena *m, const struct room_look *look, struct room *out,
	struct err *e)
{
	return room_watch(d, m, look, out, e) == 0 ? read_rest(d, m, out, e) : -1;
}

int room_load(struct db *d, struct arena *m, struct span public_id, struct room *out, struct err *e)
{
	return read_head(d, m, public_id, NULL, out, e) == 0 ? read_rest(d, m, out, e) : -1;
}

int room_by_invite(struct db *d, struct arena *m, struct span invite, const struct user *reader,
	struct room *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_room_by_invite, ARGS(arg_text(invite)), &row, e) == 0 &&
		read_head(d, m, row_text(&row, room_by_invite_public_id), reader, out, e) == 0)
		return read_rest(d, m, out, e);
	return err_absent(e, "this invitation leads to no room");
}

bool room_is_drawing(const struct room *r)
{
	return (r->state == ROOM_RUNS || r->state == ROOM_CLOSES) && r->n_draw > 0 &&
	       r->n_problems == 0;
}

const struct room_player *room_player_find(const struct room *r, int64_t player_id)
{
	for (size_t i = 0; i < r->n_players; i++)
		if (r->players[i].id == player_id)
			return &r->players[i];
	return NULL;
}

struct span room_team_name(const struct room *r, int team)
{
	for (size_t i = 0; i < r->n_teams; i++)
		if (r->teams[i].team == team && r->teams[i].name.n > 0)
			return r->teams[i].name;
	for (size_t i = 0; i < r->n_players; i++)
		if (r->players[i].team == team && r->players[i].name.p != NULL)
			return r->players[i].name;
	return NAMELESS;
}

/* ---- lists ---- */

static struct span listed_winner(const struct row *r)
{
	struct span name = row_text(r, room_list_winner);

	if (!row_bool(r, room_list_is_won))
		return SPAN_NONE;
	return name.p != NULL ? name : NAMELESS;
}

static enum room_state listed_state(const struct row *r)
{
	const struct room as = { .off_why = row_text(r, room_list_off_why),
		.now = row_time(r, room_list_now),
		.starts_at = row_time(r, room_list_starts_at),
		.ends_at = row_time(r, room_list_ends_at) };

	return state_of(&as, !row_null(r, room_list_settled_at));
}

int room_list(struct db *d, struct arena *m, const struct room_list_look *look,
	struct room_rows *out, struct err *e)
{
	struct room_row *v;
	struct rows rows;

	if (db_many(d, m, q_room_list,
		    ARGS(arg_i64(look->reader_id), arg_bool(look->over), arg_i64(look->before),
			    arg_i64(look->limit)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct room_row, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct room_row){ .id = row_i64(r, room_list_id),
			.public_id = row_text(r, room_list_public_id),
			.title = row_text(r, room_list_title),
			.is_lockout = row_bool(r, room_list_is_lockout),
			.is_teams = row_bool(r, room_list_is_teams),
			.is_mine = row_bool(r, room_list_is_mine),
			.starts_at = row_time(r, room_list_starts_at),
			.ends_at = row_time(r, room_list_ends_at),
			.state = listed_state(r),
			.n_players = (int)row_i64(r, room_list_n_players),
			.n_problems = (int)row_i64(r, room_list_n_problems),
			.winner = listed_winner(r) };
	}
	*out = (struct room_rows){ v, rows.n,
		rows.n == (size_t)look->limit ? v[rows.n - 1].id : 0 };
	return 0;
}

int room_ratings(struct db *d, struct arena *m, int limit, struct room_ratings *out, struct err *e)
{
	struct room_rating *v;
	struct rows rows;

	if (db_many(d, m, q_room_ratings, ARGS(arg_i64(limit)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct room_rating, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct room_rating){ row_i64(&rows.v[i], room_ratings_user_id),
			row_text(&rows.v[i], room_ratings_name),
			(int)row_i64(&rows.v[i], room_ratings_rating),
			(int)row_i64(&rows.v[i], room_ratings_n_rooms) };
	*out = (struct room_ratings){ v, rows.n };
	return 0;
}
