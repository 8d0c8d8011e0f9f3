#include "model/problem_search.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/problem_kept.h"

enum {
	KIND_HIT,
	KIND_TOTAL,
	KIND_DIFFICULTY,
	KIND_CATEGORY,
	KIND_TAG
};

/* A statement whose rows may be kept. */
struct kept_read {
	enum stmt stmt;
	const struct arg *args;
	const char *name; // with all that the rows depend on; NULL: they are not kept
	int ttl_s;
};

static int read_kept(struct db *d, struct cache *cache, struct arena *m, const struct kept_read *r,
	struct rows *out, struct err *e)
{
	struct span key = SPAN_NONE;

	if (r->name != NULL)
		key = problem_kept_key(cache, m, PROBLEM_KEPT_ALL, 0, r->name);
	if (problem_kept_get(cache, m, key, out))
		return 0;
	if (db_many(d, m, r->stmt, r->args, out, e) != 0)
		return -1;
	problem_kept_put(cache, key, out, r->ttl_s);
	return 0;
}

/* ---- the query ------------------------------------------------------------------------------- */

static struct arg or_null(int n)
{
	return n > 0 ? arg_i64(n) : arg_null();
}

static const char *name_of(struct arena *m, const struct problem_query *q)
{
	const char *name;

	if (q->solved != PROBLEM_ANY)
		return NULL;
	name = arena_printf(m, "%d\n%d\n" SPAN_FMT "\n" SPAN_FMT, q->least, q->most,
		SPAN_ARG(q->category), SPAN_ARG(q->words));
	for (size_t i = 0; i < q->n_tags; i++)
		name = arena_printf(m, "%s\n" SPAN_FMT, name, SPAN_ARG(q->tags[i]));
	return name;
}

static bool asks_something(const struct problem_query *q)
{
	return q->words.p != NULL || q->least > 0 || q->most > 0 || q->category.p != NULL ||
	       q->n_tags > 0 || q->solved != PROBLEM_ANY;
}

static const struct span *tags_of(struct arena *m, struct span list, size_t *n)
{
	struct span *v = arena_new_array(m, struct span, list.n / 2 + 1);
	struct span name;

	*n = 0;
	while (span_split(&list, ',', &name))
		v[(*n)++] = name;
	return v;
}

static struct problem_counts collect(
	struct arena *m, const struct rows *rows, int kind, const int *columns)
{
	struct problem_count *v = arena_new_array(m, struct problem_count, rows->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (row_i64(&rows->v[i], columns[0]) == kind)
			v[n++] = (struct problem_count){ row_text(&rows->v[i], columns[1]),
				row_i64(&rows->v[i], columns[2]) };
	return (struct problem_counts){ v, n };
}

static void sort_counts(struct problem_counts counts, bool by_number)
{
	struct problem_count *v = (struct problem_count *)(uintptr_t)counts.v;

	for (size_t i = 1; i < counts.n; i++) {
		struct problem_count x = v[i];
		size_t k = i;

		for (; k > 0 && (by_number ? v[k - 1].name.n > x.name.n ||
							(v[k - 1].name.n == x.name.n &&
								memcmp(v[k - 1].name.p, x.name.p,
									x.name.n) > 0)
					   : v[k - 1].n < x.n);
			k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static void sort_found(struct problem_found *out)
{
	sort_counts(out->difficulties, true);
	sort_counts(out->categories, false);
	sort_counts(out->tags, false);
}

/* ---- with words ------------------------------------------------------------------------------ */

static void fill_hits(struct arena *m, const struct rows *rows, struct problem_found *out)
{
	static const int by_difficulty[] = { problem_search_kind, problem_search_difficulty,
		problem_search_n };
	static const int by_category[] = { problem_search_kind, problem_search_category,
		problem_search_n };
	static const int by_tag[] = { problem_search_kind, problem_search_title, problem_search_n };
	struct problem_row *v = arena_new_array(m, struct problem_row, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];
		struct problem_row *row = &v[out->n];

		if (row_i64(r, problem_search_kind) == KIND_TOTAL)
			out->total = row_i64(r, problem_search_n);
		if (row_i64(r, problem_search_kind) != KIND_HIT)
			continue;
		*row = (struct problem_row){ .id = row_i64(r, problem_search_id),
			.slug = row_text(r, problem_search_slug),
			.title = row_text(r, problem_search_title),
			.difficulty = (int)row_i64(r, problem_search_difficulty),
			.category = row_text(r, problem_search_category),
			.n_tried = row_i64(r, problem_search_n_tried),
			.n_solved = row_i64(r, problem_search_n_solved),
			.snippet = row_text(r, problem_search_snippet) };
		row->tags = tags_of(m, row_text(r, problem_search_tags), &row->n_tags);
		out->n++;
	}
	out->v = v;
	out->difficulties = collect(m, rows, KIND_DIFFICULTY, by_difficulty);
	out->categories = collect(m, rows, KIND_CATEGORY, by_category);
	out->tags = collect(m, rows, KIND_TAG, by_tag);
}

static int search(struct db *d, struct cache *cache, struct arena *m, const struct problem_query *q,
	struct problem_found *out, struct err *e)
{
	const char *name = name_of(m, q);
	const struct kept_read read = { q_problem_search,
		ARGS(arg_text(q->words), or_null(q->least), or_null(q->most), arg_text(q->category),
			arg_texts(q->tags, q->n_tags), arg_i64(q->solver), arg_i64(q->solved),
			arg_i64(PROBLEM_CAP), arg_i64((int64_t)q->limit),
			arg_i64((int64_t)q->offset)),
		name != NULL ? arena_printf(m, "search %zu %zu\n%s", q->limit, q->offset, name)
			     : NULL,
		PROBLEM_SEARCH_S };
	struct rows rows;

	if (read_kept(d, cache, m, &read, &rows, e) != 0)
		return -1;
	fill_hits(m, &rows, out);
	return 0;
}

/* ---- without --------------------------------------------------------------------------------- */

/* The three statements have the same columns. */
static void fill_list(struct arena *m, const struct rows *rows, struct problem_found *out)
{
	struct problem_row *v = arena_new_array(m, struct problem_row, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct problem_row){ .id = row_i64(r, problem_list_new_id),
			.slug = row_text(r, problem_list_new_slug),
			.title = row_text(r, problem_list_new_title),
			.difficulty = (int)row_i64(r, problem_list_new_difficulty),
			.category = row_text(r, problem_list_new_category),
			.n_tried = row_i64(r, problem_list_new_n_tried),
			.n_solved = row_i64(r, problem_list_new_n_solved) };
		v[i].tags = tags_of(m, row_text(r, problem_list_new_tags), &v[i].n_tags);
	}
	out->v = v;
	out->n = rows->n;
}

static void fill_facets(struct arena *m, const struct rows *rows, struct problem_found *out)
{
	static const int columns[] = { problem_facets_kind, problem_facets_name, problem_facets_n };

	for (size_t i = 0; i < rows->n; i++)
		if (row_i64(&rows->v[i], problem_facets_kind) == KIND_TOTAL)
			out->total = row_i64(&rows->v[i], problem_facets_n);
	out->difficulties = collect(m, rows, KIND_DIFFICULTY, columns);
	out->categories = collect(m, rows, KIND_CATEGORY, columns);
	out->tags = collect(m, rows, KIND_TAG, columns);
}

static int list(struct db *d, struct cache *cache, struct arena *m, const struct problem_query *q,
	struct problem_found *out, struct err *e)
{
	static const enum stmt orders[] = { q_problem_list_new, q_problem_list_title,
		q_problem_list_solved };
	const char *name = name_of(m, q);
	const struct kept_read page = { orders[q->order],
		ARGS(or_null(q->least), or_null(q->most), arg_text(q->category),
			arg_texts(q->tags, q->n_tags), arg_i64(q->solver), arg_i64(q->solved),
			arg_i64((int64_t)q->limit), arg_i64((int64_t)q->offset)),
		name != NULL ? arena_printf(m, "list %d %zu %zu\n%s", (int)q->order, q->limit,
				       q->offset, name)
			     : NULL,
		PROBLEM_LIST_S };
	const struct kept_read facets = { q_problem_facets,
		ARGS(or_null(q->least), or_null(q->most), arg_text(q->category),
			arg_texts(q->tags, q->n_tags), arg_i64(q->solver), arg_i64(q->solved),
			arg_i64(asks_something(q) ? PROBLEM_CAP : INT32_MAX)),
		name != NULL ? arena_printf(m, "facets\n%s", name) : NULL, PROBLEM_LIST_S };
	struct rows rows;

	if (read_kept(d, cache, m, &page, &rows, e) != 0)
		return -1;
	fill_list(m, &rows, out);
	if (read_kept(d, cache, m, &facets, &rows, e) != 0)
		return -1;
	fill_facets(m, &rows, out);
	return 0;
}

/* ---- who asks -------------------------------------------------------------------------------- */

static int fill_solved(
	struct db *d, struct arena *m, int64_t solver, struct problem_found *out, struct err *e)
{
	struct problem_row *v = (struct problem_row *)(uintptr_t)out->v;
	int64_t *ids = arena_new_array(m, int64_t, out->n + 1);
	struct rows rows;

	if (solver == 0 || out->n == 0)
		return 0;
	for (size_t i = 0; i < out->n; i++) {
		ids[i] = v[i].id;
		v[i].solved = PROBLEM_UNTOUCHED;
	}
	if (db_many(d, m, q_problem_progress_of, ARGS(arg_i64(solver), arg_i64s(ids, out->n)),
		    &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < out->n; k++)
			if (v[k].id == row_i64(&rows.v[i], problem_progress_of_problem_id))
				v[k].solved = row_bool(&rows.v[i], problem_progress_of_solved)
						      ? PROBLEM_SOLVED
						      : PROBLEM_TRIED;
	return 0;
}

int problem_search(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_query *q, struct problem_found *out, struct err *e)
{
	struct problem_query asked = *q;

	*out = (struct problem_found){ .v = NULL };
	if (asked.solver == 0)
		asked.solved = PROBLEM_ANY;
	if (asked.words.p != NULL ? search(d, cache, m, &asked, out, e) != 0
				  : list(d, cache, m, &asked, out, e) != 0)
		return -1;
	sort_found(out);
	out->is_capped = asks_something(&asked) && out->total >= PROBLEM_CAP;
	return fill_solved(d, m, asked.solver, out, e);
}

/* ---- hints ----------------------------------------------------------------------------------- */

/* "Gra%" with what LIKE reads escaped, and 'gra':* for the text search. */
static const char *pattern_of(struct arena *m, struct span start)
{
	char *out = arena_alloc(m, 2 * start.n + 2);
	size_t n = 0;

	for (size_t i = 0; i < start.n; i++) {
		if (start.p[i] == '%' || start.p[i] == '_' || start.p[i] == '\\')
			out[n++] = '\\';
		out[n++] = start.p[i];
	}
	out[n] = '%';
	return out;
}

static const char *prefix_of(struct arena *m, struct span start)
{
	char *out = arena_alloc(m, start.n + 5);
	size_t n = 0;

	out[n++] = '\'';
	for (size_t i = 0; i < start.n; i++)
		out[n++] = (char)(start.p[i] == '\'' || start.p[i] == '\\' ? ' ' : start.p[i]);
	memcpy(out + n, "':*", 3);
	return out;
}

static struct span lower(struct arena *m, struct span s)
{
	char *out = arena_dup(m, s);

	for (size_t i = 0; i < s.n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return (struct span){ out, s.n };
}

int problem_suggest(struct db *d, struct cache *cache, struct arena *m, struct span start,
	struct problem_hints *out, struct err *e)
{
	struct span s =
		lower(m, span_trim(span_sub(start, 0,
				 utf8_cut(start.p, start.n > PROBLEM_MAX_WORDS ? PROBLEM_MAX_WORDS
									       : start.n))));
	const struct kept_read read = { q_problem_suggest,
		ARGS(arg_text(s), arg_str(pattern_of(m, s)), arg_str(prefix_of(m, s)),
			arg_i64(PROBLEM_SUGGEST)),
		arena_printf(m, "suggest\n" SPAN_FMT, SPAN_ARG(s)), PROBLEM_SEARCH_S };
	struct problem_hint *v;
	struct rows rows;

	*out = (struct problem_hints){ NULL, 0 };
	if (utf8_length(s.p, s.n) < 2)
		return 0;
	if (read_kept(d, cache, m, &read, &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_hint, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct problem_hint){ (enum problem_hint_kind)row_i64(
						      &rows.v[i], problem_suggest_kind),
			row_text(&rows.v[i], problem_suggest_slug),
			row_text(&rows.v[i], problem_suggest_name) };
	*out = (struct problem_hints){ v, rows.n };
	return 0;
}

/* ---- counts ---------------------------------------------------------------------------------- */

static int read_counts(struct db *d, struct cache *cache, struct arena *m,
	const struct kept_read *r, struct problem_counts *out, struct err *e)
{
	struct problem_count *v;
	struct rows rows;

	if (read_kept(d, cache, m, r, &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_count, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct problem_count){ row_text(&rows.v[i], problem_tags_name),
			row_i64(&rows.v[i], problem_tags_n) };
	*out = (struct problem_counts){ v, rows.n };
	return 0;
}

int problem_tags(struct db *d, struct cache *cache, struct arena *m, struct problem_counts *out,
	struct err *e)
{
	const struct kept_read r = { q_problem_tags, NO_ARGS, "tags", PROBLEM_LIST_S };

	return read_counts(d, cache, m, &r, out, e);
}

int problem_categories(struct db *d, struct cache *cache, struct arena *m,
	struct problem_counts *out, struct err *e)
{
	const struct kept_read r = { q_problem_categories, NO_ARGS, "categories", PROBLEM_LIST_S };

	return read_counts(d, cache, m, &r, out, e);
}

int problem_progress_sum(struct db *d, struct cache *cache, struct arena *m, int64_t user_id,
	struct problem_sum *out, struct err *e)
{
	struct span key = problem_kept_key(cache, m, PROBLEM_KEPT_MEMBER, user_id, "sum");
	struct rows rows;

	if (!problem_kept_get(cache, m, key, &rows)) {
		if (db_many(d, m, q_problem_progress_sum, ARGS(arg_i64(user_id)), &rows, e) != 0)
			return -1;
		problem_kept_put(cache, key, &rows, PROBLEM_FIGURES_S);
	}
	*out = (struct problem_sum){ row_i64(&rows.v[0], problem_progress_sum_n_tried),
		row_i64(&rows.v[0], problem_progress_sum_n_solved) };
	return 0;
}
