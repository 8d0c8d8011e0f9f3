#include "model/room_sync.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/bucket.h"
#include "model/cache.h"
#include "model/job.h"
#include "model/user.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/log.h"

#define MAX_PAYLOAD 1000

/* ---- the cooldown ---- */

static struct span cooldown_key(struct arena *m, int64_t user_id)
{
	return span_of(arena_printf(m, "ratelimit:sync:%lld", (long long)user_id));
}

static struct redis *redis_of(const struct room_sync_desk *k)
{
	return k->cache != NULL && redis_up(cache_redis(k->cache)) ? cache_redis(k->cache) : NULL;
}

static int left_of(int64_t left_ms)
{
	if (left_ms <= 0 || left_ms > ROOM_SYNC_EVERY_S * INT64_C(1000))
		return ROOM_SYNC_EVERY_S;
	return (int)((left_ms + 999) / 1000);
}

/* The value is when it ends (unix ms); whoever set it otherwise is taken at the key's word. */
static int redis_left(struct redis *r, struct arena *m, struct span key)
{
	struct err ignored = { .kind = ERR_NONE };
	struct span value;
	int64_t end_ms;

	if (redis_get(r, m, key, &value, &ignored) != 0)
		return ignored.kind == ERR_NOT_FOUND ? 0 : -1;
	return span_i64(value, &end_ms) ? left_of(end_ms - clock_unix_us() / 1000)
					: ROOM_SYNC_EVERY_S;
}

static int table_left(struct db *d, struct arena *m, struct span key, int *left, struct err *e)
{
	struct rows rows;

	*left = 0;
	if (db_many(d, m, q_room_cooldown_left, ARGS(arg_text(key)), &rows, e) != 0)
		return -1;
	if (rows.n > 0)
		*left = left_of(row_i64(&rows.v[0], room_cooldown_left_left_ms));
	return 0;
}

static int table_take(struct db *d, struct arena *m, struct span key, bool *done, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_cache_lock_take,
		    ARGS(arg_text(key), arg_str("sync"),
			    arg_i64(ROOM_SYNC_EVERY_S * INT64_C(1000))),
		    &rows, e) != 0)
		return -1;
	*done = rows.n > 0;
	return 0;
}

/*
 * *left is 0 if it was taken. A minute that began in the table while Redis was away is kept to its
 * end.
 */
static int cooldown_take(const struct room_sync_desk *k, int64_t user_id, int *left, struct err *e)
{
	struct span key = cooldown_key(k->mem, user_id);
	int64_t end_ms = clock_unix_us() / 1000 + ROOM_SYNC_EVERY_S * INT64_C(1000);
	struct span value = span_of(arena_printf(k->mem, "%lld", (long long)end_ms));
	struct err from_redis = { .kind = ERR_NONE };
	struct redis *r = redis_of(k);
	bool done = false;

	if (table_left(k->db, k->mem, key, left, e) != 0)
		return -1;
	if (*left > 0)
		return 0;
	if (r != NULL &&
		redis_set_new(r, key, value, ROOM_SYNC_EVERY_S * 1000, &done, &from_redis) == 0) {
		if (done)
			return 0;
		*left = redis_left(r, k->mem, key);
	} else {
		if (table_take(k->db, k->mem, key, &done, e) != 0)
			return -1;
		if (done)
			return 0;
		*left = ROOM_SYNC_EVERY_S; // of another press, just now
	}
	if (*left <= 0) // it ended just now, or Redis went away
		*left = 1;
	return 0;
}

/* A press that could not be taken after all. */
static void cooldown_drop(const struct room_sync_desk *k, int64_t user_id)
{
	struct span key = cooldown_key(k->mem, user_id);
	struct err ignored = { .kind = ERR_NONE };
	struct redis *r = redis_of(k);

	if (r != NULL)
		(void)!redis_del(r, key, &ignored);
	(void)!db_exec(
		k->db, q_cache_lock_drop, ARGS(arg_text(key), arg_str("sync")), NULL, &ignored);
}

int room_sync_left(const struct room_sync_desk *k, int64_t user_id)
{
	struct span key = cooldown_key(k->mem, user_id);
	struct err ignored = { .kind = ERR_NONE };
	struct redis *r = redis_of(k);
	int left;

	if (table_left(k->db, k->mem, key, &left, &ignored) != 0 || left > 0 || r == NULL)
		return left;
	left = redis_left(r, k->mem, key);
	return left > 0 ? left : 0;
}

/* ---- how far it is ---- */

static struct span note_key(struct arena *m, struct span room, int64_t user_id)
{
	return span_of(
		arena_printf(m, "sync:" SPAN_FMT ":%lld", SPAN_ARG(room), (long long)user_id));
}

/* When the press was made: what is noted of it after "queued" keeps that. */
static void put_created(const struct room_sync_desk *k, const struct room_press *p,
	const char *status, struct json_out *j)
{
	struct err ignored = { .kind = ERR_NONE };
	struct span text;
	struct span at;
	JSON_AUTO root = NULL;

	if (!span_is(span_of(status), "queued") &&
		cache_get(k->cache, k->mem, note_key(k->mem, p->room, p->user_id), &text,
			&ignored) == 0 &&
		json_parse(text, &root, &ignored) == 0 &&
		json_text(json_get(root, "createdAt"), &at))
		json_put_text(j, at);
	else
		json_put_time(j, clock_unix_us());
}

void room_sync_note(const struct room_sync_desk *k, const struct room_press *p, const char *status,
	int64_t position)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;
	struct json_out j;
	BUF_AUTO b = { 0 };

	if (k->cache == NULL)
		return;
	buf_init(&b, MAX_PAYLOAD);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "status");
	json_put_text(&j, span_of(status));
	json_key(&j, "position");
	json_put_i64(&j, position);
	json_key(&j, "createdAt");
	put_created(k, p, status, &j);
	json_object_end(&j);
	if (buf_finish(&b, &text, &e) != 0 ||
		cache_set(k->cache, note_key(k->mem, p->room, p->user_id), text, ROOM_SYNC_KEEP_S,
			&e) != 0)
		log_err(LOG_INFO, "room.sync_note", &e);
}

static int read_said(
	struct arena *m, const struct row *r, struct room_sync_said *out, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(row_text(r, room_sync_last_payload), &root, e) != 0)
		return -1;
	(void)!json_text(json_get(root, "problemId"), &out->problem);
	(void)!json_text(json_get(root, "reason"), &out->reason);
	(void)!json_i64(json_get(root, "position"), &out->position);
	(void)!json_i64(json_get(root, "cfSubmissionId"), &out->cf_id);
	out->kind = row_text(r, room_sync_last_kind);
	out->problem = arena_span(m, out->problem);
	out->reason = arena_span(m, out->reason);
	return 0;
}

int room_sync_last(const struct room_sync_desk *k, struct span room, int64_t user_id,
	struct room_sync_said *out, struct err *e)
{
	struct span scope = span_of(arena_printf(k->mem, "user:%lld", (long long)user_id));
	struct err ignored = { .kind = ERR_NONE };
	struct span note;
	struct rows rows;

	*out = (struct room_sync_said){ .kind = SPAN_NONE };
	if (k->cache == NULL ||
		cache_get(k->cache, k->mem, note_key(k->mem, room, user_id), &note, &ignored) != 0)
		return 0;
	if (db_many(k->db, k->mem, q_room_sync_last, ARGS(arg_text(scope), arg_text(room)), &rows,
		    e) != 0)
		return -1;
	return rows.n > 0 ? read_said(k->mem, &rows.v[0], out, e) : 0;
}

/* ---- the job ---- */

int room_press_write(struct arena *m, const struct room_press *p, struct span *out, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	buf_init(&b, MAX_PAYLOAD);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "roomId");
	json_put_text(&j, p->room);
	json_key(&j, "userId");
	json_put_i64(&j, p->user_id);
	json_key(&j, "teamId");
	json_put_i64(&j, p->team);
	json_key(&j, "cfHandle");
	json_put_text(&j, p->handle);
	json_key(&j, "problemId");
	json_put_text(&j, p->problem);
	json_object_end(&j);
	if (buf_finish(&b, out, e) != 0)
		return -1;
	*out = arena_span(m, *out);
	return 0;
}

int room_press_read(
	struct arena *m, const struct json *payload, struct room_press *out, struct err *e)
{
	int64_t team;

	*out = (struct room_press){ .handle = SPAN_NONE };
	if (!json_text(json_get(payload, "roomId"), &out->room) ||
		!json_i64(json_get(payload, "userId"), &out->user_id) ||
		!json_i64(json_get(payload, "teamId"), &team) ||
		!json_text(json_get(payload, "problemId"), &out->problem))
		return err_set(e, ERR_INVALID, "the payload tells of no press of Sync");
	(void)!json_text(json_get(payload, "cfHandle"), &out->handle);
	out->room = arena_span(m, out->room);
	out->problem = arena_span(m, out->problem);
	out->handle = arena_span(m, out->handle);
	out->team = (int)team;
	return 0;
}

static int enqueue(const struct room_sync_desk *k, struct tx *tx, const struct room_press *p,
	int64_t *position, struct err *e)
{
	struct job_spec spec = { .kind = "cf_sync",
		.priority = JOB_PRIORITY_URGENT,
		.unique = span_of(arena_printf(k->mem, SPAN_FMT ":%lld:" SPAN_FMT,
			SPAN_ARG(p->room), (long long)p->user_id, SPAN_ARG(p->problem))) };
	struct row row;
	int64_t id;

	*position = 1;
	if (room_press_write(k->mem, p, &spec.payload, e) != 0 ||
		job_enqueue(tx, k->mem, &spec, &id, e) != 0)
		return -1;
	if (db_one(tx->db, k->mem, q_room_sync_position,
		    ARGS(arg_str(ROOM_SYNC_QUEUE), arg_text(spec.unique)), &row, e) != 0)
		return -1;
	*position = row_i64(&row, room_sync_position_position);
	return room_tell_queued(tx, k->mem, p, *position, e);
}

/* Whoever made Codeforces ask for rest, those who watch the room see why nothing moves. */
static int tell_rest(struct tx *tx, struct arena *m, const struct room_press *p, struct err *e)
{
	int64_t until;

	if (bucket_rest(tx->db, m, &until, e) != 0)
		return -1;
	return until != INT64_MIN ? room_tell_paused(tx, m, p->room, until, e) : 0;
}

/* ---- pressing ---- */

static bool is_shown(const struct room *r, struct span problem)
{
	for (size_t i = 0; i < r->n_problems; i++)
		if (r->problems[i].is_open && span_eq(r->problems[i].problem, problem))
			return true;
	return false;
}

static int check(const struct room_sync_desk *k, const struct user *player, struct room_press *p,
	struct err *e)
{
	const struct room_look look = { p->room, player };
	struct rows handles;
	struct room r;

	if (room_get(k->db, k->mem, &look, &r, e) != 0)
		return -1;
	if (r.my_player == 0)
		return err_set(e, ERR_FORBIDDEN, "you do not play in this room");
	if (r.state == ROOM_WAITS)
		return err_set(e, ERR_CONFLICT, "the room has not begun yet");
	if (r.state != ROOM_RUNS && r.state != ROOM_CLOSES)
		return err_set(e, ERR_CONFLICT, "the room is over");
	if (!is_shown(&r, p->problem))
		return err_set(e, ERR_NOT_FOUND, "the room has no such problem");
	if (db_many(k->db, k->mem, q_room_handle, ARGS(arg_i64(player->id)), &handles, e) != 0)
		return -1;
	p->team = r.my_team;
	p->room = r.public_id;
	p->handle = handles.n > 0 ? row_text(&handles.v[0], room_handle_handle) : SPAN_NONE;
	return 0;
}

int room_sync_press(const struct room_sync_desk *k, const struct user *player, struct span room,
	struct span problem, int64_t *position, struct err *e)
{
	struct room_press p = { .room = room, .user_id = player->id, .problem = problem };
	TX_AUTO tx = { 0 };
	int left;

	if (check(k, player, &p, e) != 0 || cooldown_take(k, player->id, &left, e) != 0)
		return -1;
	if (left > 0) {
		e->retry_after_s = left;
		return err_set(e, ERR_LIMIT, "Sync can be pressed again in %d s", left);
	}
	if (tx_begin(k->db, &tx, e) != 0 || enqueue(k, &tx, &p, position, e) != 0 ||
		tell_rest(&tx, k->mem, &p, e) != 0 || tx_commit(&tx, e) != 0) {
		tx_rollback(&tx);
		cooldown_drop(k, player->id);
		return -1;
	}
	room_sync_note(k, &p, "queued", *position); // before a worker has a word of its own
	job_wake(k->db, ROOM_SYNC_QUEUE);
	return 0;
}

/* ---- Codeforces rests ---- */

int room_sync_pause(struct db *d, struct arena *m, int seconds, struct err *e)
{
	int64_t until = clock_unix_us() + seconds * INT64_C(1000000);
	struct rows rows;
	TX_AUTO tx = { 0 };

	if (job_queue_pause(d, ROOM_SYNC_QUEUE, seconds * INT64_C(1000), "Codeforces rests", e) !=
			0 ||
		tx_begin(d, &tx, e) != 0 || db_many(d, m, q_room_running, NO_ARGS, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (room_tell_paused(
			    &tx, m, row_text(&rows.v[i], room_running_public_id), until, e) != 0)
			return -1;
	return tx_commit(&tx, e);
}
