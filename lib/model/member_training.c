#include "model/member_training.h"

#include "db/db.h"
#include "net/json_walk.h"

const int training_windows[N_TRAINING_WINDOWS] = { 7, 30, 90, 365 };

#define DAY_US (INT64_C(86400) * 1000000)

enum {
	LIST_MOST = 20000 // of one list of figures
};

/* ---- figures ---- */

/* [[key, n], ...], or [["name", n], ...] */
static struct training_counts counts(struct json_walk *w, bool are_named)
{
	size_t n = json_walk_list(w, LIST_MOST);
	struct training_count *v = arena_new_array(w->mem, struct training_count, n + 1);

	for (size_t i = 0; i < n && json_walk_more(w); i++) {
		json_walk_array(w);
		if (are_named)
			v[i].name = json_walk_text(w);
		else
			v[i].key = json_walk_i64(w);
		v[i].n = json_walk_i64(w);
		json_walk_close(w);
	}
	json_walk_close(w);
	return (struct training_counts){ v, n };
}

static struct training_problems problems(struct json_walk *w)
{
	size_t n = json_walk_list(w, LIST_MOST);
	struct training_problem *v = arena_new_array(w->mem, struct training_problem, n + 1);

	for (size_t i = 0; i < n && json_walk_more(w); i++) {
		json_walk_array(w);
		v[i].key = json_walk_text(w);
		v[i].name = json_walk_text(w);
		v[i].rating = json_walk_i64(w);
		v[i].day = json_walk_i64(w);
		json_walk_close(w);
	}
	json_walk_close(w);
	return (struct training_problems){ v, n };
}

static void read_member(struct json_walk *w, struct span key, struct training *out)
{
	if (span_is(key, "sent"))
		out->sent = json_walk_i64(w);
	else if (span_is(key, "solved"))
		out->solved = json_walk_i64(w);
	else if (span_is(key, "first_day"))
		out->first_day = json_walk_i64(w);
	else if (span_is(key, "average"))
		out->average = json_walk_i64(w);
	else if (span_is(key, "days"))
		out->days = counts(w, false);
	else if (span_is(key, "ratings"))
		out->ratings = counts(w, false);
	else if (span_is(key, "tags"))
		out->tags = counts(w, true);
	else if (span_is(key, "hardest"))
		out->hardest = problems(w);
	else if (span_is(key, "contests"))
		out->contests = counts(w, false);
	else
		json_walk_skip(w);
}

int training_read(struct arena *m, struct span figures, struct training *out, struct err *e)
{
	struct json_walk w;
	struct span key;

	*out = (struct training){ .sent = 0 };
	if (figures.p == NULL)
		return 0;
	json_walk_begin(&w, m, figures);
	json_walk_object(&w);
	while (json_walk_key(&w, &key))
		read_member(&w, key, out);
	return json_walk_end(&w, e);
}

/* NULL: ever. */
static struct arg since(const struct training_days *days)
{
	return days->n > 0 ? arg_time((days->today - days->n + 1) * DAY_US) : arg_null();
}

int training_window(struct db *d, struct arena *m, int64_t member_id,
	const struct training_days *days, struct span *figures, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_member_window, ARGS(arg_i64(member_id), since(days)), &row, e) != 0)
		return -1;
	*figures = row_text(&row, member_window_figures);
	return 0;
}

int64_t training_since(const struct training *t, int64_t day)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->days.n; i++) {
		if (t->days.v[i].key >= day)
			n += t->days.v[i].n;
	}
	return n;
}

int64_t training_solved_in(const struct training *t, int64_t contest_id)
{
	for (size_t i = 0; i < t->contests.n; i++) {
		if (t->contests.v[i].key == contest_id)
			return t->contests.v[i].n;
	}
	return 0;
}

/* ---- rated contests ---- */

int training_changes(struct db *d, struct arena *m, int64_t member_id,
	const struct training_days *days, struct training_changes *out, struct err *e)
{
	bool is_settled = true;
	struct training_change *v;
	struct rows rows;

	if (db_many(d, m, q_member_changes, ARGS(arg_i64(member_id), since(days)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct training_change, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct training_change){ .contest_id =
							 row_i64(r, member_changes_contest_id),
			.contest = row_text(r, member_changes_contest),
			.rank = row_i64(r, member_changes_rank),
			.at = row_time(r, member_changes_at),
			.old_rating = row_i64(r, member_changes_old_rating),
			.new_rating = row_i64(r, member_changes_new_rating),
			.n_problems = row_i64(r, member_changes_n_problems) };
		is_settled = is_settled && !row_null(r, member_changes_n_problems);
	}
	*out = (struct training_changes){ v, rows.n, is_settled };
	return 0;
}
