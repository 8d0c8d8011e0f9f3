#include "fcgi/compare_fill.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/when.h"
#include "fcgi/member_fill.h"
#include "fcgi/member_graph.h"

enum {
	CONTESTS_SHOWN = 100,
	TAGS_SHOWN = 20
};

static struct compare_cell *cells_of(const struct comparison *c, struct compare_line *line)
{
	struct compare_cell *v = arena_new_array(c->mem, struct compare_cell, c->n);

	for (size_t i = 0; i < c->n; i++)
		v[i].style = c->people.v[i].style;
	line->cells = (struct compare_cells){ v, c->n };
	return v;
}

static const char *number(struct arena *m, int64_t n)
{
	return arena_printf(m, "%lld", (long long)n);
}

/* ---- single figures ---- */

static const char *rating_of(struct arena *m, const struct compared *k)
{
	return member_rating(m, k->who.row.rating);
}

static const char *best_of(struct arena *m, const struct compared *k)
{
	return member_rating(m, k->who.row.max_rating);
}

static const char *contests_of(struct arena *m, const struct compared *k)
{
	return number(m, (int64_t)k->changes.n);
}

static const char *sent_of(struct arena *m, const struct compared *k)
{
	return number(m, k->training.sent);
}

static const char *average_of(struct arena *m, const struct compared *k)
{
	return k->training.average != 0 ? number(m, k->training.average) : "–";
}

static const char *active_of(struct arena *m, const struct compared *k)
{
	int64_t at = k->who.row.active_at;

	return at != INT64_MIN ? when_date(m, at / 1000000 / 86400) : "–";
}

static struct compare_table figures(const struct comparison *c)
{
	static const struct {
		const char *label;
		const char *(*text)(struct arena *m, const struct compared *k);
	} rows[] = {
		{ "Rating", rating_of },
		{ "Best rating", best_of },
		{ "Rated contests", contests_of },
		{ "Submissions", sent_of },
		{ "Average rating of solved problems", average_of },
		{ "Last accepted", active_of },
	};
	struct compare_line *lines = arena_new_array(c->mem, struct compare_line, countof(rows));

	for (size_t k = 0; k < countof(rows); k++) {
		struct compare_cell *cells = cells_of(c, &lines[k]);

		lines[k].label = span_of(rows[k].label);
		for (size_t i = 0; i < c->n; i++)
			cells[i].text = rows[k].text(c->mem, &c->v[i]);
	}
	return (struct compare_table){ .title = "Members in figures",
		.what = "Figure",
		.people = c->people,
		.lines = { lines, countof(rows) } };
}

static struct compare_table windows(const struct comparison *c)
{
	size_t n = N_TRAINING_WINDOWS + 1;
	struct compare_line *lines = arena_new_array(c->mem, struct compare_line, n);

	for (size_t k = 0; k < n; k++) {
		struct compare_cell *cells = cells_of(c, &lines[k]);
		bool is_all = k == N_TRAINING_WINDOWS;
		int64_t from = is_all ? 0 : c->today - training_windows[k] + 1;

		lines[k].label =
			is_all ? SPAN("All")
			       : span_of(arena_printf(c->mem, "Last %d days", training_windows[k]));
		for (size_t i = 0; i < c->n; i++)
			cells[i].text =
				number(c->mem, is_all ? c->v[i].who.row.n_solved
						      : training_since(&c->v[i].training, from));
	}
	return (struct compare_table){ .title = "Problems solved lately",
		.what = "When",
		.people = c->people,
		.lines = { lines, n } };
}

/* ---- counts by rating or tag ---- */

struct tally {
	struct span name; // of a tag
	int64_t key;      // or a rating
	int64_t n[MEMBER_COMPARE_MOST];
	int64_t sum;
};

struct tallies {
	struct tally *v;
	size_t n;
};

static struct tally *tally_at(struct tallies *t, const struct training_count *what)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].key == what->key && span_eq(t->v[i].name, what->name))
			return &t->v[i];
	}
	t->v[t->n] = (struct tally){ .name = what->name, .key = what->key };
	return &t->v[t->n++];
}

static struct tallies tally(
	const struct comparison *c, const struct training_counts *(*of)(const struct training *t))
{
	struct tallies t = { .n = 0 };
	size_t most = 0;

	for (size_t i = 0; i < c->n; i++)
		most += of(&c->v[i].training)->n;
	t.v = arena_new_array(c->mem, struct tally, most + 1);
	for (size_t i = 0; i < c->n; i++) {
		const struct training_counts *counts = of(&c->v[i].training);

		for (size_t k = 0; k < counts->n; k++) {
			struct tally *one = tally_at(&t, &counts->v[k]);

			one->n[i] += counts->v[k].n;
			one->sum += counts->v[k].n;
		}
	}
	return t;
}

static const struct training_counts *ratings_of(const struct training *t)
{
	return &t->ratings;
}

static const struct training_counts *tags_of(const struct training *t)
{
	return &t->tags;
}

static int by_key(const void *a, const void *b)
{
	const struct tally *x = a;
	const struct tally *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static int by_sum(const void *a, const void *b)
{
	const struct tally *x = a;
	const struct tally *y = b;

	return (y->sum > x->sum) - (y->sum < x->sum);
}

static struct compare_lines bars(const struct comparison *c, const struct tallies *t, size_t most)
{
	size_t n = t->n < most ? t->n : most;
	struct compare_line *lines = arena_new_array(c->mem, struct compare_line, n + 1);
	int64_t widest = 1;

	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < c->n; i++)
			widest = t->v[k].n[i] > widest ? t->v[k].n[i] : widest;
	}
	for (size_t k = 0; k < n; k++) {
		const struct tally *one = &t->v[k];
		struct compare_cell *cells = cells_of(c, &lines[k]);

		lines[k].label = one->name.n > 0 ? one->name : span_of(number(c->mem, one->key));
		for (size_t i = 0; i < c->n; i++) {
			cells[i].text = number(c->mem, one->n[i]);
			cells[i].share = (int)(one->n[i] * 100 / widest);
		}
	}
	return (struct compare_lines){ lines, n };
}

static struct compare_table difficulties(const struct comparison *c)
{
	struct tallies t = tally(c, ratings_of);

	qsort(t.v, t.n, sizeof(t.v[0]), by_key);
	return (struct compare_table){ .title = "Problems solved by their rating",
		.what = "Rating",
		.people = c->people,
		.lines = bars(c, &t, t.n),
		.has_bars = true };
}

static struct compare_table tags(const struct comparison *c)
{
	struct tallies t = tally(c, tags_of);

	qsort(t.v, t.n, sizeof(t.v[0]), by_sum);
	return (struct compare_table){ .title = "Problems solved by their tags",
		.what = "Tag",
		.people = c->people,
		.lines = bars(c, &t, TAGS_SHOWN),
		.has_bars = true };
}

/* ---- contest by contest ---- */

/* The latest contest that is left of anybody; NULL: none is. */
static const struct training_change *latest(const struct comparison *c, const size_t *left)
{
	const struct training_change *found = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const struct training_change *one;

		if (left[i] == 0)
			continue;
		one = &c->v[i].changes.v[left[i] - 1];
		if (found == NULL || one->at > found->at)
			found = one;
	}
	return found;
}

static struct compare_table contests(const struct comparison *c)
{
	struct compare_line *lines = arena_new_array(c->mem, struct compare_line, CONTESTS_SHOWN);
	const struct training_change *now;
	size_t left[MEMBER_COMPARE_MOST];
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		left[i] = c->v[i].changes.n;
	while (n < CONTESTS_SHOWN && (now = latest(c, left)) != NULL) {
		struct compare_cell *cells = cells_of(c, &lines[n]);

		lines[n++].label = span_of(arena_printf(c->mem, SPAN_FMT ", %s",
			SPAN_ARG(now->contest), when_date(c->mem, now->at / 1000000 / 86400)));
		for (size_t i = 0; i < c->n; i++) {
			const struct training_changes *all = &c->v[i].changes;

			cells[i].text = "–";
			if (left[i] == 0 || all->v[left[i] - 1].contest_id != now->contest_id)
				continue;
			cells[i].text = member_rating(c->mem, all->v[--left[i]].new_rating);
		}
	}
	return (struct compare_table){ .title = "Ratings after each contest",
		.what = "Contest",
		.people = c->people,
		.lines = { lines, n } };
}

void compare_fill(const struct comparison *c, struct compare_view *v)
{
	struct training_changes *changes =
		arena_new_array(c->mem, struct training_changes, c->n + 1);

	for (size_t i = 0; i < c->n; i++)
		changes[i] = c->v[i].changes;
	v->graph = member_graph_ratings(c->mem, changes, c->n);
	v->figures = figures(c);
	v->windows = windows(c);
	v->difficulties = difficulties(c);
	v->tags = tags(c);
	v->contests = contests(c);
}
