#include "model/problem.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/problem_draft.h"
#include "model/problem_kept.h"

static void fill_about(const struct row *r, struct problem_about *out)
{
	out->id = row_i64(r, problem_about_id);
	out->slug = row_text(r, problem_about_slug);
	out->title = row_text(r, problem_about_title);
	out->owner_id = row_i64(r, problem_about_owner_id);
	out->owner = row_text(r, problem_about_owner);
	out->visibility = (enum problem_visibility)row_i64(r, problem_about_visibility);
	out->difficulty = (int)row_i64(r, problem_about_difficulty);
	out->category = row_text(r, problem_about_category);
	out->tags = row_text(r, problem_about_tags);
	out->created_at = row_time(r, problem_about_created_at);
	out->changed_at = row_time(r, problem_about_changed_at);
	out->n_tried = row_i64(r, problem_about_n_tried);
	out->n_solved = row_i64(r, problem_about_n_solved);
	out->number = (int)row_i64(r, problem_about_number);
	out->is_current = row_bool(r, problem_about_is_current);
	out->made_at = row_time(r, problem_about_made_at);
	out->author = row_text(r, problem_about_author);
	out->source = row_text(r, problem_about_source);
	out->source_url = row_text(r, problem_about_source_url);
	out->license = row_text(r, problem_about_license);
	out->format = row_text(r, problem_about_format);
	out->show_difference = row_bool(r, problem_about_show_difference);
	out->state = (enum problem_state)row_i64(r, problem_about_state);
	out->verified_at = row_time(r, problem_about_verified_at);
	out->suggested_ms = (int)row_i64(r, problem_about_suggested_ms);
	out->signer = row_text(r, problem_about_signer);
	out->signed_why = row_text(r, problem_about_signed_why);
	out->lapsed = row_text(r, problem_about_lapsed);
	out->may_be_offered = row_bool(r, problem_about_may_be_offered);
	out->n_tests = row_i64(r, problem_about_n_tests);
	out->n_solutions = row_i64(r, problem_about_n_solutions);
}

int problem_about(
	struct db *d, struct arena *m, int64_t version_id, struct problem_about *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_about, ARGS(arg_i64(version_id)), &row, e) != 0)
		return -1;
	*out = (struct problem_about){ .version_id = version_id };
	fill_about(&row, out);
	return problem_rules(d, m, version_id, &out->rules, e);
}

int problem_text(struct db *d, struct arena *m, const struct problem_text_want *w,
	struct problem_text *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_problem_text_get,
		    ARGS(arg_i64(w->version_id), arg_texts(w->langs, w->n)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "the problem has no statement");
	*out = (struct problem_text){ row_text(&rows.v[0], problem_text_get_lang),
		row_text(&rows.v[0], problem_text_get_title),
		row_text(&rows.v[0], problem_text_get_html) };
	return 0;
}

int problem_texts(struct db *d, struct arena *m, int64_t version_id, struct problem_text_list *out,
	struct err *e)
{
	struct problem_text *v;
	struct rows rows;

	if (db_many(d, m, q_problem_text_list, ARGS(arg_i64(version_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_text, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct problem_text){ .lang = row_text(&rows.v[i], problem_text_list_lang),
			.title = row_text(&rows.v[i], problem_text_list_title) };
	*out = (struct problem_text_list){ v, rows.n };
	return 0;
}

int problem_figures(struct db *d, struct cache *cache, struct arena *m, int64_t id,
	struct problem_figures *out, struct err *e)
{
	struct span key = problem_kept_key(cache, m, PROBLEM_KEPT_ONE, id, "figures");
	struct problem_figure *v;
	struct rows rows;
	size_t n = 0;

	if (!problem_kept_get(cache, m, key, &rows)) {
		if (db_many(d, m, q_problem_figures, ARGS(arg_i64(id)), &rows, e) != 0)
			return -1;
		problem_kept_put(cache, key, &rows, PROBLEM_FIGURES_S);
	}
	v = arena_new_array(m, struct problem_figure, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = (struct problem_figure){ row_text(&rows.v[i], problem_figures_name),
			row_i64(&rows.v[i], problem_figures_n) };
		n += row_i64(&rows.v[i], problem_figures_kind) == 0;
	}
	*out = (struct problem_figures){ v, n, v + n, rows.n - n };
	return 0;
}

int problem_sent(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct problem_sent_list *out, struct err *e)
{
	struct problem_sent *v;
	struct rows rows;

	if (db_many(d, m, q_problem_mine_of,
		    ARGS(arg_i64(user_id), arg_i64(id), arg_i64(PROBLEM_SUGGEST)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_sent, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct problem_sent){ row_text(&rows.v[i], problem_mine_of_public_id),
			row_text(&rows.v[i], problem_mine_of_language),
			row_time(&rows.v[i], problem_mine_of_made_at),
			(int)row_i64(&rows.v[i], problem_mine_of_verdict) };
	*out = (struct problem_sent_list){ v, rows.n };
	return 0;
}

int problem_versions(
	struct db *d, struct arena *m, int64_t id, struct problem_version_list *out, struct err *e)
{
	struct problem_version_row *v;
	struct rows rows;

	if (db_many(d, m, q_problem_versions, ARGS(arg_i64(id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_version_row, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct problem_version_row){ .id = row_i64(r, problem_versions_id),
			.number = (int)row_i64(r, problem_versions_number),
			.made_at = row_time(r, problem_versions_made_at),
			.maker = row_text(r, problem_versions_maker),
			.why = row_text(r, problem_versions_why),
			.state = (enum problem_state)row_i64(r, problem_versions_state),
			.is_signed = row_bool(r, problem_versions_signed),
			.n_tests = row_i64(r, problem_versions_n_tests) };
	}
	*out = (struct problem_version_list){ v, rows.n };
	return 0;
}

int problem_works(struct db *d, struct arena *m, const struct problem_work_query *q,
	struct problem_works *out, struct err *e)
{
	struct problem_work *v;
	struct rows rows;

	if (db_many(d, m, q_problem_desk_list,
		    ARGS(q->owner_id != 0 ? arg_i64(q->owner_id) : arg_null(), arg_text(q->words),
			    arg_i64((int64_t)q->limit), arg_i64((int64_t)q->offset)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_work, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct problem_work){ .id = row_i64(r, problem_desk_list_id),
			.slug = row_text(r, problem_desk_list_slug),
			.title = row_text(r, problem_desk_list_title),
			.visibility =
				(enum problem_visibility)row_i64(r, problem_desk_list_visibility),
			.owner = row_text(r, problem_desk_list_owner),
			.changed_at = row_time(r, problem_desk_list_changed_at),
			.number = (int)row_i64(r, problem_desk_list_number),
			.state = (enum problem_state)row_i64(r, problem_desk_list_state),
			.is_signed = row_bool(r, problem_desk_list_signed),
			.n_tests = row_i64(r, problem_desk_list_n_tests) };
	}
	*out = (struct problem_works){ v, rows.n };
	return 0;
}
