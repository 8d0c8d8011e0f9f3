/* Problems for programs: list, search, one, make, change, delete, and what there are of tags. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/problem_fill.h"
#include "model/user.h"

/* ---- lists ----------------------------------------------------------------------------------- */

struct row_json {
	int64_t id;
	struct span slug;
	struct span title;
	int64_t difficulty;
	struct span category;
	struct shape_list tags;
	int64_t tried;
	int64_t solved;
	struct span state;
	struct span snippet;
};

static const struct shape_field row_fields[] = {
	SHAPE_I64(struct row_json, id, "names it for good"),
	SHAPE_TEXT(struct row_json, slug, "names it in addresses"),
	SHAPE_TEXT(struct row_json, title, "in its first language"),
	SHAPE_I64(struct row_json, difficulty, "1 to 10; 0: not said"),
	SHAPE_TEXT_OR_NULL(struct row_json, category, "where it is sorted in"),
	SHAPE_TEXTS(struct row_json, tags, "what it is about"),
	SHAPE_I64(struct row_json, tried, "members with a judged submission"),
	SHAPE_I64(struct row_json, solved, "of these, with an accepted one"),
	SHAPE_TEXT_OR_NULL(
		struct row_json, state, "yours: solved, tried, untouched; null for a guest"),
	SHAPE_TEXT_OR_NULL(
		struct row_json, snippet, "of a search: the place in its text, found words in **"),
};
static const struct shape row_shape = SHAPE("ProblemRow", struct row_json, row_fields);

struct count_json {
	struct span name;
	int64_t problems;
};

static const struct shape_field count_fields[] = {
	SHAPE_TEXT(struct count_json, name, "of the tag, category or level"),
	SHAPE_I64(struct count_json, problems, "public ones"),
};
static const struct shape count_shape = SHAPE("ProblemCount", struct count_json, count_fields);

struct list_json {
	struct shape_list problems;
	int64_t total;
	bool more_than_total;
	struct shape_list difficulties;
	struct shape_list categories;
	struct shape_list tags;
	struct shape_list states;
};

static const struct shape_field list_fields[] = {
	SHAPE_LIST(struct list_json, problems, &row_shape, "one page of them"),
	SHAPE_I64(struct list_json, total, "how many there are"),
	SHAPE_BOOL(struct list_json, more_than_total,
		"there are others; what is counted below is of the first so many"),
	SHAPE_LIST(struct list_json, difficulties, &count_shape, "their levels"),
	SHAPE_LIST(struct list_json, categories, &count_shape, "their categories"),
	SHAPE_LIST(struct list_json, tags, &count_shape, "their commonest tags"),
	SHAPE_LIST(struct list_json, states, &count_shape, "how far you are with them"),
};
static const struct shape list_shape = SHAPE("ProblemList", struct list_json, list_fields);

struct list_query {
	struct span q;
	struct span tags;
	struct span category;
	int64_t from;
	int64_t to;
	struct span state;
	struct span order;
	int64_t limit;
	int64_t page;
};

#define LIST_FIELDS                                                                                \
	FIELD_LINE(struct list_query, tags, 0, 400),                                               \
		FIELD_LINE(struct list_query, category, 0, PROBLEM_MAX_CATEGORY),                  \
		FIELD_INT(struct list_query, from, 0, 10),                                         \
		FIELD_INT(struct list_query, to, 0, 10),                                           \
		FIELD_LINE(struct list_query, state, 0, 20),                                       \
		FIELD_INT(struct list_query, limit, 1, PROBLEM_API_MAX),                           \
		FIELD_INT(struct list_query, page, 1, PROBLEM_MAX_PAGE)

static const struct field list_query_fields[] = {
	LIST_FIELDS,
	FIELD_LINE(struct list_query, order, 0, 20),
};

static const struct field search_query_fields[] = {
	FIELD_LINE(struct list_query, q, 1, PROBLEM_MAX_WORDS),
	LIST_FIELDS,
};

#define LIST_TEXT                                                                                  \
	"tags: names with commas, all of them; from and to: levels; state: solved, tried or "      \
	"untouched, of the member who asks. "

const struct api_doc api_problems_doc = {
	.summary = "Public problems",
	.text = LIST_TEXT "order: new, title or solved.",
	.query = API_PARTIAL(list_query_fields),
	.answers = { { 200, &list_shape, "one page of them" } },
};

const struct api_doc api_problems_search_doc = {
	.summary = "Search problems",
	.text = LIST_TEXT "q: words of title, tags and text; \"a phrase\", or, -without.",
	.query = API_PARTIAL(search_query_fields),
	.answers = { { 200, &list_shape, "the best first" } },
};

static struct shape_list counts_of(struct arena *m, const struct problem_counts *c)
{
	struct count_json *v = arena_new_array(m, struct count_json, c->n + 1);

	for (size_t i = 0; i < c->n; i++)
		v[i] = (struct count_json){ c->v[i].name, c->v[i].n };
	return (struct shape_list){ v, c->n };
}

/* Found words between ** and **. */
static struct span marked(struct arena *m, struct problem_pieces p)
{
	const char *out = "";

	if (p.n == 0)
		return SPAN_NONE;
	for (size_t i = 0; i < p.n; i++) {
		const char *mark = p.v[i].is_found ? "**" : "";

		out = arena_printf(m, "%s%s" SPAN_FMT "%s", out, mark, SPAN_ARG(p.v[i].text), mark);
	}
	return span_of(out);
}

static struct span state_name(enum problem_solved s)
{
	switch (s) {
	case PROBLEM_SOLVED:
		return SPAN("solved");
	case PROBLEM_TRIED:
		return SPAN("tried");
	case PROBLEM_UNTOUCHED:
		return SPAN("untouched");
	case PROBLEM_ANY:
		break;
	}
	return SPAN_NONE;
}

static struct shape_list states_of(struct arena *m, const struct problem_found *found)
{
	const int64_t counts[] = { [PROBLEM_SOLVED] = found->n_solved,
		[PROBLEM_TRIED] = found->n_tried,
		[PROBLEM_UNTOUCHED] = found->n_untouched };
	struct count_json *v = arena_new_array(m, struct count_json, countof(counts));
	size_t n = 0;

	for (int i = PROBLEM_SOLVED; i <= PROBLEM_UNTOUCHED; i++)
		if (counts[i] > 0)
			v[n++] = (struct count_json){ state_name((enum problem_solved)i),
				counts[i] };
	return (struct shape_list){ v, n };
}

static void put_found(struct ctx *c, const struct problem_found *found)
{
	struct row_json *v = arena_new_array(c->mem, struct row_json, found->n + 1);
	struct list_json answer = { .problems = { v, found->n },
		.total = found->total,
		.more_than_total = found->is_capped,
		.difficulties = counts_of(c->mem, &found->facets.difficulties),
		.categories = counts_of(c->mem, &found->facets.categories),
		.tags = counts_of(c->mem, &found->facets.tags),
		.states = states_of(c->mem, found) };

	for (size_t i = 0; i < found->n; i++) {
		const struct problem_row *r = &found->v[i];

		v[i] = (struct row_json){ .id = r->id,
			.slug = r->slug,
			.title = r->title,
			.difficulty = r->difficulty,
			.category = r->category,
			.tags = { r->tags, r->n_tags },
			.tried = r->n_tried,
			.solved = r->n_solved,
			.state = state_name(r->solved),
			.snippet = marked(c->mem, r->snippet) };
	}
	api_put(c, &list_shape, &answer);
}

static int find_name(
	struct span name, const char *const *names, const char *field, int *out, struct err *e)
{
	if (name.n == 0)
		return 0;
	for (*out = 0; names[*out] != NULL; (*out)++)
		if (span_is(name, names[*out]))
			return 0;
	return err_field(e, field, "%s cannot be that", field);
}

static int answer_list(struct ctx *c, const struct list_query *l, struct err *e)
{
	static const char *const states[] = { "", "solved", "tried", "untouched", NULL };
	static const char *const orders[] = { "new", "title", "solved", NULL };
	struct problem_query q = { .words = l->q.n > 0 ? l->q : SPAN_NONE,
		.least = (int)l->from,
		.most = (int)l->to,
		.category = l->category.n > 0 ? l->category : SPAN_NONE,
		.solver = c->user != NULL ? c->user->id : 0,
		.limit = (size_t)l->limit,
		.offset = (size_t)((l->page - 1) * l->limit) };
	struct problem_found found;
	int state = 0;
	int order = 0;

	if (find_name(l->state, states, "state", &state, e) != 0 ||
		find_name(l->order, orders, "order", &order, e) != 0)
		return -1;
	q.solved = (enum problem_solved)state;
	q.order = (enum problem_order)order;
	q.tags = problem_tags_read(c->mem, l->tags, &q.n_tags);
	if (problem_search(c->db, c->cache, c->mem, &q, &found, e) != 0)
		return -1;
	put_found(c, &found);
	return 0;
}

int api_problems(struct ctx *c, struct err *e)
{
	struct list_query l = { .limit = PROBLEM_PAGE, .page = 1 };

	return api_read_query(c, &l, e) != 0 ? -1 : answer_list(c, &l, e);
}

int api_problems_search(struct ctx *c, struct err *e)
{
	struct list_query l = { .limit = PROBLEM_PAGE, .page = 1 };

	if (api_read_query(c, &l, e) != 0)
		return -1;
	if (span_trim(l.q).n == 0)
		return err_field(e, "q", "q says what to search for");
	return answer_list(c, &l, e);
}

/* ---- hints and counts ------------------------------------------------------------------------ */

struct hint_json {
	struct span name;
	struct span slug;
	struct span kind;
};

static const struct shape_field hint_fields[] = {
	SHAPE_TEXT(struct hint_json, name, "the title or tag"),
	SHAPE_TEXT_OR_NULL(struct hint_json, slug, "of a problem; null of a tag"),
	SHAPE_TEXT(struct hint_json, kind, "title, word or tag"),
};
static const struct shape hint_shape = SHAPE("ProblemHint", struct hint_json, hint_fields);

struct hints_json {
	struct shape_list hints;
};

static const struct shape_field hints_fields[] = {
	SHAPE_LIST(struct hints_json, hints, &hint_shape, "titles first, then tags"),
};
static const struct shape hints_shape = SHAPE("ProblemHints", struct hints_json, hints_fields);

struct hint_query {
	struct span q;
};

static const struct field hint_query_fields[] = {
	FIELD_LINE(struct hint_query, q, 0, PROBLEM_MAX_WORDS),
};

const struct api_doc api_problems_suggest_doc = {
	.summary = "What could be meant by the beginning of a word",
	.query = API_TABLE(hint_query_fields),
	.answers = { { 200, &hints_shape, "none for less than two characters" } },
};

int api_problems_suggest(struct ctx *c, struct err *e)
{
	static const char *const kinds[] = { "title", "word", "tag" };
	struct hint_query q = { .q = SPAN_NONE };
	struct problem_hints hints;
	struct hints_json answer;
	struct hint_json *v;

	if (api_read_query(c, &q, e) != 0)
		return -1;
	if (q.q.p == NULL)
		q.q = SPAN("");
	if (problem_suggest(c->db, c->cache, c->mem, q.q, &hints, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct hint_json, hints.n + 1);
	for (size_t i = 0; i < hints.n; i++)
		v[i] = (struct hint_json){ hints.v[i].name, hints.v[i].slug,
			span_of(kinds[hints.v[i].kind]) };
	answer.hints = (struct shape_list){ v, hints.n };
	api_put(c, &hints_shape, &answer);
	return 0;
}

struct counts_json {
	struct shape_list counts;
};

static const struct shape_field counts_fields[] = {
	SHAPE_LIST(struct counts_json, counts, &count_shape, "the largest first"),
};
static const struct shape counts_shape = SHAPE("ProblemCounts", struct counts_json, counts_fields);

const struct api_doc api_problem_tags_doc = {
	.summary = "Tags of public problems",
	.answers = { { 200, &counts_shape, "all of them" } },
};

const struct api_doc api_problem_categories_doc = {
	.summary = "Categories of public problems",
	.answers = { { 200, &counts_shape, "all of them" } },
};

static int put_counts(struct ctx *c, const struct problem_counts *counts)
{
	const struct counts_json answer = { counts_of(c->mem, counts) };

	api_put(c, &counts_shape, &answer);
	return 0;
}

int api_problem_tags(struct ctx *c, struct err *e)
{
	struct problem_facets facets;

	if (problem_facets_of_all(c->db, c->cache, c->mem, &facets, e) != 0)
		return -1;
	return put_counts(c, &facets.tags);
}

int api_problem_categories(struct ctx *c, struct err *e)
{
	struct problem_facets facets;

	if (problem_facets_of_all(c->db, c->cache, c->mem, &facets, e) != 0)
		return -1;
	return put_counts(c, &facets.categories);
}
