/*
 * test_group.yaml of 2025-09, in sample, secret and the folders of secret, and the .yaml beside a
 * test. Arguments are inherited by the tests, in the draft by groups too; nothing else is.
 */
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "judge/flags.h"
#include "judge/group.h"
#include "package/reader_tests.h"

static const char *const group_keys[] = { "max_score", "score_aggregation",
	"static_validation_score", "require_pass", "args", "input_validator_args",
	"static_validator_args", "output_validator_args", "input_visualizer_args",
	"output_visualizer_args", "full_feedback", "output_validator_flags",
	"input_validator_flags", "grading", "scoring" };
static const char *const test_keys[] = { "args", "input_validator_args", "output_validator_args",
	"input_visualizer_args", "output_visualizer_args", "full_feedback", "hint", "description" };

struct group {
	struct span path;
	struct group_config config;
	struct span flags; // of the validator; SPAN_NONE: not said
	const struct span *args;
	size_t n_args;
	bool asks_source; // it has a static validation
	struct span static_args;
};

void read_arguments(const struct yml_file *f, const struct yml *v, struct span *out)
{
	struct span *words, line;
	struct err e = { 0 };
	size_t n;
	BUF_AUTO b;

	buf_init(&b, 65536);
	n = yml_words(f, v, &words);
	if (v->kind == YML_VALUE) {
		*out = n > 0 ? words[0] : SPAN(""); // a line already
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (words[i].n > 0)
			flags_add(&b, words[i]);
	if (buf_finish(&b, &line, &e) == 0)
		*out = arena_span(f->r->m, line);
	else
		package_say(f->r, PACKAGE_ERROR, f->path, v->line, "the arguments are too long");
}

static void read_flags(const struct yml_file *f, const struct yml *root, struct span *out)
{
	const struct yml *v = yml_get(root, "output_validator_args");

	if (v == NULL)
		v = yml_get(root, "output_validator_flags");
	if (v != NULL)
		read_arguments(f, v, out);
}

/* What the two keys are called. */
struct scoring_keys {
	const char *most, *how;
};
static const struct scoring_keys usual_keys = { "max_score", "score_aggregation" };
static const struct scoring_keys draft_keys = { "score", "aggregation" };

static void read_aggregation(const struct yml_file *f, const struct yml *root,
	const struct scoring_keys *keys, struct group_config *c)
{
	struct span word;
	const struct yml *most = yml_get(root, keys->most);

	if (yml_text(f, root, keys->how, &word)) {
		if (span_is(word, "sum"))
			c->score = GROUP_SUM;
		else if (span_is(word, "min"))
			c->score = GROUP_MIN;
		else if (span_is(word, "pass-fail"))
			c->score = GROUP_PASS_FAIL;
		else
			package_say(f->r, PACKAGE_ERROR, f->path, yml_get(root, keys->how)->line,
				"%s is none of pass-fail, sum and min", keys->how);
	}
	if (most == NULL)
		return;
	if (most->kind == YML_VALUE && span_is(most->text, "unbounded"))
		c->most = HUGE_VAL;
	else if (yml_number(f, root, keys->most, &c->most) && c->most < 0)
		package_say(f->r, PACKAGE_ERROR, f->path, most->line, "%s is negative", keys->most);
}

/* The file that says something of a folder; NULL. "" is the root. */
static const struct package_file *config_of(
	const struct reader *r, struct span path, struct yml_file *f)
{
	static const char *const names[] = { "test_group.yaml", "testdata.yaml" };
	const struct package_file *file = NULL;

	for (size_t i = 0; file == NULL && i < (r->is_draft ? countof(names) : 1); i++) {
		f->path = span_of(arena_printf(r->r->m, "data%s" SPAN_FMT "/%s",
			path.n > 0 ? "/" : "", SPAN_ARG(path), names[i]));
		file = package_tree_find(r->tree, f->path.p);
	}
	return file;
}

static void read_scoring(
	struct reader *r, const struct yml_file *f, const struct yml *root, struct group *g)
{
	const struct scoring_keys *keys = &usual_keys;
	struct span *words;

	/* The draft had these below `scoring`, and `grading` before that. */
	if (r->is_draft && yml_get(root, "scoring") != NULL) {
		root = yml_get(root, "scoring");
		keys = &draft_keys;
	} else if (r->is_draft && yml_get(root, "grading") != NULL) {
		root = yml_get(root, "grading");
	}
	read_aggregation(f, root, keys, &g->config);
	g->config.n_requires = yml_words(f, yml_get(root, "require_pass"), &words);
	g->config.requires = words;
}

/* Keys that say nothing where they stand. */
static void check_place(
	const struct yml_file *f, const struct yml *root, struct span path, bool is_draft)
{
	static const char *const scoring[] = { "max_score", "score_aggregation", "require_pass" };

	if (path.n == 0 && !is_draft)
		package_say(f->r, PACKAGE_WARNING, f->path, 0,
			"the format looks for this file in sample, secret and groups; its "
			"arguments are taken for all tests");
	for (size_t i = 0; i < countof(scoring) && span_is(path, "sample"); i++) {
		if (yml_get(root, scoring[i]) != NULL)
			package_say(f->r, PACKAGE_WARNING, f->path, yml_get(root, scoring[i])->line,
				"samples have no %s; it was passed over", scoring[i]);
	}
	if (path.n == 0 && yml_get(root, "static_validation_score") != NULL)
		package_say(f->r, PACKAGE_ERROR, f->path,
			yml_get(root, "static_validation_score")->line,
			"a static validation belongs to sample, secret or a group");
}

/* What the folder says, and of what it says nothing, the one above; NULL: none that it inherits
 * from. */
static struct group read_group(struct reader *r, struct span path, const struct group *above)
{
	struct group g = { .path = path, .config = group_config_default(GROUPS_2025, path) };
	struct yml_file f = { .r = r->r };
	const struct package_file *file = config_of(r, path, &f);
	const struct yml *root = NULL;
	struct span *words;

	if (above != NULL) {
		g.flags = above->flags;
		g.args = above->args;
		g.n_args = above->n_args;
	}
	if (file != NULL)
		root = yml_read(&f, reader_constants(r, file->bytes));
	if (root == NULL)
		return g;
	yml_only(&f, root, group_keys, countof(group_keys));
	check_place(&f, root, path, r->is_draft);
	read_flags(&f, root, &g.flags);
	if (yml_get(root, "args") != NULL) {
		g.n_args = yml_words(&f, yml_get(root, "args"), &words);
		g.args = words;
	}
	yml_bool(&f, root, "full_feedback", &g.config.full_feedback);
	if (path.n > 0 && !span_is(path, "sample"))
		read_scoring(r, &f, root, &g);
	if (path.n > 0)
		g.asks_source = read_static(r, &f, root, &g.config, &g.static_args);
	return g;
}

static void add_group(struct reader *r, const struct group *g)
{
	struct package *p = r->out;
	struct span json;
	struct err e = { 0 };
	BUF_AUTO b;

	buf_init(&b, 65536);
	group_config_write(&b, GROUPS_2025, &g->config);
	if (buf_finish(&b, &json, &e) == 0)
		p->groups[p->n_groups++] = (struct package_group){ .path = g->path,
			.config = arena_span(r->r->m, json) };
}

/* The .yaml beside a test. Members see where they went wrong if all secret tests allow that: here
 * it is for all of a problem or for none. */
static void read_test(struct reader *r, const struct group *g, struct package_test *t)
{
	bool open = g->config.full_feedback;
	struct yml_file f = { .r = r->r,
		.path = span_of(
			arena_printf(r->r->m, "data/" SPAN_FMT ".yaml", SPAN_ARG(t->path))) };
	const struct package_file *file = package_tree_find(r->tree, f.path.p);
	const struct yml *root = file != NULL ? yml_read(&f, file->bytes) : NULL;
	struct span *words;

	t->flags = g->flags;
	t->args = g->args;
	t->n_args = g->n_args;
	yml_bool(&f, root, "full_feedback", &open);
	r->out->show_difference = r->out->show_difference && (open || t->is_sample);
	if (root == NULL)
		return;
	yml_only(&f, root, test_keys, countof(test_keys));
	read_flags(&f, root, &t->flags);
	if (yml_get(root, "args") != NULL) {
		t->n_args = yml_words(&f, yml_get(root, "args"), &words);
		t->args = words;
	}
	yml_text(&f, root, "hint", &t->hint);
	yml_text(&f, root, "description", &t->description);
}

/* A folder of secret is a group when it says what it is worth; the draft took every one. */
static bool is_marked(const struct reader *r, struct span path)
{
	return r->is_draft ||
	       package_tree_find(r->tree, arena_printf(r->r->m, "data/" SPAN_FMT "/test_group.yaml",
						  SPAN_ARG(path))) != NULL;
}

/* "secret/group1" of "secret/group1/deep/03"; "secret" of "secret/03". */
static struct span group_of(const struct reader *r, struct span test)
{
	struct span rest = test;
	struct span first;
	struct span second;

	if (!span_split(&rest, '/', &first) || !span_split(&rest, '/', &second))
		return first;
	if (second.p + second.n == test.p + test.n || !span_is(first, "secret"))
		return first;
	second = span_sub(test, 0, first.n + 1 + second.n);
	return is_marked(r, second) ? second : first;
}

static void check_requires(struct reader *r, const struct group *groups, size_t n, size_t at)
{
	const struct group *g = &groups[at];

	for (size_t i = 0; i < g->config.n_requires; i++) {
		struct span name = g->config.requires[i];
		bool found = span_is(name, "sample");

		for (size_t k = 0; k < n && !found; k++)
			found = span_eq(groups[k].path, name) && span_cmp(name, g->path) < 0 &&
				!span_is(name, "secret");
		if (!found)
			package_say(r->r, PACKAGE_WARNING, g->path, 0,
				"require_pass names \"" SPAN_FMT
				"\", which is no group in front of it; it was passed over",
				SPAN_ARG(span_sub(name, 0, 80)));
	}
}

/* The draft: groups that do not say what they are worth share what the others leave of secret. */
static void share_scores(struct group *groups, size_t n)
{
	const struct group *secret = &groups[1];
	double left = secret->config.most;
	size_t n_silent = 0;

	for (size_t i = 2; i < n; i++) {
		if (isfinite(groups[i].config.most))
			left -= groups[i].config.most;
		else
			n_silent++;
	}
	if (secret->config.score == GROUP_SUM)
		left /= n_silent > 0 ? (double)n_silent : 1;
	else
		left = secret->config.most;
	for (size_t i = 2; i < n && isfinite(left) && left >= 0; i++)
		groups[i].config.most =
			isfinite(groups[i].config.most) ? groups[i].config.most : left;
}

/* 2025-09: what the groups give together is what secret gives. */
static void check_sum(struct reader *r, const struct group *groups, size_t n)
{
	const struct package *p = r->out;
	double most = groups[1].config.most;
	double sum = 0;
	bool has_tests = false;

	if (groups[1].config.score != GROUP_SUM || n < 3)
		return;
	for (size_t i = 2; i < n; i++)
		sum += groups[i].config.most;
	for (size_t i = 0; i < p->n_tests; i++)
		has_tests = has_tests || span_is(group_of(r, p->tests[i].path), "secret");
	if (has_tests)
		package_say(r->r, PACKAGE_ERROR, SPAN("data/secret"), 0,
			"there are tests beside the groups, which leaves open what they are worth");
	else if (sum > most)
		package_say(r->r, PACKAGE_WARNING, SPAN("data/secret"), 0,
			"the groups give %g together, more than the max_score of secret, which is "
			"%g: whoever gets more is not judged",
			sum, most);
}

static void check_scores(struct reader *r, const struct group *groups, size_t n)
{
	double most = 100;

	for (size_t i = 0; i < n; i++) {
		if (span_is(groups[i].path, "secret"))
			most = groups[i].config.most;
	}
	for (size_t i = 0; i < n; i++) {
		if (span_is(groups[i].path, "sample"))
			continue;
		if (isinf(groups[i].config.most) && isfinite(most))
			package_say(r->r, PACKAGE_ERROR, groups[i].path, 0,
				"the group has no max_score, though secret has one");
		else if (isinf(groups[i].config.most) && groups[i].config.score == GROUP_PASS_FAIL)
			package_say(r->r, PACKAGE_ERROR, groups[i].path, 0,
				"the group gives all or nothing, but has no max_score");
		check_requires(r, groups, n, i);
	}
}

/* The groups that were met, those of sample and secret first. */
struct met {
	struct group *v; // sample, secret, then those of secret
	size_t n;
	struct group all; // what holds for every test
};

static struct group *meet(struct reader *r, struct met *met, struct span path)
{
	for (size_t i = 0; i < met->n; i++) {
		if (span_eq(met->v[i].path, path))
			return &met->v[i];
	}
	met->v[met->n] = read_group(r, path, r->is_draft && met->n > 1 ? &met->v[1] : &met->all);
	return &met->v[met->n++];
}

/* A group may have no other test than its static validation. */
static void meet_bare(struct reader *r, struct met *met)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		struct span path = below(r->tree->files[i].path, "data");
		size_t n = met->n;

		if (span_is(path_base(path), "test_group.yaml") &&
			span_is(path_folder(path_folder(path)), "secret") &&
			!meet(r, met, path_folder(path))->asks_source)
			met->n = n; // unless it was met before, it has nothing to be judged
	}
}

static void add_static(struct reader *r, const struct group *g)
{
	struct package *p = r->out;

	p->tests[p->n_tests++] =
		(struct package_test){ .path = span_of(arena_printf(r->r->m, SPAN_FMT "/%s",
					       SPAN_ARG(g->path), GROUP_STATIC_TEST)),
			.input = SPAN(""),
			.answer = SPAN(""),
			.flags = g->static_args };
}

void read_test_groups(struct reader *r)
{
	struct package *p = r->out;
	struct met met = { .v = arena_new_array(r->r->m, struct group, r->tree->n + 3) };
	struct group *groups = met.v;
	size_t n = p->n_tests;

	met.all = read_group(r, SPAN(""), NULL);
	meet(r, &met, SPAN("sample"));
	meet(r, &met, SPAN("secret"));
	p->show_difference = true;
	for (size_t i = 0; i < n; i++)
		read_test(r, meet(r, &met, group_of(r, p->tests[i].path)), &p->tests[i]);
	meet_bare(r, &met);
	n = met.n;
	for (size_t i = 0; i < n; i++) {
		if (groups[i].asks_source)
			add_static(r, &groups[i]);
	}
	if (!p->rules.is_scoring)
		return;
	if (r->is_draft)
		share_scores(groups, n);
	else
		check_sum(r, groups, n);
	check_scores(r, groups, n);
	p->rules.grading = RULES_GROUPS;
	p->groups = arena_new_array(r->r->m, struct package_group, n);
	for (size_t i = 0; i < n; i++)
		add_group(r, &groups[i]);
}
