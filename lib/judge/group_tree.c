/*
 * The rows of groups, and the paths of tests, become a tree whose children stand in the order of
 * judging.
 */
#include "judge/group_tree.h"

bool group_lies_in(struct span path, struct span above)
{
	if (above.n == 0)
		return true;
	return path.n >= above.n && span_eq(span_sub(path, 0, above.n), above) &&
	       (path.n == above.n || path.p[above.n] == '/');
}

/* The group that a test or group hangs in. */
static struct node *deepest(const struct groups *g, struct span path)
{
	struct node *best = g->root;

	for (size_t i = 0; i < g->n_nodes; i++) {
		struct node *n = g->nodes[i];

		if (n->path.n < path.n && group_lies_in(path, n->path) && n->path.n > best->path.n)
			best = n;
	}
	return best;
}

static void add_child(struct node *parent, struct node *child)
{
	child->parent = parent;
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->child = child;
	parent->last = child;
	parent->n_run += child->is_test && !child->is_static;
}

/* Hangs the group into the tree when its first test comes, so that children stand in that order. */
static void hang(struct groups *g, struct node *n)
{
	struct node *above;

	if (n == g->root || n->parent != NULL)
		return;
	above = deepest(g, n->path);
	hang(g, above);
	add_child(above, n);
}

static struct node *find(struct groups *g, struct span path)
{
	for (size_t i = 0; i < g->n_nodes; i++) {
		if (span_eq(g->nodes[i]->path, path))
			return g->nodes[i];
	}
	return NULL;
}

static int read_rows(
	struct arena *m, const struct group_source *from, struct groups *g, struct err *e)
{
	/* Those that there are without a row. */
	const struct span implied[] = { SPAN(""), SPAN("sample"), SPAN("secret") };
	size_t n_implied = from->grading == GROUPS_2025 ? countof(implied) : 1;
	struct node *nodes = arena_new_array(m, struct node, from->n_rows + countof(implied));

	g->nodes = arena_new_array(m, struct node *, from->n_rows + countof(implied));
	for (size_t i = 0; i < from->n_rows; i++) {
		const struct group_row *row = &from->rows[i];
		struct node *n = &nodes[g->n_nodes];

		n->path = row->path;
		if (group_config_read(m, from->grading, row->path, row->config, &n->config, e) != 0)
			return -1;
		if (n->config.is_custom)
			n->graded = arena_new_one(m, struct graded);
		g->nodes[g->n_nodes++] = n;
	}
	for (size_t i = 0; i < n_implied; i++) {
		struct node *n = &nodes[g->n_nodes];

		if (find(g, implied[i]) != NULL)
			continue;
		n->path = implied[i];
		n->config = group_config_default(from->grading, n->path);
		g->nodes[g->n_nodes++] = n;
	}
	g->root = find(g, SPAN(""));
	return 0;
}

int groups_new(struct arena *m, const struct group_source *from, struct groups **out, struct err *e)
{
	struct groups *g = arena_new_one(m, struct groups);
	struct group_source bare = *from;

	if (from->grading == GROUPS_NONE)
		bare.n_rows = 0;
	g->mem = m;
	g->grading = from->grading;
	g->runs_all = from->runs_all;
	g->is_scoring = from->is_scoring && from->grading != GROUPS_NONE;
	if (read_rows(m, &bare, g, e) != 0)
		return -1;
	g->n_tests = from->n_tests;
	g->tests = arena_new_array(m, struct node, from->n_tests + 1);
	for (size_t i = 0; i < from->n_tests; i++) {
		struct node *t = &g->tests[i];
		struct node *group = deepest(g, from->tests[i]);

		t->path = from->tests[i];
		t->is_test = true;
		t->is_static = group_is_static(t->path);
		t->first = i;
		hang(g, group);
		add_child(group, t);
		for (struct node *n = group; n != NULL; n = n->parent) {
			if (n->n == 0)
				n->first = i;
			n->n = i - n->first + 1;
		}
	}
	*out = g;
	return 0;
}
