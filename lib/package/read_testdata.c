/*
 * testdata.yaml of legacy packages. What a folder says holds for the folders in it until they say
 * otherwise; the groups are kept with all of that filled in.
 */
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "judge/group.h"
#include "package/reader_tests.h"

static const char *const keys[] = { "on_reject", "grading", "grader_flags", "input_validator_flags",
	"output_validator_flags", "accept_score", "reject_score", "range" };

/* A folder with its config and the validator's flags there. */
struct folder {
	struct span path;
	struct group_config config;
	struct span flags;  // output_validator_flags
	struct span grader; // grader_flags as they stand
	struct folder *next;
};

static void read_range(const struct yml_file *f, const struct yml *v, struct group_config *c)
{
	struct span rest = v->kind == YML_VALUE ? v->text : SPAN("");
	struct span word;
	double out[2] = { -HUGE_VAL, HUGE_VAL };
	int n = 0;

	while (span_split(&rest, ' ', &word)) {
		if (word.n == 0)
			continue;
		if (n == 2)
			n = 3;
		if (n < 2 && !yml_is_number(word, &out[n]) && !span_is(word, "-inf") &&
			!span_is(word, "inf") && !span_is(word, "+inf"))
			n = 3;
		else
			n++;
	}
	if (n != 2)
		package_say(f->r, PACKAGE_ERROR, f->path, v->line, "range is not two numbers");
	c->least = out[0];
	c->most = out[1];
}

/* A text, or a map of the validator's name and its flags. */
static void read_flags(const struct yml_file *f, const struct yml *root, struct folder *out)
{
	const struct yml *v = yml_get(root, "output_validator_flags");

	if (v != NULL && v->kind == YML_MAP)
		yml_text(f, v, "flags", &out->flags);
	else
		yml_text(f, root, "output_validator_flags", &out->flags);
}

/* Scores may be quoted, and on_reject had other words once. */
static void read_keys(
	struct reader *r, const struct yml_file *f, const struct yml *root, struct folder *out)
{
	struct group_config *c = &out->config;
	struct span word = SPAN("");
	struct err e = { 0 };

	if (yml_text(f, root, "on_reject", &word)) {
		c->goes_on = span_is(word, "continue") || span_is(word, "grade") ||
			     span_is(word, "worst_error");
		if (!c->goes_on && !span_is(word, "break") && !span_is(word, "first_error"))
			package_say(f->r, PACKAGE_ERROR, f->path, yml_get(root, "on_reject")->line,
				"on_reject is neither break nor continue");
		r->has_groups = true;
	}
	if (yml_text(f, root, "grading", &word)) {
		c->is_custom = span_is(word, "custom");
		r->has_groups = true;
	}
	if (yml_text(f, root, "grader_flags", &out->grader)) {
		c->score = GROUP_SUM;
		c->verdict = GROUP_WORST_ERROR;
		c->ignore_sample = c->accept_if_any_accepted = false;
		if (!c->is_custom && group_config_flags(c, out->grader, &e) != 0)
			package_say(f->r, PACKAGE_ERROR, f->path,
				yml_get(root, "grader_flags")->line, "%s", e.text);
		r->has_groups = true;
	}
	c->flags = out->grader; // that of a folder above, where this one says nothing
	yml_number(f, root, "accept_score", &c->accept_score);
	yml_number(f, root, "reject_score", &c->reject_score);
	if (yml_get(root, "range") != NULL)
		read_range(f, yml_get(root, "range"), c);
	read_flags(f, root, out);
}

static struct folder *find(struct folder *all, struct span path)
{
	while (all != NULL && !span_eq(all->path, path))
		all = all->next;
	return all;
}

/* The folder, those above it first. ignore_sample is the root's alone. */
static struct folder *folder_of(struct reader *r, struct folder **all, struct span path)
{
	struct folder *f = find(*all, path);
	const struct folder *above;
	const struct package_file *file;
	struct yml_file y = { .r = r->r };
	const struct yml *root;

	if (f != NULL)
		return f;
	above = path.n > 0 ? folder_of(r, all, path_folder(path)) : NULL;
	f = arena_new_one(r->r->m, struct folder);
	if (above != NULL)
		*f = *above;
	else
		f->config = group_config_default(GROUPS_LEGACY, path);
	f->config.ignore_sample = false;
	f->path = path;
	f->next = *all;
	*all = f;
	y.path = span_of(arena_printf(r->r->m,
		"data"
		"%s" SPAN_FMT "/testdata.yaml",
		path.n > 0 ? "/" : "", SPAN_ARG(path)));
	file = package_tree_find(r->tree, y.path.p);
	root = file != NULL ? yml_read(&y, file->bytes) : NULL;
	if (root != NULL) {
		yml_only(&y, root, keys, countof(keys));
		read_keys(r, &y, root, f);
	}
	return f;
}

/* problem.yaml could say for all groups what testdata.yaml says now. */
static void old_grading(struct reader *r, struct folder **all)
{
	const struct package_file *file = package_tree_find(r->tree, "problem.yaml");
	struct package_report quiet = { .m = r->r->m };
	struct yml_file y = { .r = &quiet, .path = SPAN("problem.yaml") };
	const struct yml *root = file != NULL ? yml_read(&y, file->bytes) : NULL;
	const struct yml *grading = yml_get(root, "grading");
	struct folder *top = folder_of(r, all, SPAN(""));

	y.r = r->r;
	if (grading != NULL && grading->kind == YML_MAP)
		read_keys(r, &y, grading, top);
}

static void add_group(struct reader *r, const struct folder *f)
{
	struct package *p = r->out;
	struct span json;
	struct err e = { 0 };
	BUF_AUTO b;

	r->wants_grader = r->wants_grader || f->config.is_custom;
	buf_init(&b, 65536);
	group_config_write(&b, GROUPS_LEGACY, &f->config);
	if (buf_finish(&b, &json, &e) == 0)
		p->groups[p->n_groups++] = (struct package_group){ .path = f->path,
			.config = arena_span(r->r->m, json) };
}

/* Flags of the package and of the folder, both. */
static struct span all_flags(struct reader *r, struct span of_folder)
{
	const char *own = r->out->rules.validator_flags;

	if (of_folder.n == 0)
		return SPAN_NONE;
	return own[0] == '\0'
		       ? of_folder
		       : span_of(arena_printf(r->r->m, "%s " SPAN_FMT, own, SPAN_ARG(of_folder)));
}

void read_testdata(struct reader *r)
{
	struct package *p = r->out;
	struct folder *all = NULL;
	size_t n = 0;

	old_grading(r, &all);
	for (size_t i = 0; i < p->n_tests; i++)
		p->tests[i].flags =
			all_flags(r, folder_of(r, &all, path_folder(p->tests[i].path))->flags);
	if (!r->has_groups && !p->rules.is_scoring)
		return;
	p->rules.grading = RULES_LEGACY;
	for (const struct folder *f = all; f != NULL; f = f->next)
		n++;
	p->groups = arena_new_array(r->r->m, struct package_group, n + 1);
	add_group(r, find(all, SPAN("")));
	/* In the order of the tests. */
	for (size_t i = 0; i < p->n_tests; i++) {
		struct span path = p->tests[i].path;

		for (size_t k = 0; k < path.n; k++) {
			struct span above = span_sub(path, 0, k);
			bool there = path.p[k] != '/';

			for (size_t g = 0; g < p->n_groups && !there; g++)
				there = span_eq(p->groups[g].path, above);
			if (!there)
				add_group(r, find(all, above));
		}
	}
}
