#include "model/member_training.h"

#include "db/db.h"
#include "net/json.h"

const int training_windows[N_TRAINING_WINDOWS] = { 7, 30, 90, 365 };

static int64_t number(const struct json *v)
{
	int64_t n = 0;

	json_i64(v, &n);
	return n;
}

static struct span text(struct arena *m, const struct json *v)
{
	struct span s = SPAN_NONE;

	json_text(v, &s);
	return arena_span(m, s);
}

/* [[key, n], ...], where the key may be a word. */
static struct training_counts counts(struct arena *m, const struct json *list)
{
	size_t n = json_length(list);
	struct training_count *v = arena_new_array(m, struct training_count, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct json *pair = json_at(list, i);

		v[i] = (struct training_count){ text(m, json_at(pair, 0)), number(json_at(pair, 0)),
			number(json_at(pair, 1)) };
	}
	return (struct training_counts){ v, n };
}

static struct training_problems problems(struct arena *m, const struct json *list)
{
	size_t n = json_length(list);
	struct training_problem *v = arena_new_array(m, struct training_problem, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct json *p = json_at(list, i);

		v[i] = (struct training_problem){ text(m, json_at(p, 0)), text(m, json_at(p, 1)),
			number(json_at(p, 2)), number(json_at(p, 3)) };
	}
	return (struct training_problems){ v, n };
}

int training_read(struct arena *m, struct span figures, struct training *out, struct err *e)
{
	JSON_AUTO root = NULL;

	*out = (struct training){ .sent = 0 };
	if (figures.p == NULL)
		return 0;
	if (json_parse(figures, &root, e) != 0)
		return -1;
	out->sent = number(json_get(root, "sent"));
	out->solved = number(json_get(root, "solved"));
	out->first_day = number(json_get(root, "first_day"));
	out->average = number(json_get(root, "average"));
	out->days = counts(m, json_get(root, "days"));
	out->ratings = counts(m, json_get(root, "ratings"));
	out->tags = counts(m, json_get(root, "tags"));
	out->hardest = problems(m, json_get(root, "hardest"));
	out->contests = counts(m, json_get(root, "contests"));
	return 0;
}

int training_window(struct db *d, struct arena *m, int64_t member_id, int days,
	struct training *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_member_window, ARGS(arg_i64(member_id), arg_i64(days)), &row, e) != 0)
		return -1;
	return training_read(m, row_text(&row, member_window_figures), out, e);
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

int training_changes(struct db *d, struct arena *m, int64_t member_id, int days,
	struct training_changes *out, struct err *e)
{
	bool is_settled = true;
	struct training_change *v;
	struct rows rows;

	if (db_many(d, m, q_member_changes, ARGS(arg_i64(member_id), arg_i64(days)), &rows, e) != 0)
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
