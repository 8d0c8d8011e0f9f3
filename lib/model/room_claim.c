#include "model/room_claim.h"

#include "auth/digest.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/room_score.h"

#define US INT64_C(1000000)

/* Why the press is of no use now; ROOM_OK: it is. */
static enum room_reason reason_of(const struct row *r, const struct room_press *p)
{
	struct span handle = row_text(r, room_sync_look_handle);

	if (row_bool(r, room_sync_look_is_over))
		return ROOM_IS_OVER;
	if (row_null(r, room_sync_look_player_id))
		return ROOM_NOT_A_PLAYER;
	if (row_i64(r, room_sync_look_team) != p->team)
		return ROOM_TEAM_CHANGED;
	if (row_null(r, room_sync_look_ordinal))
		return ROOM_NO_PROBLEM;
	if (handle.p == NULL || p->handle.p == NULL)
		return ROOM_HANDLE_MISSING;
	return span_ieq(handle, p->handle) ? ROOM_OK : ROOM_HANDLE_CHANGED;
}

static int solved_before(struct db *d, struct arena *m, const struct room_press *p,
	const struct row *r, enum room_reason *why, struct err *e)
{
	struct row solved;

	if (db_one(d, m, q_room_solved_before,
		    ARGS(arg_i64(p->user_id), arg_text(p->problem),
			    arg_text(row_text(r, room_sync_look_name)),
			    arg_time(row_time(r, room_sync_look_starts_at))),
		    &solved, e) != 0)
		return -1;
	if (row_bool(&solved, room_solved_before_solved))
		*why = ROOM_SOLVED_BEFORE;
	return 0;
}

int room_claim_look(struct db *d, struct arena *m, const struct room_press *p,
	struct room_claim_case *out, enum room_reason *why, struct err *e)
{
	struct rows rows;
	const struct row *r;

	*out = (struct room_claim_case){ .room_id = 0 };
	if (db_many(d, m, q_room_sync_look,
		    ARGS(arg_text(p->room), arg_i64(p->user_id), arg_text(p->problem)), &rows,
		    e) != 0)
		return -1;
	*why = rows.n > 0 ? reason_of(&rows.v[0], p) : ROOM_IS_OVER;
	if (*why != ROOM_OK)
		return 0;
	r = &rows.v[0];
	*out = (struct room_claim_case){ .room_id = row_i64(r, room_sync_look_id),
		.is_lockout = row_bool(r, room_sync_look_is_lockout),
		.ordinal = (int)row_i64(r, room_sync_look_ordinal),
		.player_id = row_i64(r, room_sync_look_player_id),
		.check = { .problem = p->problem,
			.name = row_text(r, room_sync_look_name),
			.handle = p->handle,
			.start_s = row_time(r, room_sync_look_starts_at) / US,
			.open_s = row_time(r, room_sync_look_opens_at) / US,
			.end_s = row_time(r, room_sync_look_ends_at) / US } };
	return solved_before(d, m, p, r, why, e);
}

/* An earlier one steps aside for a solve that Codeforces had before it. */
static int make_way(struct tx *tx, struct arena *m, const struct room_claim_new *n,
	enum room_reason *why, struct err *e)
{
	const struct room_claim_case *c = n->look;
	const struct room_solve solve = { n->press->team, c->ordinal, n->evidence.at_s,
		n->evidence.cf_id };
	struct rows held;

	if (db_many(tx->db, m, q_room_holder,
		    ARGS(arg_i64(c->room_id), arg_i64(c->ordinal), arg_i64(n->press->team),
			    arg_bool(c->is_lockout)),
		    &held, e) != 0)
		return -1;
	for (size_t i = 0; i < held.n; i++) {
		const struct row *r = &held.v[i];
		const struct room_solve old = { (int)row_i64(r, room_holder_team), c->ordinal,
			row_time(r, room_holder_solved_at) / US, row_i64(r, room_holder_cf_id) };

		if (room_solve_order(&old, &solve) <= 0) {
			*why = ROOM_ALREADY_CLAIMED;
			return 0;
		}
		if (db_exec(tx->db, q_room_claim_yield, ARGS(arg_i64(row_i64(r, room_holder_id))),
			    NULL, e) != 0)
			return -1;
	}
	return 0;
}

static int add(struct tx *tx, struct arena *m, const struct room_claim_new *n, struct err *e)
{
	const struct room_claim_case *c = n->look;
	const struct room_evidence *ev = &n->evidence;
	unsigned char hash[DIGEST_SIZE];
	struct row row;

	digest_sha256(ev->record, hash);
	return db_one(tx->db, m, q_room_claim_add,
		ARGS(arg_i64(c->room_id), arg_bool(c->is_lockout), arg_i64(c->ordinal),
			arg_i64(n->press->team), arg_i64(c->player_id), arg_i64(ev->cf_id),
			arg_time(ev->at_s * US), arg_bytes(ev->record),
			arg_bytes((struct span){ (const char *)hash, sizeof(hash) })),
		&row, e);
}

int room_claim_make(struct tx *tx, struct arena *m, const struct room_claim_new *n,
	enum room_reason *why, struct err *e)
{
	const struct room_evidence *ev = &n->evidence;
	struct room_claim_case now;
	struct room r;
	struct row row;

	if (db_one(tx->db, m, q_room_lock, ARGS(arg_i64(n->look->room_id)), &row, e) != 0 ||
		room_claim_look(tx->db, m, n->press, &now, why, e) != 0)
		return -1;
	if (*why == ROOM_OK && make_way(tx, m, n, why, e) != 0)
		return -1;
	if (*why != ROOM_OK)
		return 0;
	if (add(tx, m, n, e) != 0 ||
		room_tell_detected(tx, m, n->press, ev->cf_id, ev->at_s, e) != 0)
		return -1;
	return room_load(tx->db, m, n->press->room, &r, e) == 0 ? room_tell_board(tx, m, &r, e)
								: -1;
}
