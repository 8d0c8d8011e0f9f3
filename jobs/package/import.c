/* From a package's files to a version of a problem. */
#include "jobs/package/import.h"

#include <assert.h>

#include "base/limits.h"
#include "jobs/package/statement.h"
#include "model/job.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/installed.h"

static_assert((int)PACKAGE_STATEMENT == (int)PROBLEM_STATEMENT &&
		      (int)PACKAGE_VALIDATOR == (int)PROBLEM_VALIDATOR &&
		      (int)PACKAGE_JURY == (int)PROBLEM_JURY &&
		      (int)PACKAGE_STATIC_VALIDATOR == (int)PROBLEM_STATIC_VALIDATOR,
	"roles are the same numbers");

static void tell(const struct import_desk *desk, const char *what)
{
	if (desk->step != NULL)
		desk->step(desk->to, what);
}

int import_languages(
	const struct config *conf, struct arena *m, struct languages *out, struct err *e)
{
	const char *path = installed_file(m, conf->languages, "languages.conf");
	struct span text;

	return file_read(path, JUDGE_MAX_CONF, m, &text, e) != 0 ||
			       languages_parse(text, m, out, e) != 0
		       ? -1
		       : 0;
}

static struct problem_file_new *files_of(struct arena *m, const struct package *p)
{
	struct problem_file_new *v = arena_new_array(m, struct problem_file_new, p->n_files + 1);

	for (size_t i = 0; i < p->n_files; i++)
		v[i] = (struct problem_file_new){ .role = (enum problem_role)p->files[i].role,
			.path = p->files[i].path,
			.bytes = p->files[i].bytes };
	return v;
}

static struct testcase_new *tests_of(struct arena *m, const struct package *p)
{
	struct testcase_new *v = arena_new_array(m, struct testcase_new, p->n_tests + 1);

	for (size_t i = 0; i < p->n_tests; i++) {
		const struct package_test *t = &p->tests[i];

		v[i] = (struct testcase_new){ .path = t->path,
			.is_sample = t->is_sample,
			.input = t->input,
			.answer = t->answer,
			.args = t->args,
			.n_args = t->n_args,
			.validator_flags = t->flags,
			.hint = t->hint,
			.description = t->description };
	}
	return v;
}

static struct test_group_new *groups_of(struct arena *m, const struct package *p)
{
	struct test_group_new *v = arena_new_array(m, struct test_group_new, p->n_groups + 1);

	for (size_t i = 0; i < p->n_groups; i++)
		v[i] = (struct test_group_new){ p->groups[i].path, p->groups[i].config };
	return v;
}

static struct jury_solution_new *solutions_of(struct arena *m, const struct package *p)
{
	struct jury_solution_new *v =
		arena_new_array(m, struct jury_solution_new, p->n_solutions + 1);

	for (size_t i = 0; i < p->n_solutions; i++)
		v[i] = (struct jury_solution_new){ .path = p->solutions[i].path,
			.language = p->solutions[i].language,
			.entry = p->solutions[i].entry,
			.expected = p->solutions[i].expected,
			.sets_time = p->solutions[i].sets_time };
	return v;
}

static struct problem_new fill(struct arena *m, const struct package *p)
{
	return (struct problem_new){ .slug = p->slug,
		.format = p->format,
		.author = p->author,
		.source = p->source,
		.source_url = p->source_url,
		.license = p->license,
		.rules = &p->rules,
		.show_difference = p->show_difference,
		.files = files_of(m, p),
		.n_files = p->n_files,
		.tests = tests_of(m, p),
		.n_tests = p->n_tests,
		.groups = groups_of(m, p),
		.n_groups = p->n_groups,
		.solutions = solutions_of(m, p),
		.n_solutions = p->n_solutions,
		.tags = p->tags,
		.n_tags = p->n_tags,
		.equal_tests = PROBLEM_LEAVES_OUT_EQUAL };
}

static int store(const struct import_desk *desk, struct arena *m, struct problem_new *n,
	struct problem_made *made, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk edit = {
		.tx = &tx, .mem = m, .seal = desk->seal, .actor_id = desk->actor_id
	};
	int rc;

	if (desk->problem_id == 0 && problem_slug_free(desk->db, m, n->slug, &n->slug, e) != 0)
		return -1;
	if (tx_begin(desk->db, &tx, e) != 0)
		return -1;
	rc = desk->problem_id == 0 ? problem_create(&edit, n, made, e)
				   : problem_replace(&edit, desk->problem_id, n, made, e);
	if (rc != 0)
		return -1;
	if (desk->with != NULL && desk->with(desk->to, &tx, made, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* What the next version has otherwise than its package says. */
static void tell_kept(struct package_report *r, const struct problem_made *made)
{
	static const struct {
		int what;
		const char *text;
	} all[] = { { PROBLEM_HAND_TIME, "the time limit" },
		{ PROBLEM_HAND_MEMORY, "the memory limit" },
		{ PROBLEM_HAND_OUTPUT, "the output limit" },
		{ PROBLEM_HAND_DIFFERENCE, "whether members see where their output differs" } };

	for (size_t i = 0; i < countof(all); i++)
		if ((made->kept & all[i].what) != 0)
			package_say(r, PACKAGE_WARNING, SPAN_NONE, 0,
				"%s was set by hand and stays as it is; the package says otherwise",
				all[i].text);
}

void import_tell(struct package_report *r, const struct problem_made *made)
{
	tell_kept(r, made);
	for (size_t i = 0; i < made->n_equal; i++)
		package_say(r, PACKAGE_WARNING, made->equal[i].second, 0,
			"the test is equal to " SPAN_FMT "%s", SPAN_ARG(made->equal[i].first),
			made->equal[i].is_left_out ? " and was left out" : "");
}

int import_tree(const struct import_desk *desk, const struct package_tree *tree,
	struct package_report *r, struct problem_made *made, struct err *e)
{
	struct languages languages;
	struct package p;
	struct problem_new n;
	struct err why = { .kind = ERR_NONE };

	*made = (struct problem_made){ .id = 0 };
	if (import_languages(desk->conf, r->m, &languages, e) != 0)
		return -1;
	tell(desk, "reading the package");
	if (r->n_errors == 0)
		package_read(tree, &languages, r, &p);
	if (r->n_errors > 0)
		return 0;
	tell(desk, "converting the statement");
	n = fill(r->m, &p);
	n.texts = statements_make(desk->conf->box_program, &p, r);
	n.n_texts = p.n_texts;
	tell(desk, "storing the problem");
	if (store(desk, r->m, &n, made, &why) == 0) {
		import_tell(r, made);
		problem_evict(desk->cache, r->m, made->id);
		job_wake(desk->db, "problem");
		return 0;
	}
	made->id = 0;
	if (why.kind != ERR_INVALID && why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	package_say(r, PACKAGE_ERROR, span_of(why.field), 0, "%s", why.text);
	return 0;
}
