#include "model/room_draw.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/codeforces_desk.h"
#include "model/job.h"
#include "model/member_sync.h"
#include "net/codeforces_record.h"
#include "os/log.h"

#define LATE_S 2 // a room whose problems come so much later begins with them

/* ---- what can be drawn ---- */

static int list_is_known(struct db *d, struct arena *m, bool *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_cf_problem_any, NO_ARGS, &row, e) != 0)
		return -1;
	*out = row_bool(&row, cf_problem_any_is_known);
	return 0;
}

int room_draw_want(struct tx *tx, struct arena *m, int64_t room_id, struct err *e)
{
	const struct job_spec spec = {
		.kind = "room.problems", .unique = SPAN("problems"), .priority = JOB_PRIORITY_NORMAL
	};
	struct row row;
	int64_t id;

	if (db_one(tx->db, m, q_room_draw_lacks, ARGS(arg_i64(room_id)), &row, e) != 0)
		return -1;
	return row_bool(&row, room_draw_lacks_lacks) ? job_enqueue(tx, m, &spec, &id, e) : 0;
}

static int keep_problems(
	struct db *d, struct arena *m, const struct codeforces_problems *p, struct err *e)
{
	struct span *text = arena_new_array(m, struct span, 3 * p->n + 1);
	int64_t *rating = arena_new_array(m, int64_t, p->n + 1);
	int64_t changed;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct codeforces_problem *one = &p->v[i];

		if (one->contest_id == 0)
			continue;
		text[n] = codeforces_problem_key(m, one);
		text[p->n + n] = one->name;
		text[2 * p->n + n] = one->tags;
		rating[n++] = one->rating;
	}
	if (db_exec(d, q_cf_problem_put,
		    ARGS(arg_texts(text, n), arg_texts(text + p->n, n), arg_i64s(rating, n),
			    arg_texts(text + 2 * p->n, n)),
		    &changed, e) != 0 ||
		db_exec(d, q_room_problem_learn, NO_ARGS, NULL, e) != 0)
		return -1;
	log_event(LOG_INFO, "room.problems", LOG_NUMBER("known", (long long)n),
		LOG_NUMBER("changed", (long long)changed));
	return 0;
}

int room_draw_fetch(struct db *d, struct arena *m, struct codeforces_desk *desk, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "problemset.problems",
			.priority = CODEFORCES_MANUAL,
			.max_wait_ms = TRACK_WAIT_MS },
	};
	struct codeforces_problems problems;

	return codeforces_ask_problems(desk, m, &q, &problems, e) == 0
		       ? keep_problems(d, m, &problems, e)
		       : -1;
}

/* ---- what the players have solved ---- */

int room_draw_look(struct tx *tx, struct arena *m, int64_t room_id, struct err *e)
{
	struct rows rows;

	if (db_many(tx->db, m, q_room_draw_stale,
		    ARGS(arg_i64(room_id), arg_i64(ROOM_DRAW_STALE_S),
			    arg_i64(ROOM_PICKED_STALE_S)),
		    &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (member_sync_order(tx, m, row_i64(&rows.v[i], room_draw_stale_member_id), e) !=
			0)
			return -1;
	return 0;
}

int room_draw_awaits(struct db *d, struct arena *m, int64_t room_id, struct room_draw_awaited *out,
	struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_room_draw_asked, ARGS(arg_i64(room_id), arg_i64(ROOM_DRAW_STALE_S)),
		    &rows, e) != 0)
		return -1;
	*out = (struct room_draw_awaited){ arena_new_array(m, int64_t, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		out->players[i] = row_i64(&rows.v[i], room_draw_asked_player_id);
	return 0;
}

/* ---- drawing ---- */

static int choose(
	struct tx *tx, struct arena *m, const struct room_draw *r, struct rows *out, struct err *e)
{
	struct span tags[ROOM_MAX_TAGS];
	struct span text = r->tags;
	size_t n = 0;

	while (text.n > 0 && n < countof(tags) && span_split(&text, ',', &tags[n]))
		n++;
	return db_many(tx->db, m, q_room_draw,
		ARGS(arg_i64(r->room_id), arg_i64(r->n), arg_i64(r->least), arg_i64(r->most),
			arg_texts(tags, n)),
		out, e);
}

static int keep(struct tx *tx, const struct room_draw *r, const struct rows *rows, struct err *e)
{
	struct span problems[ROOM_MAX_PROBLEMS];
	int64_t points[ROOM_MAX_PROBLEMS];

	for (size_t i = 0; i < rows->n && i < ROOM_MAX_PROBLEMS; i++) {
		problems[i] = row_text(&rows->v[i], room_draw_problem);
		points[i] = 100 * (int64_t)(i + 1);
	}
	if (db_exec(tx->db, q_room_start_late, ARGS(arg_i64(r->room_id), arg_i64(LATE_S)), NULL,
		    e) != 0 ||
		db_exec(tx->db, q_room_draw_unseen,
			ARGS(arg_i64(r->room_id), arg_i64(ROOM_DRAW_KNOWN_S)), NULL, e) != 0)
		return -1;
	return db_exec(tx->db, q_room_problems_add,
		ARGS(arg_i64(r->room_id), arg_texts(problems, rows->n), arg_i64s(points, rows->n)),
		NULL, e);
}

int room_draw(struct tx *tx, struct arena *m, const struct room_draw *r, enum room_drawn *out,
	struct err *e)
{
	struct room_draw_awaited awaited;
	struct rows rows;
	bool is_known;

	if (list_is_known(tx->db, m, &is_known, e) != 0 ||
		room_draw_awaits(tx->db, m, r->room_id, &awaited, e) != 0)
		return -1;
	if (!r->must && (!is_known || awaited.n > 0)) {
		*out = ROOM_DRAW_WAITS;
		return room_draw_want(tx, m, r->room_id, e);
	}
	if (choose(tx, m, r, &rows, e) != 0)
		return -1;
	*out = rows.n > 0 ? ROOM_DRAWN : is_known ? ROOM_DRAW_NONE : ROOM_DRAW_NO_LIST;
	return rows.n > 0 ? keep(tx, r, &rows, e) : 0;
}
