#include "model/member_sync.h"

#include <string.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/codeforces_desk.h"
#include "model/event.h"
#include "model/job.h"
#include "model/member_contest.h"
#include "net/codeforces_record.h"
#include "os/clock.h"

#define US INT64_C(1000000)

struct found {
	struct span asked; // the handle that we know
	struct codeforces_person person;
	struct codeforces_changes changes;
	struct codeforces_submission *v; // with a verdict; the newest first
	size_t n;
	size_t room;
	int64_t newest_id; // up to which everything has its verdict
	int64_t settled_s; // what was sent in before keeps the verdict that it has
	bool is_changed;   // something of what was sent in
	bool had_figures;  // drawn before
	bool is_rated_anew;
	bool is_taken; // the new handle is another member's
};

/* ---- fetching ---- */

static struct span number(struct arena *m, int64_t v)
{
	return span_of(arena_printf(m, "%lld", (long long)v));
}

static int fetch_person(const struct member_sync *s, struct arena *m, struct span handle,
	struct codeforces_person *out, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.info",
			.params = { { "handles", handle } },
			.priority = s->priority,
			.max_wait_ms = s->max_wait_ms },
		.keep = CODEFORCES_KEEP_INFO,
		.about = handle,
	};
	struct codeforces_people people;

	if (codeforces_ask_people(s->desk, m, &q, &people, e) != 0)
		return -1;
	if (people.n != 1)
		return err_set(
			e, ERR_TEMPORARY, "Codeforces told of %zu people, not of one", people.n);
	*out = people.v[0];
	return 0;
}

static int fetch_changes(const struct member_sync *s, struct arena *m, struct span handle,
	struct codeforces_changes *out, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.rating",
			.params = { { "handle", handle } },
			.priority = s->priority,
			.max_wait_ms = s->max_wait_ms },
		.keep = CODEFORCES_KEEP_CONTEST,
		.about = handle,
	};

	return codeforces_ask_changes(s->desk, m, &q, out, e);
}

struct page {
	int64_t from; // the newest is 1
	int64_t count;
	struct codeforces_submissions rows;
};

static int fetch_page(const struct member_sync *s, struct arena *m, struct span handle,
	struct page *p, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.status",
			.params = { { "handle", handle }, { "from", number(m, p->from) },
				{ "count", number(m, p->count) } },
			.priority = s->priority,
			.max_wait_ms = s->max_wait_ms },
		.keep = p->from == 1 ? CODEFORCES_KEEP_SUBMISSIONS : CODEFORCES_KEEP_NOTHING,
		.about = handle,
	};

	return codeforces_ask_submissions(s->desk, m, &q, &p->rows, e);
}

/* Most come with nothing new, some with thousands. */
static void make_room(struct arena *m, size_t n, struct found *f)
{
	struct codeforces_submission *v;

	if (f->n + n <= f->room)
		return;
	f->room = 2 * f->n + n;
	v = arena_new_array(m, struct codeforces_submission, f->room);
	if (f->n > 0)
		memcpy(v, f->v, f->n * sizeof(*v));
	f->v = v;
}

/* Takes what is newer than the known ones, and of those what may have another verdict by now. A
 * submission that still has no verdict, and all newer ones, are asked for again the next time. */
static void keep_page(const struct codeforces_submissions *page, int64_t known_id, struct found *f)
{
	for (size_t i = 0; i < page->n && f->n < TRACK_FIRST_MOST; i++) {
		const struct codeforces_submission *s = &page->v[i];

		if (s->id <= known_id && s->at_s < f->settled_s)
			continue;
		if (s->verdict.p == NULL) {
			f->newest_id = s->id - 1;
			continue;
		}
		if (f->newest_id == 0)
			f->newest_id = s->id;
		f->v[f->n++] = *s;
	}
}

/* Page after page, until one reaches what is known. New ones shift the window meanwhile: what comes
 * twice is the same row. */
static int fetch_submissions(const struct member_sync *s, struct arena *m, int64_t known_id,
	struct found *f, struct err *e)
{
	struct page p = { .count = known_id > 0 ? TRACK_NEXT_PAGE : TRACK_FIRST_PAGE };

	for (p.from = 1; p.from <= TRACK_FIRST_MOST; p.from += p.count) {
		const struct codeforces_submissions *rows = &p.rows;

		if (fetch_page(s, m, f->person.handle, &p, e) != 0)
			return -1;
		make_room(m, rows->n, f);
		keep_page(rows, known_id, f);
		if ((int64_t)rows->n < p.count || rows->v[rows->n - 1].id <= known_id)
			break;
	}
	if (f->newest_id < known_id)
		f->newest_id = known_id;
	return 0;
}

static int fetch(const struct member_sync *s, struct arena *m, int64_t known_id, struct found *f,
	struct err *e)
{
	codeforces_forget(s->desk, m, f->asked);
	if (fetch_person(s, m, f->asked, &f->person, e) != 0)
		return -1;
	if (!span_ieq(f->person.handle, f->asked)) // renamed
		codeforces_forget(s->desk, m, f->person.handle);
	return fetch_changes(s, m, f->person.handle, &f->changes, e) == 0 &&
			       fetch_submissions(s, m, known_id, f, e) == 0
		       ? 0
		       : -1;
}

/* ---- keeping ---- */

static void keep_changes(struct db_steps *s, int64_t id, const struct codeforces_changes *c)
{
	struct arena *m = s->mem;
	int64_t *contest = arena_new_array(m, int64_t, c->n + 1);
	int64_t *rank = arena_new_array(m, int64_t, c->n + 1);
	int64_t *at = arena_new_array(m, int64_t, c->n + 1);
	int64_t *before = arena_new_array(m, int64_t, c->n + 1);
	int64_t *after = arena_new_array(m, int64_t, c->n + 1);
	struct span *name = arena_new_array(m, struct span, c->n + 1);

	for (size_t i = 0; i < c->n; i++) {
		contest[i] = c->v[i].contest_id;
		rank[i] = c->v[i].rank;
		at[i] = c->v[i].at_s * US;
		before[i] = c->v[i].old_rating;
		after[i] = c->v[i].new_rating;
		name[i] = c->v[i].contest;
	}
	db_steps_add(s, q_member_sync_ratings,
		ARGS(arg_i64(id), arg_i64s(contest, c->n), arg_texts(name, c->n),
			arg_i64s(rank, c->n), arg_i64s(at, c->n), arg_i64s(before, c->n),
			arg_i64s(after, c->n)));
}

static void keep_submissions(struct db_steps *s, int64_t id, const struct found *f)
{
	struct arena *m = s->mem;
	int64_t *ids = arena_new_array(m, int64_t, f->n + 1);
	int64_t *at = arena_new_array(m, int64_t, f->n + 1);
	int64_t *rating = arena_new_array(m, int64_t, f->n + 1);
	struct span *text = arena_new_array(m, struct span, 5 * f->n + 1);
	struct span *key = text, *name = key + f->n, *tags = name + f->n, *verdict = tags + f->n,
		    *kind = verdict + f->n;

	for (size_t i = 0; i < f->n; i++) {
		ids[i] = f->v[i].id;
		at[i] = f->v[i].at_s * US;
		rating[i] = f->v[i].problem.rating;
		key[i] = codeforces_problem_key(m, &f->v[i].problem);
		name[i] = f->v[i].problem.name;
		tags[i] = f->v[i].problem.tags;
		verdict[i] = f->v[i].verdict;
		kind[i] = f->v[i].kind.p != NULL ? f->v[i].kind : SPAN("");
	}
	db_steps_add(s, q_member_sync_submissions,
		ARGS(arg_i64(id), arg_i64s(ids, f->n), arg_i64s(at, f->n), arg_texts(key, f->n),
			arg_texts(name, f->n), arg_i64s(rating, f->n), arg_texts(tags, f->n),
			arg_texts(verdict, f->n), arg_texts(kind, f->n)));
}

static struct arg rated(const struct codeforces_person *p, int rating)
{
	return p->is_rated ? arg_i64(rating) : arg_null();
}

static void keep_person(struct db_steps *s, int64_t id, const struct found *f)
{
	const struct codeforces_person *p = &f->person;

	db_steps_add(s, q_member_sync_person,
		ARGS(arg_i64(id), arg_text(p->handle), rated(p, p->rating), rated(p, p->max_rating),
			arg_text(p->is_rated ? p->rank : SPAN("")),
			arg_text(p->is_rated ? p->max_rank : SPAN("")), arg_i64(f->newest_id),
			arg_text(f->asked)));
}

/* What came, in one round trip; ERR_NOT_FOUND or ERR_TEMPORARY: it must not be committed. */
static int keep_found(struct tx *tx, struct arena *m, int64_t id, struct found *f, struct err *e)
{
	enum {
		HOLD,
		RATINGS,
		SUBMISSIONS, // where some came
		MOST = 4
	};
	struct db_steps s = db_steps(m, MOST);

	db_steps_add(&s, q_member_sync_hold, ARGS(arg_i64(id)));
	keep_changes(&s, id, &f->changes);
	if (f->n > 0)
		keep_submissions(&s, id, f);
	keep_person(&s, id, f);
	if (db_batch(tx->db, m, s.v, s.n, e) != 0) {
		f->is_taken = e->kind == ERR_CONFLICT;
		return -1;
	}
	if (s.v[HOLD].out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "the member is gone");
	f->is_rated_anew = s.v[RATINGS].count > 0;
	f->is_changed = f->n > 0 && s.v[SUBMISSIONS].count > 0;
	return span_ieq(row_text(&s.v[HOLD].out.v[0], member_sync_hold_handle), f->asked)
		       ? 0
		       : err_set(e, ERR_TEMPORARY, "the member has another handle by now");
}

static int keep(
	const struct member_sync *s, struct arena *m, int64_t id, struct found *f, struct err *e)
{
	struct db *d = s->db;
	TX_AUTO tx = { 0 };

	if (tx_begin(d, &tx, e) != 0 || keep_found(&tx, m, id, f, e) != 0)
		return -1;
	if ((f->is_changed || !f->had_figures || f->is_rated_anew) &&
		(db_exec(d, q_member_sync_totals, ARGS(arg_i64(id)), NULL, e) != 0 ||
			db_exec(d, q_member_sync_months, ARGS(arg_i64(id)), NULL, e) != 0))
		return -1;
	if (f->is_rated_anew && member_contest_want(&tx, m, id, e) != 0)
		return -1;
	if (s->end != NULL && s->end(s->data, &tx, e) != 0)
		return -1;
	tx.tells = true;
	return tx_commit(&tx, e);
}

/* A handle that nobody has is the member's matter, not the service's. */
static int failed(struct db *d, int64_t id, struct err *e)
{
	struct err ignored = { 0 };

	if (e->kind == ERR_NOT_FOUND)
		e->kind = ERR_INVALID;
	(void)!db_exec(
		d, q_member_sync_failed, ARGS(arg_i64(id), arg_str(e->text)), NULL, &ignored);
	event_told(d);
	return -1;
}

/* Codeforces has renamed the member to whom somebody else was added as. */
static int taken(struct db *d, int64_t id, const struct found *f, struct err *e)
{
	*e = (struct err){ .kind = ERR_NONE };
	err_set(e, ERR_INVALID, "renamed to " SPAN_FMT ", as whom somebody else is followed",
		SPAN_ARG(f->person.handle));
	return failed(d, id, e);
}

int member_sync_run(const struct member_sync *s, struct arena *m, int64_t member_id, struct err *e)
{
	struct found f = { .settled_s = clock_unix_us() / US - TRACK_SETTLED_S };
	struct row row;

	if (db_one(s->db, m, q_member_sync_get, ARGS(arg_i64(member_id)), &row, e) != 0)
		return -1;
	f.asked = row_text(&row, member_sync_get_handle);
	f.had_figures = row_bool(&row, member_sync_get_has_figures);
	if (f.asked.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "the member has no handle");
	if (fetch(s, m, row_i64(&row, member_sync_get_newest_id), &f, e) != 0)
		return failed(s->db, member_id, e);
	if (keep(s, m, member_id, &f, e) != 0)
		return f.is_taken ? taken(s->db, member_id, &f, e) : -1;
	return 0;
}

int member_sync_order(struct tx *tx, struct arena *m, int64_t member_id, struct err *e)
{
	const struct job_spec spec = { .kind = "member.sync",
		.payload = span_of(arena_printf(m, "{\"member\":%lld}", (long long)member_id)),
		.unique = span_of(arena_printf(m, "member:%lld", (long long)member_id)),
		.priority = JOB_PRIORITY_NORMAL };
	int64_t job;

	return job_enqueue(tx, m, &spec, &job, e);
}

void member_sync_wake(struct db *d)
{
	job_wake(d, "track");
}

int member_sync_ask(struct db *d, struct arena *m, int64_t member_id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d, &tx, e) != 0 || member_sync_order(&tx, m, member_id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	member_sync_wake(d);
	return 0;
}

/* ---- all of them ---- */

static int sweep_jobs(struct tx *tx, struct arena *m, int64_t sweep, struct err *e)
{
	const struct job_spec spec = { .kind = "member.sync", .priority = JOB_PRIORITY_LOW };
	struct span *payloads;
	struct rows rows;

	if (db_many(tx->db, m, q_member_sweep_members, NO_ARGS, &rows, e) != 0)
		return -1;
	payloads = arena_new_array(m, struct span, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		payloads[i] = span_of(arena_printf(m, "{\"member\":%lld,\"sweep\":%lld}",
			(long long)row_i64(&rows.v[i], member_sweep_members_id), (long long)sweep));
	return rows.n > 0 ? job_enqueue_many(tx, m, &spec, payloads, rows.n, e) : 0;
}

int member_sweep_start(struct db *d, struct arena *m, int64_t made_by, int64_t *id, struct err *e)
{
	struct rows live;
	TX_AUTO tx = { 0 };
	struct row row;

	if (tx_begin(d, &tx, e) != 0 ||
		db_exec(d, q_member_sweep_lost, ARGS(arg_i64(TRACK_SWEEP_HOURS)), NULL, e) != 0 ||
		db_many(d, m, q_member_sweep_live, NO_ARGS, &live, e) != 0)
		return -1;
	if (live.n > 0) {
		*id = row_i64(&live.v[0], member_sweep_live_id);
		return tx_commit(&tx, e);
	}
	if (db_one(d, m, q_member_sweep_add, ARGS(made_by > 0 ? arg_i64(made_by) : arg_null()),
		    &row, e) != 0)
		return -1;
	*id = row_i64(&row, member_sweep_add_id);
	tx.tells = true;
	if (sweep_jobs(&tx, m, *id, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d, "track");
	return 0;
}

int member_sweep_stopped(struct db *d, struct arena *m, int64_t id, bool *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_member_sweep_stopped, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	*out = row_bool(&row, member_sweep_stopped_stopped);
	return 0;
}

int member_sweep_count(struct tx *tx, int64_t id, bool failed, struct err *e)
{
	tx->tells = true;
	return db_exec(tx->db, q_member_sweep_count, ARGS(arg_i64(id), arg_bool(failed)), NULL, e);
}

int member_sweep_last(struct db *d, struct arena *m, struct member_sweep *out, struct err *e)
{
	const struct row *r;
	struct rows rows;

	*out = (struct member_sweep){ .is_over = true };
	if (db_many(d, m, q_member_sweep_last, NO_ARGS, &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	r = &rows.v[0];
	*out = (struct member_sweep){ .id = row_i64(r, member_sweep_last_id),
		.began_at = row_time(r, member_sweep_last_began_at),
		.n = row_i64(r, member_sweep_last_n),
		.n_done = row_i64(r, member_sweep_last_n_done),
		.n_failed = row_i64(r, member_sweep_last_n_failed),
		.running_s = row_i64(r, member_sweep_last_running_s),
		.is_stopped = !row_null(r, member_sweep_last_stopped_at) };
	out->is_over = out->is_stopped || !row_null(r, member_sweep_last_ended_at);
	return 0;
}

int64_t member_sweep_left_s(const struct member_sweep *s, int64_t interval_ms)
{
	int64_t left = s->n - s->n_done;

	if (s->n_done == 0)
		return left * TRACK_CALLS * interval_ms / 1000;
	return left * s->running_s / s->n_done;
}

int member_sweep_stop(struct db *d, struct err *e)
{
	if (db_exec(d, q_member_sweep_stop, NO_ARGS, NULL, e) != 0)
		return -1;
	event_told(d);
	return 0;
}
