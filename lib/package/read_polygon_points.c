/*
 * Points of Polygon's tests, in the words of 2025-09: a group whose points are given all or none is
 * one of pass-fail, in any other each test has its share, and what a group depends on must be
 * passed before it.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/group.h"
#include "package/reader_polygon.h"

#define MOST_GROUPS 200
#define SPLIT       "secret/%04d"          // a test that is a group
#define OTHERS      "secret/without-group" // tests that are in none, where there are some

/* Of a test, or of a group. */
static double points_of(const struct xml *test)
{
	double v;

	return yml_is_number(xml_attr(test, "points"), &v) && v > 0 ? v : 0;
}

static const struct xml *tests_of(const struct xml *set)
{
	return xml_child(xml_child(set, "tests"), "test");
}

bool polygon_scores(const struct xml *set)
{
	const struct xml *group = xml_child(xml_child(set, "groups"), "group");

	for (const struct xml *t = tests_of(set); t != NULL; t = xml_next(t)) {
		if (points_of(t) > 0)
			return true;
	}
	while (group != NULL && points_of(group) <= 0)
		group = xml_next(group);
	return group != NULL;
}

/* The group's folder below data/; its name with what paths may hold. */
static struct span folder_of(struct arena *m, struct span group)
{
	char *path = arena_printf(m, "secret/" SPAN_FMT, SPAN_ARG(span_sub(group, 0, 60)));

	for (char *p = path + strlen("secret/"); *p != '\0'; p++) {
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
			    *p) == NULL)
			*p = '_';
	}
	return span_of(path);
}

struct worth {
	size_t n; // tests
	double sum, least, most;
};

/* Of the tests of a group that are no samples; of all that are in none for SPAN_NONE. */
static struct worth worth_of(const struct xml *set, struct span group)
{
	struct worth w = { 0 };

	for (const struct xml *t = tests_of(set); t != NULL; t = xml_next(t)) {
		double points = points_of(t);

		if (!span_eq(xml_attr(t, "group"), group) ||
			(points <= 0 && span_is(xml_attr(t, "sample"), "true")))
			continue;
		w.least = w.n == 0 || points < w.least ? points : w.least;
		w.most = points > w.most ? points : w.most;
		w.sum += points;
		w.n++;
	}
	return w;
}

static bool is_uneven(const struct worth *w)
{
	return w->most - w->least > 1e-9;
}

struct polygon_layout polygon_layout(const struct xml *set)
{
	struct polygon_layout l = { .has_groups =
					    xml_child(xml_child(set, "groups"), "group") != NULL };
	struct worth w = worth_of(set, SPAN_NONE);

	l.is_split = !l.has_groups && polygon_scores(set) && is_uneven(&w);
	return l;
}

struct span polygon_place(struct arena *m, const struct polygon_layout *layout,
	const struct xml *test, int number, bool *is_sample)
{
	struct span group = xml_attr(test, "group");

	*is_sample = span_is(xml_attr(test, "sample"), "true") && points_of(test) <= 0;
	if (*is_sample)
		return span_of(arena_printf(m, "sample/%04d", number));
	if (layout->is_split)
		return span_of(arena_printf(m, SPLIT "/1", number));
	if (group.n == 0)
		return span_of(
			arena_printf(m, "%s/%04d", layout->has_groups ? OTHERS : "secret", number));
	return span_of(arena_printf(m, SPAN_FMT "/%04d", SPAN_ARG(folder_of(m, group)), number));
}

/* Where no test of it says what it is worth, the group itself may. */
static struct worth worth_of_group(const struct xml *set, const struct xml *group)
{
	struct worth w = worth_of(set, xml_attr(group, "name"));

	if (w.n > 0 && w.sum <= 0)
		w.sum = points_of(group);
	return w;
}

static void add_row(struct reader *r, struct span path, const struct group_config *c)
{
	struct package *p = r->out;
	struct span json;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b = { .p = NULL };

	buf_init(&b, 65536);
	group_config_write(&b, GROUPS_2025, c);
	if (buf_finish(&b, &json, &e) == 0)
		p->groups[p->n_groups++] =
			(struct package_group){ .path = path, .config = arena_span(r->r->m, json) };
}

/* What stands in `requires` for a group: its folder, or the samples that are all it has. */
static void read_requires(
	struct reader *r, const struct xml *set, const struct xml *group, struct group_config *c)
{
	const struct xml *d = xml_child(xml_child(group, "dependencies"), "dependency");
	struct span *v = arena_new_array(r->r->m, struct span, MOST_GROUPS);

	for (; d != NULL && c->n_requires < MOST_GROUPS; d = xml_next(d)) {
		struct span name = xml_attr(d, "group");

		v[c->n_requires++] =
			worth_of(set, name).n > 0 ? folder_of(r->r->m, name) : SPAN("sample");
	}
	c->requires = v;
}

static void check_shares(struct reader *r, int line, struct span path, const struct worth *w)
{
	if (is_uneven(w))
		package_say(r->r, PACKAGE_WARNING, SPAN("problem.xml"), line,
			"the tests of " SPAN_FMT
			" are worth different points; each gets the same share of their sum",
			SPAN_ARG(path));
}

/* Each test that has points of its own, or none. */
static void add_tests(struct reader *r, const struct xml *set)
{
	int number = 0;

	for (const struct xml *t = tests_of(set); t != NULL; t = xml_next(t)) {
		struct span path = span_of(arena_printf(r->r->m, SPLIT, ++number));
		struct group_config c = group_config_default(GROUPS_2025, path);

		if (points_of(t) <= 0 && span_is(xml_attr(t, "sample"), "true"))
			continue;
		c.score = GROUP_SUM; // of one
		c.most = points_of(t);
		add_row(r, path, &c);
	}
}

static void add_group(struct reader *r, const struct xml *set, const struct xml *group)
{
	struct span name = xml_attr(group, "name");
	struct span path = folder_of(r->r->m, name);
	struct worth w = worth_of_group(set, group);
	struct group_config c = group_config_default(GROUPS_2025, path);

	if (name.n == 0 || w.n == 0)
		return;
	c.most = w.sum;
	if (!span_is(xml_attr(group, "points-policy"), "complete-group")) {
		c.score = GROUP_SUM;
		check_shares(r, group->line, path, &w);
	}
	read_requires(r, set, group, &c);
	add_row(r, path, &c);
}

/* Those that are in no group, each with its share. */
static void add_others(struct reader *r, const struct xml *set, const struct worth *alone)
{
	struct group_config c = group_config_default(GROUPS_2025, SPAN(OTHERS));

	c.score = GROUP_SUM;
	c.most = alone->sum;
	check_shares(r, set->line, SPAN(OTHERS), alone);
	add_row(r, SPAN(OTHERS), &c);
}

void polygon_groups(struct reader *r, const struct xml *set)
{
	const struct xml *group = xml_child(xml_child(set, "groups"), "group");
	struct group_config secret = group_config_default(GROUPS_2025, SPAN("secret"));
	struct worth alone = worth_of(set, SPAN_NONE);
	size_t n = 0;

	for (const struct xml *g = group; g != NULL; g = xml_next(g))
		n++;
	if (n > MOST_GROUPS) {
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), group->line,
			"there are more than %d groups of tests", MOST_GROUPS);
		return;
	}
	r->out->rules.is_scoring = true;
	r->out->rules.grading = RULES_GROUPS;
	r->out->groups = arena_new_array(r->r->m, struct package_group, n + alone.n + 2);
	secret.most = alone.sum;
	for (const struct xml *g = group; g != NULL; g = xml_next(g))
		secret.most += worth_of_group(set, g).sum;
	add_row(r, SPAN("secret"), &secret);
	if (group == NULL && is_uneven(&alone))
		add_tests(r, set);
	else if (group != NULL && alone.n > 0)
		add_others(r, set, &alone);
	for (const struct xml *g = group; g != NULL; g = xml_next(g))
		add_group(r, set, g);
}
