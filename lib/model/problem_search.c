/*
 * Lists and search in four steps: the numbers of what is found, in their order and at most
 * PROBLEM_CAP; how many of these have what; what is shown of one page of them; and what changes
 * with every verdict, which is asked each time. The first three are kept.
 */
#include "model/problem_search.h"

#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/highlight.h"
#include "model/problem_kept.h"

static struct span key_of_all(struct cache *cache, struct arena *m, const char *name)
{
	return problem_kept_key(cache, m, PROBLEM_KEPT_ALL, 0, name);
}

/* ---- what is asked --------------------------------------------------------------------------- */

/* One question on its way. */
struct search {
	struct db *db;
	struct cache *cache;
	struct arena *mem;
	const struct problem_query *q;
	const char *name; // with all that the hits depend on; NULL: they are one member's
	bool narrows;     // it asks for less than everything
	/* The first hits, for all that is counted. */
	struct rows found;
	int64_t *hits;
	size_t n_hits;
	bool more; // than these
	/* Those of the page. */
	int64_t *page;
	size_t n_page;
	struct kept_puts puts;
};

static struct arg or_null(int64_t n)
{
	return n > 0 ? arg_i64(n) : arg_null();
}

static bool is_tried(const struct problem_query *q)
{
	return q->solved == PROBLEM_SOLVED || q->solved == PROBLEM_TRIED;
}

/* One that stands in problem.facets. */
static bool has_facets(const struct problem_query *q)
{
	return q->n_tags > 0 || q->category.p != NULL || (q->least > 0 && q->least == q->most);
}

static enum stmt hits_of(const struct problem_query *q)
{
	static const enum stmt by_words[2][2] = { { q_problem_hits_0, q_problem_hits_1 },
		{ q_problem_hits_2, q_problem_hits_3 } };

	return by_words[span_has(q->words, '"')][has_facets(q)];
}

static const char *name_of(struct arena *m, const struct problem_query *q)
{
	const char *name;

	if (q->solved != PROBLEM_ANY)
		return NULL;
	name = arena_printf(m, "%d\n%d\n%d\n" SPAN_FMT "\n" SPAN_FMT, q->least, q->most,
		q->words.p != NULL ? -1 : (int)q->order, SPAN_ARG(q->category), SPAN_ARG(q->words));
	for (size_t i = 0; i < q->n_tags; i++)
		name = arena_printf(m, "%s\n" SPAN_FMT, name, SPAN_ARG(q->tags[i]));
	return name;
}

static bool narrows(const struct problem_query *q)
{
	return q->words.p != NULL || q->least > 0 || q->most > 0 || q->category.p != NULL ||
	       q->n_tags > 0 || q->solved != PROBLEM_ANY;
}

/* Of one of the question's answers. What is in the order of who has solved how many is outdated by
 * verdicts too. */
static struct span key_of(const struct search *s, const char *what)
{
	struct span all;

	if (s->name == NULL)
		return SPAN_NONE;
	all = key_of_all(s->cache, s->mem, arena_printf(s->mem, "%s\n%s", what, s->name));
	if (all.p == NULL || s->q->words.p != NULL || s->q->order != PROBLEM_BY_SOLVED)
		return all;
	return problem_kept_key(s->cache, s->mem, PROBLEM_KEPT_SOLVED, 0, arena_dup(s->mem, all));
}

static int ttl_of(const struct search *s)
{
	return s->q->words.p != NULL ? PROBLEM_SEARCH_S : PROBLEM_LIST_S;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Whatever is asked for, the answer begins with these. */
enum {
	ID,
	FACETS
};

_Static_assert((int)problem_list_0_facets == FACETS && (int)problem_hits_0_facets == FACETS &&
		       (int)problem_list_tried_facets == FACETS,
	"one place in all");

static int64_t *numbers(struct arena *m, const struct rows *rows)
{
	int64_t *v = arena_new_array(m, int64_t, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++)
		v[i] = row_i64(&rows->v[i], ID);
	return v;
}

static int find_tried(
	const struct search *s, size_t limit, size_t offset, struct rows *rows, struct err *e)
{
	const struct problem_query *q = s->q;

	return db_many(s->db, s->mem, q_problem_list_tried,
		ARGS(arg_text(q->words), arg_texts(q->tags, q->n_tags), arg_text(q->category),
			or_null(q->least), or_null(q->most), arg_i64(q->solver),
			arg_bool(q->solved == PROBLEM_SOLVED),
			arg_i64(q->words.p != NULL ? -1 : (int)q->order), arg_i64((int64_t)limit),
			arg_i64((int64_t)offset)),
		rows, e);
}

static int find_listed(
	struct search *s, size_t limit, size_t offset, struct rows *rows, struct err *e)
{
	static const enum stmt orders[] = { [PROBLEM_BY_NEWEST] = q_problem_list_0,
		[PROBLEM_BY_TITLE] = q_problem_list_1,
		[PROBLEM_BY_SOLVED] = q_problem_list_2 };
	const struct problem_query *q = s->q;
	const struct kept_read read = { orders[q->order],
		ARGS(arg_texts(q->tags, q->n_tags), arg_text(q->category), or_null(q->least),
			or_null(q->most), or_null(q->solved != PROBLEM_ANY ? q->solver : 0),
			arg_i64(PROBLEM_FRONT), arg_i64((int64_t)limit), arg_i64((int64_t)offset)),
		key_of(s, arena_printf(s->mem, "list %zu %zu", limit, offset)), ttl_of(s), false,
		&s->puts };

	return problem_kept_read(s->db, s->cache, s->mem, &read, rows, e);
}

static int find(struct search *s, size_t limit, size_t offset, struct rows *rows, struct err *e)
{
	return is_tried(s->q) ? find_tried(s, limit, offset, rows, e)
			      : find_listed(s, limit, offset, rows, e);
}

/* The first ones, and whether there are others. */
static int find_hits(struct search *s, struct err *e)
{
	const struct problem_query *q = s->q;
	const struct kept_read read = { hits_of(q),
		ARGS(arg_text(q->words), arg_texts(q->tags, q->n_tags), arg_text(q->category),
			or_null(q->least), or_null(q->most),
			or_null(q->solved != PROBLEM_ANY ? q->solver : 0), arg_i64(PROBLEM_CAP)),
		key_of(s, "find"), ttl_of(s), false, &s->puts };
	bool by_words = q->words.p != NULL && !is_tried(q);
	struct rows *found = &s->found;

	if (by_words ? problem_kept_read(s->db, s->cache, s->mem, &read, found, e) != 0
		     : find(s, PROBLEM_CAP + 1, 0, found, e) != 0)
		return -1;
	s->hits = numbers(s->mem, found);
	s->n_hits = found->n < PROBLEM_CAP ? found->n : PROBLEM_CAP;
	s->more = by_words ? found->n > 0 && row_bool(&found->v[0], problem_hits_0_more)
			   : found->n > PROBLEM_CAP;
	return 0;
}

/* The numbers of the page: of the hits, where they reach so far. */
static int find_page(struct search *s, struct err *e)
{
	const struct problem_query *q = s->q;
	struct rows rows;

	if (s->narrows && (q->offset + q->limit <= s->n_hits || !s->more || q->words.p != NULL)) {
		size_t from = q->offset < s->n_hits ? q->offset : s->n_hits;

		s->page = s->hits + from;
		s->n_page = s->n_hits - from < q->limit ? s->n_hits - from : q->limit;
		return 0;
	}
	if (find(s, q->limit, q->offset, &rows, e) != 0)
		return -1;
	s->page = numbers(s->mem, &rows);
	s->n_page = rows.n;
	return 0;
}

/* ---- what is shown --------------------------------------------------------------------------- */

static const struct span *tags_of(struct arena *m, struct span list, size_t *n)
{
	struct span *v = arena_new_array(m, struct span, list.n / 2 + 1);
	struct span name;

	*n = 0;
	while (span_split(&list, ',', &name))
		v[(*n)++] = name;
	return v;
}

/* Where the numbers had to be looked for, no page of them is kept either. */
static bool is_new(const struct search *s)
{
	return s->name == NULL || s->puts.n > 0;
}

/* All that remains to be asked, in one round trip. */
static void read_ahead(struct search *s)
{
	struct db_steps steps = db_steps(s->mem, 3);

	if (is_new(s))
		db_steps_add(&steps, q_problem_cards,
			ARGS(arg_i64s(s->page, s->n_page), arg_text(s->q->words)));
	if (s->narrows && s->q->solver > 0)
		db_steps_add(&steps, q_problem_progress_sum_of,
			ARGS(arg_i64(s->q->solver), arg_i64s(s->hits, s->n_hits)));
	db_steps_add(&steps, q_problem_progress_of,
		ARGS(arg_i64(s->q->solver), arg_i64s(s->page, s->n_page)));
	db_read_ahead(s->db, s->mem, steps.v, steps.n);
}

/* In its title, and of a hit the place in its text. */
static void show_found(struct arena *m, const struct row *r, struct problem_row *out)
{
	struct span stems = row_text(r, problem_cards_stems);

	out->title_pieces = highlight_words(m, stems, out->title);
	if (!row_null(r, problem_cards_excerpt))
		out->snippet = highlight_excerpt(m, stems, row_text(r, problem_cards_excerpt),
			row_bool(r, problem_cards_cut_before),
			row_bool(r, problem_cards_cut_behind));
}

static int fill_cards(struct search *s, struct problem_found *out, struct err *e)
{
	const struct problem_query *q = s->q;
	const struct kept_read read = { q_problem_cards,
		ARGS(arg_i64s(s->page, s->n_page), arg_text(q->words)),
		key_of(s, arena_printf(s->mem, "cards %zu %zu", q->limit, q->offset)), ttl_of(s),
		is_new(s), &s->puts };
	struct problem_row *v;
	struct rows rows;

	if (problem_kept_read(s->db, s->cache, s->mem, &read, &rows, e) != 0)
		return -1;
	v = arena_new_array(s->mem, struct problem_row, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct problem_row){ .id = row_i64(r, problem_cards_id),
			.slug = row_text(r, problem_cards_slug),
			.title = row_text(r, problem_cards_title),
			.difficulty = (int)row_i64(r, problem_cards_difficulty),
			.category = row_text(r, problem_cards_category) };
		v[i].tags = tags_of(s->mem, row_text(r, problem_cards_tags), &v[i].n_tags);
		show_found(s->mem, r, &v[i]);
	}
	out->v = v;
	out->n = rows.n;
	return 0;
}

/* What every verdict changes. */
static int fill_progress(const struct search *s, struct problem_found *out, struct err *e)
{
	struct problem_row *v = (struct problem_row *)(uintptr_t)out->v;
	struct rows rows;

	if (db_many(s->db, s->mem, q_problem_progress_of,
		    ARGS(arg_i64(s->q->solver), arg_i64s(s->page, s->n_page)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		for (size_t k = 0; k < out->n; k++) {
			if (v[k].id != row_i64(r, problem_progress_of_id))
				continue;
			v[k].n_tried = row_i64(r, problem_progress_of_n_tried);
			v[k].n_solved = row_i64(r, problem_progress_of_n_solved);
			if (s->q->solver == 0)
				continue;
			v[k].solved = row_null(r, problem_progress_of_is_solved) ? PROBLEM_UNTOUCHED
				      : row_bool(r, problem_progress_of_is_solved) ? PROBLEM_SOLVED
										   : PROBLEM_TRIED;
		}
	}
	return 0;
}

/* ---- what is counted ------------------------------------------------------------------------- */

static int fill_facets(const struct search *s, struct problem_found *out, struct err *e)
{
	const struct problem_hits hits = { &s->found, s->n_hits, FACETS };
	struct problem_facets *f = &out->facets;

	if (s->narrows ? problem_facets_of(s->db, s->cache, s->mem, &hits, f, e) != 0
		       : problem_facets_of_all(s->db, s->cache, s->mem, f, e) != 0)
		return -1;
	out->total = f->total;
	out->is_capped = s->more;
	if (f->tags.n > PROBLEM_FACET_TAGS)
		f->tags.n = PROBLEM_FACET_TAGS;
	return 0;
}

static int fill_states(const struct search *s, struct problem_found *out, struct err *e)
{
	struct problem_sum sum;
	struct row row;

	if (s->q->solver == 0)
		return 0;
	if (!s->narrows) {
		if (problem_progress_sum(s->db, s->cache, s->mem, s->q->solver, &sum, e) != 0)
			return -1;
	} else {
		if (db_one(s->db, s->mem, q_problem_progress_sum_of,
			    ARGS(arg_i64(s->q->solver), arg_i64s(s->hits, s->n_hits)), &row,
			    e) != 0)
			return -1;
		sum = (struct problem_sum){ row_i64(&row, problem_progress_sum_of_n_tried),
			row_i64(&row, problem_progress_sum_of_n_solved) };
	}
	out->n_solved = sum.n_solved;
	out->n_tried = sum.n_tried - sum.n_solved;
	out->n_untouched = out->total - sum.n_tried;
	return 0;
}

int problem_search(struct db *d, struct cache *cache, struct arena *m,
	const struct problem_query *q, struct problem_found *out, struct err *e)
{
	struct problem_query asked = *q;
	struct search s = { .db = d, .cache = cache, .mem = m, .q = &asked };

	*out = (struct problem_found){ .v = NULL };
	if (asked.solver == 0)
		asked.solved = PROBLEM_ANY;
	s.name = name_of(m, &asked);
	s.narrows = narrows(&asked);
	if ((s.narrows && find_hits(&s, e) != 0) || find_page(&s, e) != 0)
		return -1;
	read_ahead(&s);
	if (fill_cards(&s, out, e) != 0 || fill_facets(&s, out, e) != 0 ||
		fill_states(&s, out, e) != 0 || fill_progress(&s, out, e) != 0)
		return -1;
	problem_kept_put_all(cache, &s.puts);
	return 0;
}

/* ---- hints ----------------------------------------------------------------------------------- */

/* 'gra':* for the text search. */
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

int problem_suggest(struct db *d, struct cache *cache, struct arena *m, struct span start,
	struct problem_hints *out, struct err *e)
{
	size_t most = start.n < PROBLEM_MAX_WORDS ? start.n : PROBLEM_MAX_WORDS;
	struct span s = span_trim(span_sub(start, 0, utf8_cut(start.p, most)));
	const struct kept_read read = { q_problem_suggest,
		ARGS(arg_text(s), arg_str(prefix_of(m, s)), arg_i64(PROBLEM_SUGGEST)),
		key_of_all(cache, m, arena_printf(m, "suggest\n" SPAN_FMT, SPAN_ARG(s))),
		PROBLEM_SEARCH_S };
	struct problem_hint *v;
	struct rows rows;

	*out = (struct problem_hints){ NULL, 0 };
	if (utf8_length(s.p, s.n) < 2)
		return 0;
	if (problem_kept_read(d, cache, m, &read, &rows, e) != 0)
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

/* ---- how far somebody is -----------------------------------------------------------------------
 */

/* A verdict of the member's outdates it, and a problem that becomes public or hidden. */
int problem_progress_sum(struct db *d, struct cache *cache, struct arena *m, int64_t user_id,
	struct problem_sum *out, struct err *e)
{
	struct span key = key_of_all(cache, m, "sum");
	struct row *row;
	struct rows rows;

	if (key.p != NULL)
		key = problem_kept_key(cache, m, PROBLEM_KEPT_MEMBER, user_id, arena_dup(m, key));
	if (!problem_kept_get(cache, m, key, &rows)) {
		row = arena_new_array(m, struct row, 1);
		if (db_one(d, m, q_problem_progress_sum, ARGS(arg_i64(user_id)), row, e) != 0)
			return -1;
		rows = (struct rows){ row, 1 };
		problem_kept_put(cache, key, &rows, PROBLEM_FIGURES_S);
	}
	*out = (struct problem_sum){ row_i64(&rows.v[0], problem_progress_sum_n_tried),
		row_i64(&rows.v[0], problem_progress_sum_n_solved) };
	return 0;
}
