/* The catalogue: a list of problems, or what was found, with what they are about beside it. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/user.h"

static const char *const orders[] = { "new", "title", "solved" };
static const char *const order_texts[] = { "Newest first", "By title", "Most solved first" };
static const char *const states[] = { "", "solved", "tried", "untouched" };
static const char *const state_texts[] = { "Any", "Solved by me", "Tried, not solved",
	"Not tried" };

struct wish {
	struct problem_query q;
	struct span tags; // as entered
	int64_t page;
};

static int read_choice(struct span s, const char *const *names, size_t n, int *out)
{
	for (size_t i = 0; i < n; i++) {
		if (span_is(s, names[i])) {
			*out = (int)i;
			return 0;
		}
	}
	return s.n == 0 ? 0 : -1;
}

static int read_level(const struct request *r, const char *name, int *out, struct err *e)
{
	struct span s = span_trim(request_query(r, name));
	uint64_t n = 0;

	if (s.n > 0 && (!span_u64(s, 10, &n) || n == 0))
		return err_field(e, name, "%s must be a number from 1 to 10", name);
	*out = (int)n;
	return 0;
}

static const struct span *read_tags(struct arena *m, struct span list, size_t *n)
{
	struct span *v = arena_new_array(m, struct span, PROBLEM_MAX_TAGS);
	struct span word;

	*n = 0;
	while (*n < PROBLEM_MAX_TAGS && span_split(&list, ',', &word)) {
		v[*n] = tag_clean(m, span_trim(word));
		if (v[*n].p == NULL)
			v[*n] = span_trim(word);
		*n += v[*n].n > 0;
	}
	return v;
}

static int read_wish(struct ctx *c, struct wish *w, struct err *e)
{
	const struct request *r = c->req;
	struct span page = span_trim(request_query(r, "page"));
	uint64_t number = 1;
	int order = 0;
	int solved = 0;

	*w = (struct wish){ .q = { .solver = c->user != NULL ? c->user->id : 0,
				    .limit = PROBLEM_PAGE } };
	w->q.words = span_trim(request_query(r, "q"));
	w->q.category = span_trim(request_query(r, "category"));
	w->tags = span_trim(request_query(r, "tags"));
	if (w->q.words.n == 0)
		w->q.words = SPAN_NONE;
	if (w->q.category.n == 0)
		w->q.category = SPAN_NONE;
	if (w->q.words.n > PROBLEM_MAX_WORDS || w->tags.n > 400)
		return err_field(e, "q", "at most %d bytes can be searched for", PROBLEM_MAX_WORDS);
	w->q.tags = read_tags(c->mem, w->tags, &w->q.n_tags);
	if (read_level(r, "from", &w->q.least, e) != 0 || read_level(r, "to", &w->q.most, e) != 0)
		return -1;
	if (w->q.most != 0 && w->q.most < w->q.least)
		return err_field(e, "to", "to must not be less than from");
	if (read_choice(request_query(r, "order"), orders, countof(orders), &order) != 0)
		return err_field(e, "order", "order must be new, title or solved");
	if (read_choice(request_query(r, "state"), states, countof(states), &solved) != 0)
		return err_field(e, "state", "state must be solved, tried or untouched");
	w->q.order = (enum problem_order)order;
	w->q.solved = (enum problem_solved)solved;
	if (page.n > 0 && (!span_u64(page, PROBLEM_MAX_PAGE, &number) || number == 0))
		return err_field(e, "page", "page must be a number from 1 to %d", PROBLEM_MAX_PAGE);
	w->page = (int64_t)number;
	w->q.offset = (size_t)(number - 1) * PROBLEM_PAGE;
	return 0;
}

static struct span number_text(struct arena *m, int64_t n)
{
	return n > 0 ? span_of(arena_printf(m, "%lld", (long long)n)) : SPAN_NONE;
}

static struct span or_none(struct span s)
{
	return s.n > 0 ? s : SPAN_NONE;
}

/* Where what is wished for begins. */
static struct url address(struct arena *m, const struct wish *w)
{
	struct url u = url_path("/problems");

	u = url_with(m, u, "q", w->q.words);
	u = url_with(m, u, "tags", or_none(w->tags));
	u = url_with(m, u, "category", w->q.category);
	u = url_with(m, u, "from", number_text(m, w->q.least));
	u = url_with(m, u, "to", number_text(m, w->q.most));
	if (w->q.solved != PROBLEM_ANY)
		u = url_with(m, u, "state", span_of(states[w->q.solved]));
	if (w->q.order != PROBLEM_BY_NEWEST)
		u = url_with(m, u, "order", span_of(orders[w->q.order]));
	return u;
}

/* The same with one thing more, or less where it is wished for already. */
static struct problem_links difficulty_links(
	struct arena *m, const struct wish *w, struct problem_counts counts)
{
	struct problem_link *v = arena_new_array(m, struct problem_link, counts.n + 1);

	for (size_t i = 0; i < counts.n; i++) {
		struct wish next = *w;
		uint64_t n = 0;

		(void)span_u64(counts.v[i].name, 10, &n);
		v[i] = (struct problem_link){ .name = counts.v[i].name,
			.n = counts.v[i].n,
			.is_chosen = w->q.least == (int)n && w->q.most == (int)n };
		next.q.least = v[i].is_chosen ? 0 : (int)n;
		next.q.most = next.q.least;
		v[i].link = address(m, &next);
	}
	return (struct problem_links){ v, counts.n };
}

static struct problem_links category_links(
	struct arena *m, const struct wish *w, struct problem_counts counts)
{
	struct problem_link *v = arena_new_array(m, struct problem_link, counts.n + 1);

	for (size_t i = 0; i < counts.n; i++) {
		struct wish next = *w;

		v[i] = (struct problem_link){ .name = counts.v[i].name,
			.n = counts.v[i].n,
			.is_chosen = span_eq(w->q.category, counts.v[i].name) };
		next.q.category = v[i].is_chosen ? SPAN_NONE : counts.v[i].name;
		v[i].link = address(m, &next);
	}
	return (struct problem_links){ v, counts.n };
}

static struct problem_links tag_links(
	struct arena *m, const struct wish *w, struct problem_counts counts)
{
	struct problem_link *v = arena_new_array(m, struct problem_link, counts.n + 1);

	for (size_t i = 0; i < counts.n; i++) {
		const char *rest = "";
		struct wish next = *w;

		v[i] = (struct problem_link){ .name = counts.v[i].name, .n = counts.v[i].n };
		for (size_t k = 0; k < w->q.n_tags; k++) {
			if (span_eq(w->q.tags[k], counts.v[i].name))
				v[i].is_chosen = true;
			else
				rest = arena_printf(m, "%s%s" SPAN_FMT, rest, rest[0] ? "," : "",
					SPAN_ARG(w->q.tags[k]));
		}
		next.tags = span_of(
			v[i].is_chosen ? rest
				       : arena_printf(m, "%s%s" SPAN_FMT, rest, rest[0] ? "," : "",
						 SPAN_ARG(counts.v[i].name)));
		v[i].link = address(m, &next);
	}
	return (struct problem_links){ v, counts.n };
}

/* How far the reader is, where there are any. */
static struct problem_links state_links(
	struct arena *m, const struct wish *w, const struct problem_found *found)
{
	const int64_t counts[] = { [PROBLEM_SOLVED] = found->n_solved,
		[PROBLEM_TRIED] = found->n_tried,
		[PROBLEM_UNTOUCHED] = found->n_untouched };
	struct problem_link *v = arena_new_array(m, struct problem_link, countof(counts));
	size_t n = 0;

	for (int i = PROBLEM_SOLVED; i <= PROBLEM_UNTOUCHED; i++) {
		struct wish next = *w;

		if (counts[i] == 0)
			continue;
		v[n] = (struct problem_link){ .name = span_of(state_texts[i]),
			.n = counts[i],
			.is_chosen = (int)w->q.solved == i };
		next.q.solved = v[n].is_chosen ? PROBLEM_ANY : (enum problem_solved)i;
		v[n++].link = address(m, &next);
	}
	return (struct problem_links){ v, n };
}

static struct problem_options options(
	struct arena *m, const char *const *values, const char *const *texts, size_t n, int chosen)
{
	struct problem_option *v = arena_new_array(m, struct problem_option, n);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct problem_option){ values[i], texts[i], (int)i == chosen };
	return (struct problem_options){ v, n };
}

static struct problem_options levels(struct arena *m, int chosen)
{
	struct problem_option *v = arena_new_array(m, struct problem_option, 11);

	v[0] = (struct problem_option){ "", "Any", chosen == 0 };
	for (int i = 1; i <= 10; i++) {
		const char *text = arena_printf(m, "%d", i);

		v[i] = (struct problem_option){ text, text, chosen == i };
	}
	return (struct problem_options){ v, 11 };
}

static struct problem_items items(struct arena *m, const struct problem_found *found)
{
	struct problem_item *v = arena_new_array(m, struct problem_item, found->n + 1);

	for (size_t i = 0; i < found->n; i++) {
		const struct problem_row *r = &found->v[i];
		struct problem_link *tags = arena_new_array(m, struct problem_link, r->n_tags + 1);

		for (size_t k = 0; k < r->n_tags; k++)
			tags[k] = (struct problem_link){ r->tags[k],
				problem_list_url(m, "tags", r->tags[k]), -1, false };
		v[i] = (struct problem_item){
			.link = url_to(m, "/problem/{}", arena_dup(m, r->slug), NULL),
			.title = r->title_pieces,
			.snippet = r->snippet,
			.difficulty = r->difficulty,
			.category = r->category,
			.tags = { tags, r->n_tags },
			.n_tried = r->n_tried,
			.n_solved = r->n_solved,
			.is_solved = r->solved == PROBLEM_SOLVED,
			.is_tried = r->solved == PROBLEM_TRIED,
		};
	}
	return (struct problem_items){ v, found->n };
}

static void fill(struct ctx *c, const struct wish *w, const struct problem_found *found,
	struct problems_view *v)
{
	struct arena *m = c->mem;

	v->page.description = "Programming problems with tests: search, solve, submit.";
	v->words = w->q.words;
	v->category = w->q.category;
	v->tags = w->tags;
	v->least = levels(m, w->q.least);
	v->most = levels(m, w->q.most);
	v->orders = options(m, orders, order_texts, countof(orders), (int)w->q.order);
	if (c->user != NULL)
		v->solved = options(m, states, state_texts, countof(states), (int)w->q.solved);
	v->difficulties = difficulty_links(m, w, found->facets.difficulties);
	v->categories = category_links(m, w, found->facets.categories);
	v->all_tags = tag_links(m, w, found->facets.tags);
	v->states = state_links(m, w, found);
	v->problems = items(m, found);
	v->total = found->total;
	v->is_capped = found->is_capped;
	v->is_filtered = w->q.words.p != NULL || w->tags.n > 0 || w->q.category.p != NULL ||
			 w->q.least > 0 || w->q.most > 0 || w->q.solved != PROBLEM_ANY;
	v->clear = url_path("/problems");
	v->may_create = problem_may_create(c->user);
	v->is_member = c->user != NULL;
	v->steps = page_steps(m, address(m, w), w->page,
		w->page * PROBLEM_PAGE < v->total && w->page < PROBLEM_MAX_PAGE);
}

int page_problems(struct ctx *c, struct err *e)
{
	struct problems_view v = { .total = 0 };
	struct problem_found found;
	struct problem_sum sum;
	struct viewer viewer;
	struct wish w;

	if (read_wish(c, &w, e) != 0 ||
		problem_search(c->db, c->cache, c->mem, &w.q, &found, e) != 0)
		return -1;
	if (found.n == 0 && w.page > 1)
		return err_set(e, ERR_NOT_FOUND, "there are not that many problems");
	if (c->user != NULL) {
		if (problem_progress_sum(c->db, c->cache, c->mem, c->user->id, &sum, e) != 0)
			return -1;
		v.my_solved = sum.n_solved;
		v.my_tried = sum.n_tried;
	}
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, "Problems", NAV_PROBLEMS);
	v.page.no_index = w.page > 1 || w.q.words.p != NULL;
	fill(c, &w, &found, &v);
	return response_html(c->res, page_problems_html, &v, e);
}
