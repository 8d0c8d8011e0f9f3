/*
 * test_group.yaml of 2025-09, in sample, secret and the folders of secret, and the .yaml beside a
 * test. Arguments are inherited by the tests, nothing else is.
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
	"input_validator_flags", "grading" };
static const char *const test_keys[] = { "args", "input_validator_args", "output_validator_args",
	"input_visualizer_args", "output_visualizer_args", "full_feedback", "hint", "description" };

struct group {
	struct span path;
	struct group_config config;
	struct span flags; // of the validator; SPAN_NONE: not said
	const struct span *args;
	size_t n_args;
};

static void read_flags(const struct yml_file *f, const struct yml *root, struct span *out)
{
	const struct yml *v = yml_get(root, "output_validator_args");
	struct span *words, line;
	struct err e = { 0 };
	size_t n;
	BUF_AUTO b;

	buf_init(&b, 65536);
	if (v == NULL)
		v = yml_get(root, "output_validator_flags");
	if (v == NULL)
		return;
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

static void read_aggregation(
	const struct yml_file *f, const struct yml *root, struct group_config *c)
{
	struct span word;
	const struct yml *most = yml_get(root, "max_score");

	if (yml_text(f, root, "score_aggregation", &word)) {
		if (span_is(word, "sum"))
			c->score = GROUP_SUM;
		else if (span_is(word, "min"))
			c->score = GROUP_MIN;
		else if (span_is(word, "pass-fail"))
			c->score = GROUP_PASS_FAIL;
		else
			package_say(f->r, PACKAGE_ERROR, f->path,
				yml_get(root, "score_aggregation")->line,
				"score_aggregation is none of pass-fail, sum and min");
	}
	if (most == NULL)
		return;
	if (most->kind == YML_VALUE && span_is(most->text, "unbounded"))
		c->most = HUGE_VAL;
	else if (yml_number(f, root, "max_score", &c->most) && c->most < 0)
		package_say(f->r, PACKAGE_ERROR, f->path, most->line, "max_score is negative");
}

static struct group read_group(struct reader *r, struct span path)
{
	struct group g = { .path = path, .config = group_config_default(GROUPS_2025, path) };
	struct yml_file f = { .r = r->r,
		.path = span_of(arena_printf(
			r->r->m, "data/" SPAN_FMT "/test_group.yaml", SPAN_ARG(path))) };
	const struct package_file *file = package_tree_find(r->tree, f.path.p);
	const struct yml *root;
	struct span *words;

	if (file == NULL) {
		f.path = span_of(
			arena_printf(r->r->m, "data/" SPAN_FMT "/testdata.yaml", SPAN_ARG(path)));
		file = r->is_draft ? package_tree_find(r->tree, f.path.p) : NULL;
	}
	root = file != NULL ? yml_read(&f, reader_constants(r, file->bytes)) : NULL;
	if (root == NULL)
		return g;
	yml_only(&f, root, group_keys, countof(group_keys));
	read_flags(&f, root, &g.flags);
	g.n_args = yml_words(&f, yml_get(root, "args"), &words);
	g.args = words;
	yml_bool(&f, root, "full_feedback", &g.config.full_feedback);
	if (span_is(path, "sample"))
		return g;
	/* The draft had these below `grading`. */
	if (r->is_draft && yml_get(root, "grading") != NULL)
		root = yml_get(root, "grading");
	read_aggregation(&f, root, &g.config);
	g.config.n_requires = yml_words(&f, yml_get(root, "require_pass"), &words);
	g.config.requires = words;
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

/* The .yaml beside a test. */
static void read_test(struct reader *r, const struct group *g, struct package_test *t)
{
	struct yml_file f = { .r = r->r,
		.path = span_of(
			arena_printf(r->r->m, "data/" SPAN_FMT ".yaml", SPAN_ARG(t->path))) };
	const struct package_file *file = package_tree_find(r->tree, f.path.p);
	const struct yml *root = file != NULL ? yml_read(&f, file->bytes) : NULL;
	struct span *words;

	t->flags = g->flags;
	t->args = g->args;
	t->n_args = g->n_args;
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

static void check_scores(struct reader *r, const struct group *groups, size_t n)
{
	double most = 100;

	for (size_t i = 0; i < n; i++) {
		if (span_is(groups[i].path, "secret"))
			most = groups[i].config.most;
	}
	for (size_t i = 0; i < n && r->out->rules.is_scoring && isfinite(most); i++) {
		if (below(groups[i].path, "secret").p != NULL && isinf(groups[i].config.most))
			package_say(r->r, PACKAGE_ERROR, groups[i].path, 0,
				"the group has no max_score, though secret has one");
	}
}

void read_test_groups(struct reader *r)
{
	struct package *p = r->out;
	struct group *groups = arena_new_array(r->r->m, struct group, p->n_tests + 3);
	size_t n = 0;

	groups[n++] = read_group(r, SPAN("sample"));
	groups[n++] = read_group(r, SPAN("secret"));
	for (size_t i = 0; i < p->n_tests; i++) {
		struct span path = group_of(r, p->tests[i].path);
		size_t at = 0;

		while (at < n && !span_eq(groups[at].path, path))
			at++;
		if (at == n)
			groups[n++] = read_group(r, path);
		read_test(r, &groups[at], &p->tests[i]);
	}
	if (!p->rules.is_scoring)
		return;
	check_scores(r, groups, n);
	p->rules.grading = RULES_GROUPS;
	p->groups = arena_new_array(r->r->m, struct package_group, n);
	for (size_t i = 0; i < n; i++)
		add_group(r, &groups[i]);
}
