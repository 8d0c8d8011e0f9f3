#include "model/contest_store.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/source.h"
#include "model/sync.h"

#define MICRO INT64_C(1000000)

/* What the steps of one contest_store share. */
struct store {
	struct db *db;
	struct arena *mem;
	const char *slug;
	const struct source_try *try;
	const struct contest_rows *rows;
	struct contest_stored *out;
	int64_t zeros; // good answers without a contest in a row, this one included
};

static int upsert(struct store *s, struct err *e)
{
	size_t n = s->rows->n;
	struct span *ids = arena_new_array(s->mem, struct span, n);
	struct span *titles = arena_new_array(s->mem, struct span, n);
	struct span *urls = arena_new_array(s->mem, struct span, n);
	int64_t *starts = arena_new_array(s->mem, int64_t, n);
	int64_t *ends = arena_new_array(s->mem, int64_t, n);
	struct row counts;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		ids[i] = s->rows->v[i].native_id;
		titles[i] = s->rows->v[i].title;
		urls[i] = s->rows->v[i].url;
		starts[i] = s->rows->v[i].start_s;
		ends[i] = s->rows->v[i].end_s;
	}
	if (db_one(s->db, s->mem, q_contest_upsert,
		    ARGS(arg_str(s->slug), arg_time(s->try->ended_us), arg_texts(ids, n),
			    arg_texts(titles, n), arg_i64s(starts, n), arg_i64s(ends, n),
			    arg_texts(urls, n)),
		    &counts, e) != 0)
		return -1;
	s->out->added = row_i64(&counts, contest_upsert_added);
	s->out->changed = row_i64(&counts, contest_upsert_changed);
	return 0;
}

static int prune(struct store *s, struct err *e)
{
	const struct contest_rows *rows = s->rows;
	size_t n = rows->n + rows->n_unreadable;
	struct span *ids = arena_new_array(s->mem, struct span, n);
	int64_t from = s->try->ended_us + SOURCE_PRUNE_MARGIN_S * MICRO;
	int64_t until = rows->n > 0 && rows->horizon_s > 0 ? rows->horizon_s * MICRO : INT64_MIN;
	struct row counts;

	if (rows->partial || s->out->doubtful)
		return 0;
	for (size_t i = 0; i < n; i++)
		ids[i] = i < rows->n ? rows->v[i].native_id : rows->unreadable[i - rows->n];
	if (db_one(s->db, s->mem, q_contest_prune,
		    ARGS(arg_str(s->slug), arg_time(s->try->ended_us), arg_texts(ids, n),
			    arg_time(from), arg_time(until)),
		    &counts, e) != 0)
		return -1;
	s->out->cancelled = row_i64(&counts, contest_prune_cancelled);
	return 0;
}

static int ahead(struct store *s, struct row *out, struct err *e)
{
	return db_one(s->db, s->mem, q_contest_ahead,
		ARGS(arg_str(s->slug), arg_time(s->try->ended_us)), out, e);
}

/* What is unusual about the answer, and why a record of it could not be used; NULL: nothing. */
static const char *note_of(const struct store *s)
{
	const struct contest_rows *rows = s->rows;
	const char *note = rows->note[0] != '\0' ? rows->note : NULL;

	if (note == NULL && s->out->doubtful)
		note = "the list was empty; the contests known stay until a second answer says so too";
	if (rows->skipped == 0)
		return note;
	return arena_printf(s->mem, "%s%s%s: %s", note != NULL ? note : "",
		note != NULL ? "; " : "", rows->skipped == 1 ? "skipped" : "skipped first",
		rows->first_skip);
}

static int succeed(struct store *s, struct err *e)
{
	const struct contest_rows *rows = s->rows;
	struct row left;
	int64_t next_us;
	int64_t next_s;

	if (ahead(s, &left, e) != 0)
		return -1;
	next_us = row_time(&left, contest_ahead_next_start_at);
	next_s = source_next_after_answer(s->try->ended_us / MICRO,
		next_us == INT64_MIN ? 0 : next_us / MICRO, s->out->doubtful);
	return db_exec(s->db, q_source_succeeded,
		ARGS(arg_str(s->slug), arg_time(s->try->started_us), arg_time(s->try->ended_us),
			arg_i64((int64_t)rows->n), arg_i64((int64_t)rows->skipped),
			arg_i64(s->zeros), arg_str(note_of(s)), arg_time(next_s * MICRO)),
		NULL, e);
}

static int judge_zero(struct store *s, const struct row *source, struct err *e)
{
	struct row before;

	if (s->rows->n > 0 || s->rows->partial)
		return 0;
	if (ahead(s, &before, e) != 0)
		return -1;
	s->zeros = row_i64(source, source_lock_zero_streak) + 1;
	s->out->doubtful = s->zeros < 2 && row_i64(&before, contest_ahead_n) > 0;
	return 0;
}

int contest_store(struct db *d, struct arena *m, const struct source_try *t,
	const struct contest_rows *rows, struct contest_stored *out, struct err *e)
{
	struct store s = {
		.db = d,
		.mem = m,
		.slug = platform_info(t->platform)->slug,
		.try = t,
		.rows = rows,
		.out = out,
	};
	TX_AUTO tx = { 0 };
	struct row source;
	int64_t changes;

	*out = (struct contest_stored){ 0 };
	if (tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_source_lock, ARGS(arg_str(s.slug)), &source, e) != 0)
		return -1;
	if (row_time(&source, source_lock_last_success_at) > t->started_us) {
		out->superseded = true;
		return tx_commit(&tx, e);
	}
	if (judge_zero(&s, &source, e) != 0 || upsert(&s, e) != 0 || prune(&s, e) != 0 ||
		succeed(&s, e) != 0)
		return -1;
	changes = out->added + out->changed + out->cancelled;
	if (changes > 0 && sync_after_fetch(&tx, m, t->platform, changes, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}
