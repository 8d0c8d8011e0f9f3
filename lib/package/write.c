/*
 * A problem as a package of the format that its groups are of. problem.yaml and what the groups say
 * are written from what the problem is, everything else is put where it was.
 */
#include "package/package.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "judge/doc.h"
#include "judge/flags.h"
#include "judge/group.h"
#include "package/reader.h"

struct writer {
	const struct package *p;
	struct arena *m;
	struct package_file *v;
	size_t n;
	bool is_2025;
	struct err *e;
};

static void add(struct writer *w, const char *path, struct span bytes)
{
	w->v[w->n++] = (struct package_file){ .path = span_of(path), .bytes = bytes };
}

static void add_text(struct writer *w, const char *path, struct buf *b)
{
	struct span text;

	if (buf_finish(b, &text, w->e) == 0)
		add(w, path, arena_span(w->m, text));
}

/* ---- problem.yaml ------------------------------------------------------------------------------
 */

static void put_pair(struct buf *b, const char *key, struct span value)
{
	if (value.n == 0)
		return;
	buf_addf(b, "%s: ", key);
	doc_put_text(b, value);
	buf_addc(b, '\n');
}

static void put_names(struct writer *w, struct buf *b)
{
	buf_adds(b, "name:\n");
	for (size_t i = 0; i < w->p->n_texts; i++)
		put_pair(b, arena_printf(w->m, "  " SPAN_FMT, SPAN_ARG(w->p->texts[i].lang)),
			w->p->texts[i].title);
}

static void put_number(struct buf *b, const char *key, double v)
{
	buf_addf(b, "%s: ", key);
	doc_put_number(b, v);
	buf_addc(b, '\n');
}

static void put_limits(struct writer *w, struct buf *b)
{
	const struct judge_rules *r = &w->p->rules;

	buf_adds(b, "limits:\n");
	if (!r->time_is_suggested)
		put_number(b, "  time_limit", r->time_ms / 1000.0);
	if (w->is_2025) {
		buf_adds(b, "  time_multipliers:\n");
		put_number(b, "    ac_to_time_limit", r->time_multiplier);
		put_number(b, "    time_limit_to_tle", r->time_margin);
		put_number(b, "  time_resolution", r->time_resolution_ms / 1000.0);
	} else {
		put_number(b, "  time_multiplier", r->time_multiplier);
		put_number(b, "  time_safety_margin", r->time_margin);
	}
	put_number(b, "  memory", r->memory_mib);
	put_number(b, "  output", r->output_kib / 1024.0);
	put_number(b, "  code", r->code_kib);
	put_number(b, "  compilation_time", r->build_ms / 1000.0);
	put_number(b, "  compilation_memory", r->build_mib);
	put_number(b, "  validation_time", r->check_ms / 1000.0);
	put_number(b, "  validation_memory", r->check_mib);
	put_number(b, "  validation_output", r->check_kib / 1024.0);
	if (r->is_multipass)
		put_number(b, "  validation_passes", r->passes);
}

/* By the format's codes, each once: it has one C++, and one Python 3. */
static void put_languages(struct writer *w, struct buf *b)
{
	const struct judge_rules *r = &w->p->rules;

	if (r->languages != NULL)
		buf_adds(b, "languages:\n");
	for (size_t i = 0; r->languages != NULL && i < r->n_languages; i++) {
		struct span code = language_code(span_of(r->languages[i]));
		bool is_new = true;

		for (size_t k = 0; k < i; k++)
			is_new = is_new && !span_eq(code, language_code(span_of(r->languages[k])));
		if (is_new)
			buf_addf(b, "- " SPAN_FMT "\n", SPAN_ARG(code));
	}
}

static void put_latest(struct writer *w, struct buf *b)
{
	const struct judge_rules *r = &w->p->rules;

	buf_addf(b, "type: [%s%s%s%s]\n", r->is_scoring ? "scoring" : "pass-fail",
		r->is_interactive ? ", interactive" : "", r->is_multipass ? ", multi-pass" : "",
		r->submits_answers ? ", submit-answer" : "");
	put_pair(b, "credits", w->p->author);
	if (w->p->source.n > 0) {
		buf_adds(b, "source:\n");
		put_pair(b, "  name", w->p->source);
		put_pair(b, "  url", w->p->source_url);
	}
	if (r->may_write_files)
		buf_adds(b, "allow_file_writing: true\n");
}

static void put_legacy(struct writer *w, struct buf *b)
{
	const struct judge_rules *r = &w->p->rules;

	buf_addf(b, "type: %s\n", r->is_scoring ? "scoring" : "pass-fail");
	put_pair(b, "author", w->p->author);
	put_pair(b, "source", w->p->source);
	put_pair(b, "source_url", w->p->source_url);
	if (r->validator != RULES_DEFAULT)
		buf_addf(b, "validation: custom%s%s%s\n",
			r->is_scoring && r->validator_scores ? " score" : "",
			r->is_interactive ? " interactive" : "",
			r->is_multipass ? " multi-pass" : "");
	put_pair(b, "validator_flags", span_of(r->validator_flags));
	if (!r->maximize)
		buf_adds(b, "grading:\n  objective: min\n");
}

static void write_problem_yaml(struct writer *w)
{
	const struct package *p = w->p;
	BUF_AUTO b;

	buf_init(&b, 1 << 20);
	put_pair(&b, "problem_format_version",
		w->is_2025                          ? SPAN("2025-09")
		: span_is(p->format, "legacy-icpc") ? SPAN("legacy-icpc")
						    : SPAN("legacy"));
	put_names(w, &b);
	if (w->is_2025)
		put_latest(w, &b);
	else
		put_legacy(w, &b);
	put_pair(&b, "license", p->license);
	if (p->n_tags > 0) {
		buf_adds(&b, "keywords:\n");
		for (size_t i = 0; i < p->n_tags; i++) {
			buf_adds(&b, "- ");
			doc_put_text(&b, p->tags[i]);
			buf_addc(&b, '\n');
		}
	}
	put_languages(w, &b);
	put_limits(w, &b);
	add_text(w, "problem.yaml", &b);
}

/* ---- groups and tests --------------------------------------------------------------------------
 */

static const char *const score_words[] = {
	[GROUP_SUM] = "sum",
	[GROUP_MIN] = "min",
	[GROUP_PASS_FAIL] = "pass-fail",
	[GROUP_AVG] = "avg",
	[GROUP_MAX] = "max",
};
static const char *const verdict_words[] = {
	[GROUP_WORST_ERROR] = "worst_error",
	[GROUP_FIRST_ERROR] = "first_error",
	[GROUP_ALWAYS_ACCEPT] = "always_accept",
};

static void put_limit(struct buf *b, double v)
{
	if (isfinite(v))
		doc_put_number(b, v);
	else
		buf_adds(b, v > 0 ? "inf" : "-inf");
}

static void put_testdata(struct writer *w, struct buf *b, const struct group_config *c)
{
	buf_addf(b, "on_reject: %s\n", c->goes_on ? "continue" : "break");
	if (c->is_custom && c->flags.n == 0)
		buf_adds(b, "grading: custom\n");
	else if (c->is_custom)
		buf_addf(b, "grading: custom\ngrader_flags: " SPAN_FMT "\n", SPAN_ARG(c->flags));
	else
		buf_addf(b, "grader_flags: %s %s%s%s\n", verdict_words[c->verdict],
			score_words[c->score], c->ignore_sample ? " ignore_sample" : "",
			c->accept_if_any_accepted ? " accept_if_any_accepted" : "");
	if (!w->p->rules.is_scoring)
		return;
	put_number(b, "accept_score", c->accept_score);
	put_number(b, "reject_score", c->reject_score);
	buf_adds(b, "range: ");
	put_limit(b, c->least);
	buf_addc(b, ' ');
	put_limit(b, c->most);
	buf_addc(b, '\n');
}

static void put_list(struct buf *b, const char *key, const struct span *v, size_t n)
{
	buf_addf(b, "%s:%s\n", key, n == 0 ? " []" : "");
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, "- ");
		doc_put_text(b, v[i]);
		buf_addc(b, '\n');
	}
}

/* A line of flags as a list of arguments. */
static void put_arguments(struct writer *w, struct buf *b, const char *key, struct span flags)
{
	struct span word;
	struct span words[200];
	size_t n = 0;

	while (n < countof(words) && flags_next(&flags, w->m, &word))
		words[n++] = word;
	put_list(b, key, words, n);
}

/* What the test that reads the source was made of; c NULL: of a problem without scores. */
static void put_static(
	struct writer *w, struct buf *b, const struct package_test *t, const struct group_config *c)
{
	if (c == NULL || c->score == GROUP_PASS_FAIL)
		buf_adds(b, "static_validation_score: pass-fail\n");
	else
		put_number(b, "static_validation_score", c->static_most);
	if (t->flags.n > 0)
		put_arguments(w, b, "static_validator_args", t->flags);
}

static const struct package_test *static_test(const struct writer *w, struct span group)
{
	for (size_t i = 0; i < w->p->n_tests; i++) {
		const struct package_test *t = &w->p->tests[i];

		if (group_is_static(t->path) && span_eq(path_folder(t->path), group))
			return t;
	}
	return NULL;
}

static void put_test_group(struct buf *b, struct span path, const struct group_config *c)
{
	if (c->full_feedback != span_is(path, "sample"))
		buf_addf(b, "full_feedback: %s\n", c->full_feedback ? "true" : "false");
	if (span_is(path, "sample"))
		return;
	buf_addf(b, "score_aggregation: %s\n", score_words[c->score]);
	if (isfinite(c->most))
		put_number(b, "max_score", c->most);
	else
		buf_adds(b, "max_score: unbounded\n");
	if (c->n_requires > 0)
		buf_adds(b, "require_pass:\n");
	for (size_t i = 0; i < c->n_requires; i++) {
		buf_adds(b, "- ");
		doc_put_text(b, c->requires[i]);
		buf_addc(b, '\n');
	}
}

/* Flags of tests, where they are those of no group: legacy says them of folders. */
static struct span flags_of_folder(const struct writer *w, struct span path)
{
	const char *own = w->p->rules.validator_flags;

	for (size_t i = 0; i < w->p->n_tests; i++) {
		struct span flags = w->p->tests[i].flags;

		if (!span_eq(path_folder(w->p->tests[i].path), path) || flags.n == 0)
			continue;
		/* The rules' own stand in front of them. */
		return own[0] != '\0' && span_starts(flags, own)
			       ? span_trim(span_sub(flags, strlen(own), flags.n))
			       : flags;
	}
	return SPAN_NONE;
}

static void write_groups(struct writer *w)
{
	enum group_grading grading = (enum group_grading)w->p->rules.grading;

	for (size_t i = 0; i < w->p->n_groups; i++) {
		const struct package_group *g = &w->p->groups[i];
		const struct package_test *asks = static_test(w, g->path);
		struct group_config c;
		struct span flags;
		BUF_AUTO b;

		buf_init(&b, 65536);
		if (group_config_read(w->m, grading, g->path, g->config, &c, w->e) != 0)
			return;
		if (w->is_2025) {
			put_test_group(&b, g->path, &c);
			if (asks != NULL)
				put_static(w, &b, asks, &c);
		} else {
			put_testdata(w, &b, &c);
			flags = flags_of_folder(w, g->path);
			put_pair(&b, "output_validator_flags", flags);
		}
		if (buf_size(&b) > 0)
			add_text(w,
				arena_printf(w->m, "data%s" SPAN_FMT "/%s",
					g->path.n > 0 ? "/" : "", SPAN_ARG(g->path),
					w->is_2025 ? "test_group.yaml" : "testdata.yaml"),
				&b);
	}
}

/* Where there are no groups, of what is asked of the source only its test tells. */
static void write_static_groups(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_tests && w->p->n_groups == 0; i++) {
		const struct package_test *t = &w->p->tests[i];
		BUF_AUTO b;

		buf_init(&b, 65536);
		if (!group_is_static(t->path))
			continue;
		put_static(w, &b, t, NULL);
		add_text(w,
			arena_printf(w->m, "data/" SPAN_FMT "/test_group.yaml",
				SPAN_ARG(path_folder(t->path))),
			&b);
	}
}

/* 2025-09 says everything of a test beside it. */
static void write_test_yaml(struct writer *w, const struct package_test *t)
{
	BUF_AUTO b;

	buf_init(&b, 65536);
	if (t->flags.p != NULL)
		put_arguments(w, &b, "output_validator_args", t->flags);
	if (t->n_args > 0)
		put_list(&b, "args", t->args, t->n_args);
	put_pair(&b, "hint", t->hint);
	put_pair(&b, "description", t->description);
	if (buf_size(&b) > 0)
		add_text(w, arena_printf(w->m, "data/" SPAN_FMT ".yaml", SPAN_ARG(t->path)), &b);
}

static void write_tests(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_tests; i++) {
		const struct package_test *t = &w->p->tests[i];
		const char *path = arena_printf(w->m, "data/" SPAN_FMT, SPAN_ARG(t->path));

		if (group_is_static(t->path))
			continue;
		add(w, arena_printf(w->m, "%s.in", path), t->input);
		add(w, arena_printf(w->m, "%s.ans", path), t->answer);
		if (w->is_2025) {
			write_test_yaml(w, t);
			continue;
		}
		if (t->hint.n > 0)
			add(w, arena_printf(w->m, "%s.hint", path), t->hint);
		if (t->description.n > 0)
			add(w, arena_printf(w->m, "%s.desc", path), t->description);
	}
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* Flags that folders have, where there are no groups to say them. */
static void write_folder_flags(struct writer *w)
{
	struct span seen = SPAN_NONE;

	for (size_t i = 0; i < w->p->n_tests && !w->is_2025 && w->p->n_groups == 0; i++) {
		struct span folder = path_folder(w->p->tests[i].path);
		struct span flags = flags_of_folder(w, folder);
		BUF_AUTO b;

		buf_init(&b, 65536);
		if ((seen.p != NULL && span_eq(seen, folder)) || flags.n == 0)
			continue;
		seen = folder;
		put_pair(&b, "output_validator_flags", flags);
		add_text(w, arena_printf(w->m, "data/" SPAN_FMT "/testdata.yaml", SPAN_ARG(folder)),
			&b);
	}
}

static void write_file(struct writer *w, const struct package_item *f)
{
	static const char *const folders[] = {
		[PACKAGE_ATTACHMENT] = "attachments/",
		[PACKAGE_VALIDATOR] = "output_validators/",
		[PACKAGE_INPUT_VALIDATOR] = "input_validators/",
		[PACKAGE_INCLUDE] = "include/",
		[PACKAGE_GRADER] = "graders/",
		[PACKAGE_JURY] = "submissions/",
		[PACKAGE_TEST_FILE] = "data/",
		[PACKAGE_OTHER] = "",
		[PACKAGE_STATIC_VALIDATOR] = "static_validator/",
	};
	const char *folder = f->role <= PACKAGE_PICTURE
				     ? (w->is_2025 ? "statement/" : "problem_statement/")
				     : folders[f->role];
	struct span path = f->path;
	struct span program;

	if (f->role == PACKAGE_VALIDATOR && w->is_2025)
		folder = "output_validator/";
	/* One program, and in 2025-09 its folder has that name. */
	if (w->is_2025 && (f->role == PACKAGE_VALIDATOR || f->role == PACKAGE_STATIC_VALIDATOR))
		span_split(&path, '/', &program);
	add(w, arena_printf(w->m, "%s" SPAN_FMT, folder, SPAN_ARG(path)), f->bytes);
}

/* From 16 to 216, as a shell has it. */
#define PARTLY "1[6-9] | [2-9][0-9] | 1[0-9][0-9] | 20[0-9] | 21[0-6]) "

/*
 * A checker of testlib's ends with statuses of its own, which the format does not know: a script
 * beside it translates them, and the points that it says.
 */
static void write_adapter(struct writer *w)
{
	static const char build[] = "#!/bin/sh\n"
				    "exec c++ -O2 -std=gnu++17 -o checker *.c*\n";
	static const char run[] =
		"#!/bin/sh\n"
		"# The checker is written with testlib, which ends with statuses of its own.\n"
		"cat >\"$3/output\"\n"
		"\"$(dirname \"$0\")/checker\" \"$1\" \"$3/output\" \"$2\" "
		"2>\"$3/judgemessage.txt\"\n"
		"code=$?\n"
		"case $code in\n"
		"0) exit 42 ;;\n"
		"1 | 2 | 4 | 8) exit 43 ;;\n";
	/* Of 7 it says how many points; from 16 to 216 the status itself does. */
	static const char points[] =
		"7) sed -n 's/^points *\\([0-9.]*\\).*/\\1/p' \"$3/judgemessage.txt\" "
		">\"$3/score.txt\"; exit 42 ;;\n" PARTLY
		"echo $((code - 16)) >\"$3/score.txt\"; exit 42 ;;\n";
	const char *folder = w->is_2025 ? "output_validator" : "output_validators/checker";

	if (w->p->rules.validator != RULES_TESTLIB)
		return;
	add(w, arena_printf(w->m, "%s/build", folder), span_of(build));
	add(w, arena_printf(w->m, "%s/run", folder),
		span_of(arena_printf(w->m, "%s%s*) exit 1 ;;\nesac\n", run,
			w->p->rules.is_scoring ? points : "7 | " PARTLY "exit 43 ;;\n")));
}

int package_write(const struct package *p, struct arena *m, struct package_file **files, size_t *n,
	struct err *e)
{
	struct writer w = { .p = p, .m = m, .e = e };

	if (p->rules.validator == RULES_TESTLIB && p->rules.is_interactive)
		return err_set(e, ERR_INVALID,
			"an interactor of Polygon's cannot be written as a package of another "
			"format");
	w.is_2025 = p->rules.grading == RULES_GROUPS ||
		    (p->rules.grading == RULES_NO_GROUPS && span_starts(p->format, "20"));
	w.v = arena_new_array(
		m, struct package_file, 3 + p->n_groups + 6 * p->n_tests + p->n_files);
	write_problem_yaml(&w);
	write_groups(&w);
	write_static_groups(&w);
	write_tests(&w);
	write_folder_flags(&w);
	for (size_t i = 0; i < p->n_files; i++)
		write_file(&w, &p->files[i]);
	write_adapter(&w);
	*files = w.v;
	*n = w.n;
	return e->kind == ERR_NONE ? 0 : -1;
}
