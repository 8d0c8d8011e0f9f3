#include "model/problem_check.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "judge/group.h"
#include "judge/rules.h"

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool problem_slug_is_good(struct span slug)
{
	bool has_letter = false;

	if (slug.n == 0 || slug.n > PROBLEM_MAX_SLUG || !is_lower_or_digit(slug.p[0]))
		return false;
	for (size_t i = 0; i < slug.n; i++) {
		if (!is_lower_or_digit(slug.p[i]) && slug.p[i] != '-')
			return false;
		has_letter = has_letter || (slug.p[i] >= 'a' && slug.p[i] <= 'z');
	}
	return has_letter;
}

const char *problem_visibility_name(enum problem_visibility v)
{
	switch (v) {
	case PROBLEM_CONTESTS:
		return "contests";
	case PROBLEM_PUBLIC:
		return "public";
	case PROBLEM_HIDDEN:
		break;
	}
	return "hidden";
}

int problem_visibility_read(struct span name, enum problem_visibility *out, struct err *e)
{
	for (int i = PROBLEM_HIDDEN; i <= PROBLEM_PUBLIC; i++) {
		*out = (enum problem_visibility)i;
		if (span_is(name, problem_visibility_name(*out)))
			return 0;
	}
	return err_field(e, "visibility", "visibility must be hidden, contests or public");
}

/* Text that JSON and PostgreSQL take: UTF-8 without zero bytes. */
static bool is_text(struct span s)
{
	return s.n == 0 || (utf8_valid(s.p, s.n) && !span_has(s, '\0'));
}

static bool is_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return is_text(s);
}

/* Parts between single slashes, none of them "." or "..". */
static bool is_path(struct span s)
{
	struct span rest = s;
	struct span part;

	if (s.n == 0 || s.n > PROBLEM_MAX_PATH || !is_line(s) || span_has(s, '\\') ||
		s.p[s.n - 1] == '/')
		return false;
	while (span_split(&rest, '/', &part))
		if (part.n == 0 || span_is(part, ".") || span_is(part, ".."))
			return false;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "en", "pt-BR", "zh-Hans-CN" */
static bool is_language(struct span s)
{
	struct span part;
	bool first = true;

	if (s.n > 35 || s.n == 0 || s.p[s.n - 1] == '-')
		return false;
	for (; span_split(&s, '-', &part); first = false) {
		if (first ? part.n < 2 || part.n > 3 : part.n < 2 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (first ? part.p[i] < 'a' || part.p[i] > 'z'
				  : !is_letter(part.p[i]) && (part.p[i] < '0' || part.p[i] > '9'))
				return false;
	}
	return true;
}

int problem_check_text(const struct problem_text_new *t, struct err *e)
{
	if (!is_language(t->lang))
		return err_field(e, "lang",
			"\"" SPAN_FMT "\" is no language; write en, de, pt-BR, ...",
			SPAN_ARG(span_sub(t->lang, 0, 40)));
	if (t->title.n == 0 || t->title.n > PROBLEM_MAX_TITLE || !is_line(t->title))
		return err_field(e, "title", "the title must have 1 to %d bytes on one line",
			PROBLEM_MAX_TITLE);
	if (!is_text(t->html) || !is_text(t->plain))
		return err_field(e, "text", "the statement is not valid UTF-8");
	return 0;
}

int problem_check_file(const struct problem_file_new *f, struct err *e)
{
	if (!is_path(f->path))
		return err_field(e, "path",
			"\"" SPAN_FMT
			"\" is no path of a file: up to %d bytes, parts between single "
			"slashes, no \"..\"",
			SPAN_ARG(span_sub(f->path, 0, 60)), PROBLEM_MAX_PATH);
	if (f->bytes.n > PROBLEM_MAX_BLOB)
		return err_set(e, ERR_LIMIT, SPAN_FMT " has more than %d MiB",
			SPAN_ARG(span_sub(f->path, 0, 60)), PROBLEM_MAX_BLOB >> 20);
	return 0;
}

int problem_check_test(const struct testcase_new *t, struct err *e)
{
	struct span shown = span_sub(t->path, 0, 60);

	if (!is_path(t->path) || !span_has(t->path, '/'))
		return err_field(e, "path",
			"\"" SPAN_FMT "\" is no name of a test; write sample/1 or secret/03",
			SPAN_ARG(shown));
	if (group_is_static(t->path)) {
		if (t->is_sample || t->input.n > 0 || t->answer.n > 0)
			return err_field(e, "path", "no test can be called " GROUP_STATIC_TEST);
	} else if (t->is_sample != span_starts(t->path, "sample/")) {
		return err_field(e, "path", SPAN_FMT ": samples, and only they, lie in sample/",
			SPAN_ARG(shown));
	}
	if (t->input.n > PROBLEM_MAX_BLOB || t->answer.n > PROBLEM_MAX_BLOB)
		return err_set(e, ERR_LIMIT, SPAN_FMT " has more than %d MiB", SPAN_ARG(shown),
			PROBLEM_MAX_BLOB >> 20);
	if (!is_line(t->validator_flags) || !is_text(t->hint) || !is_text(t->description))
		return err_field(
			e, "text", SPAN_FMT ": its texts are not valid UTF-8", SPAN_ARG(shown));
	for (size_t i = 0; i < t->n_args; i++)
		if (!is_text(t->args[i]))
			return err_field(e, "args", SPAN_FMT ": an argument is not valid UTF-8",
				SPAN_ARG(shown));
	return 0;
}

static int check_about(const struct problem_new *n, struct err *e)
{
	const struct span lines[] = { n->why, n->format, n->author, n->source, n->source_url,
		n->license };

	for (size_t i = 0; i < countof(lines); i++)
		if (!is_line(lines[i]) || lines[i].n > 2000)
			return err_set(e, ERR_INVALID,
				"author, source and license must be lines of at most 2000 bytes");
	if (n->source_url.n > 0 && !span_starts(n->source_url, "https://") &&
		!span_starts(n->source_url, "http://"))
		return err_field(e, "source_url", "the source's address must begin with https://");
	if (n->n_texts == 0)
		return err_field(e, "text", "there is no statement");
	if (n->n_texts > PROBLEM_MAX_TEXTS)
		return err_set(
			e, ERR_LIMIT, "there are more than %d statements", PROBLEM_MAX_TEXTS);
	if (n->n_tests > PROBLEM_MAX_TESTS)
		return err_set(e, ERR_LIMIT, "there are more than %d tests", PROBLEM_MAX_TESTS);
	if (n->n_files + n->n_solutions + n->n_groups > PROBLEM_MAX_FILES)
		return err_set(e, ERR_LIMIT, "there are more than %d files", PROBLEM_MAX_FILES);
	return rules_check(n->rules, e);
}

static int check_group(const struct test_group_new *g, struct err *e)
{
	if (g->path.n > 0 && !is_path(g->path))
		return err_field(e, "path", "\"" SPAN_FMT "\" is no group of tests",
			SPAN_ARG(span_sub(g->path, 0, 60)));
	if (g->config.n == 0 || !is_text(g->config))
		return err_set(e, ERR_INVALID, "the group " SPAN_FMT " says nothing of itself",
			SPAN_ARG(span_sub(g->path, 0, 60)));
	return 0;
}

static int check_solution(const struct jury_solution_new *s, struct err *e)
{
	if (!is_path(s->path) || !is_line(s->entry) || !is_line(s->language) ||
		s->expected.n == 0 || !is_text(s->expected))
		return err_field(e, "path", "\"" SPAN_FMT "\" is no solution of the jury's",
			SPAN_ARG(span_sub(s->path, 0, 60)));
	return 0;
}

int problem_check_new(const struct problem_new *n, struct err *e)
{
	if (check_about(n, e) != 0)
		return -1;
	for (size_t i = 0; i < n->n_texts; i++)
		if (problem_check_text(&n->texts[i], e) != 0)
			return -1;
	for (size_t i = 0; i < n->n_files; i++)
		if (problem_check_file(&n->files[i], e) != 0)
			return -1;
	for (size_t i = 0; i < n->n_tests; i++)
		if (problem_check_test(&n->tests[i], e) != 0)
			return -1;
	for (size_t i = 0; i < n->n_groups; i++)
		if (check_group(&n->groups[i], e) != 0)
			return -1;
	for (size_t i = 0; i < n->n_solutions; i++)
		if (check_solution(&n->solutions[i], e) != 0)
			return -1;
	return 0;
}

int problem_check_change(const struct problem_change *c, struct err *e)
{
	if (c->rules != NULL && rules_check(c->rules, e) != 0)
		return -1;
	for (size_t i = 0; i < c->n_texts; i++)
		if (problem_check_text(&c->texts[i], e) != 0)
			return -1;
	for (size_t i = 0; i < c->n_files; i++)
		if (problem_check_file(&c->files[i], e) != 0)
			return -1;
	for (size_t i = 0; i < c->n_tests; i++) {
		if (group_is_static(c->tests[i].path))
			return err_field(e, "path",
				"what a group asks of the source comes with the package");
		if (problem_check_test(&c->tests[i], e) != 0)
			return -1;
	}
	if (c->why.n > PROBLEM_MAX_WHY || !is_line(c->why))
		return err_field(
			e, "why", "the reason must be a line of at most %d bytes", PROBLEM_MAX_WHY);
	return 0;
}
