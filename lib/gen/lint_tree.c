/*
 * What binds several files: every route is asked for by a test, every kind of job has a function
 * and a test, every statement has a caller, every fuzz target has seeds, and nothing stands at the
 * top of the tree that does not belong there. Each check is silent while its table does not exist.
 */
#include "gen/lint.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static const char *const top[] = { ".ci", ".clang-format", ".clang-tidy", ".editorconfig", ".git",
	".gitattributes", ".gitignore", "LICENSE", "Makefile", "README.md", "build", "etc", "fcgi",
	"jobs", "lib", "public", "sql", "templates", "tests", "var" };

static void check_top(struct lint *l, const char *root)
{
	DIR *d = opendir(root);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		bool known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;

		for (size_t i = 0; i < countof(top) && !known; i++)
			known = strcmp(entry->d_name, top[i]) == 0;
		if (!known) {
			printf("%s: does not belong at the top of the tree\n", entry->d_name);
			l->found++;
		}
	}
	if (d != NULL)
		closedir(d);
}

/* The next quoted text of a C file from *at on, without its quotes. */
static bool next_quoted(const struct source *s, size_t *at, struct span *out)
{
	const char *open = strchr(s->quoted + *at, '"');
	const char *close = open != NULL ? strchr(open + 1, '"') : NULL;

	if (close == NULL)
		return false;
	*out = (struct span){ open + 1, (size_t)(close - open - 1) };
	*at = (size_t)(close + 1 - s->quoted);
	return true;
}

static bool ends_address(char c)
{
	return !is_word(c) && c != '/' && c != '-' && c != '.' && c != '%' && c != '{';
}

/* True if the text at p is an address that the pattern matches. */
static bool is_address(const char *p, struct span pattern)
{
	while (pattern.n > 0) {
		if (pattern.p[0] == ':') {
			size_t name = 1;

			while (name < pattern.n && pattern.p[name] != '/' && pattern.p[name] != '.')
				name++;
			pattern = span_sub(pattern, name, pattern.n);
			if (*p == '/' || ends_address(*p))
				return false;
			while (*p != '/' && *p != '"' && *p != '\'' && *p != '?' && *p > ' ' &&
				!(pattern.n > 0 && *p == pattern.p[0]))
				p++;
		} else {
			if (*p++ != pattern.p[0])
				return false;
			pattern = span_sub(pattern, 1, pattern.n);
		}
	}
	return ends_address(*p);
}

static bool is_asked(const struct lint *l, struct span pattern)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct source *s = &l->v[i];

		if (!source_is(s, ".py") || !source_under(s, "tests"))
			continue;
		for (size_t at = 1; at + 1 < s->text.n; at++) {
			char before = s->text.p[at - 1];

			if (s->text.p[at] == '/' &&
				(before == '"' || before == '\'' || before == '}' ||
					before == ' ') &&
				is_address(s->text.p + at, pattern))
				return true;
		}
	}
	return false;
}

static void check_routes(struct lint *l)
{
	const struct source *s = lint_find(l, "fcgi/routes.c");
	struct span pattern;
	size_t at = 0;

	while (s != NULL && next_quoted(s, &at, &pattern)) {
		if (span_starts(pattern, "/") && !is_asked(l, pattern))
			lint_say_at(l, s, at - 1, "no test asks for " SPAN_FMT, SPAN_ARG(pattern));
	}
}

/* True if a file of the folder with that suffix holds the text between characters of no word. */
static bool is_in(const struct lint *l, const char *folder, const char *suffix, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < l->n; i++) {
		const struct source *s = &l->v[i];
		const char *p = s->text.p;

		if (!source_under(s, folder) || !source_is(s, suffix))
			continue;
		for (; (p = strstr(p, text)) != NULL; p += n) {
			if ((p == s->text.p || !is_word(p[-1])) && !is_word(p[n]))
				return true;
		}
	}
	return false;
}

static bool is_kind_name(struct span s)
{
	size_t points = 0;

	for (size_t i = 0; i < s.n; i++) {
		points += s.p[i] == '.';
		if (!is_word(s.p[i]) && s.p[i] != '.')
			return false;
	}
	return points == 1 && s.p[0] != '.' && s.p[s.n - 1] != '.';
}

/* True if the quoted text stood earlier in the file. */
static bool is_repeated(const struct source *s, struct span text)
{
	size_t at = 0;
	struct span earlier;

	while (next_quoted(s, &at, &earlier) && earlier.p < text.p) {
		if (span_eq(earlier, text))
			return true;
	}
	return false;
}

static void check_kinds(struct lint *l)
{
	const struct source *s = lint_find(l, "lib/model/job_kind.c");
	struct span text;
	size_t at = 0;

	while (s != NULL && next_quoted(s, &at, &text)) {
		const char *name = arena_dup(l->mem, text);

		if (!is_kind_name(text) || is_repeated(s, text))
			continue;
		if (!is_in(l, "jobs", "kinds.c", name))
			lint_say_at(l, s, at - 1, "kind %s has no function in jobs/kinds.c", name);
		if (!is_in(l, "tests", ".py", name) && !is_in(l, "tests", ".c", name))
			lint_say_at(l, s, at - 1, "kind %s has no test", name);
	}
}

/* The statement's name in C: of a statement for each of some numbers, the first. */
static const char *statement_id(struct lint *l, struct span name, struct span after)
{
	struct span line, number;

	if (!span_split(&after, '\n', &line) || !span_starts(line, "-- each: "))
		return arena_printf(l->mem, "q_" SPAN_FMT, SPAN_ARG(name));
	line = span_sub(line, 9, line.n);
	(void)span_split(&line, ',', &number);
	return arena_printf(
		l->mem, "q_" SPAN_FMT "_" SPAN_FMT, SPAN_ARG(name), SPAN_ARG(span_trim(number)));
}

static void check_statements(struct lint *l, const struct source *s)
{
	struct span rest = s->text;
	struct span line;

	for (size_t n = 1; span_split(&rest, '\n', &line); n++) {
		struct span name;

		if (!span_starts(line, "-- name: "))
			continue;
		line = span_sub(line, 9, line.n);
		if (span_split(&line, ' ', &name) &&
			!is_in(l, "lib", ".c", statement_id(l, name, rest)))
			lint_say(l, s, n, "statement " SPAN_FMT " has no caller", SPAN_ARG(name));
	}
}

static void check_seeds(struct lint *l, const struct source *s, const char *root)
{
	size_t prefix = strlen("tests/fuzz/fuzz_");
	size_t n = strlen(s->path) - prefix - 2;
	const char *folder =
		arena_printf(l->mem, "tests/fuzz/corpus/%.*s", (int)n, s->path + prefix);
	DIR *d = opendir(arena_printf(l->mem, "%s/%s", root, folder));
	size_t seeds = 0;

	while (d != NULL && readdir(d) != NULL)
		seeds++;
	if (d != NULL)
		closedir(d);
	if (seeds <= 2) // . and ..
		lint_say(l, s, 1, "the fuzz target has no seeds in %s", folder);
}

void lint_tree(struct lint *l, const char *root)
{
	check_top(l, root);
	check_routes(l);
	check_kinds(l);
	for (size_t i = 0; i < l->n; i++) {
		const struct source *s = &l->v[i];

		if (source_under(s, "sql/query"))
			check_statements(l, s);
		if (span_starts(span_of(s->path), "tests/fuzz/fuzz_") && source_is(s, ".c"))
			check_seeds(l, s, root);
	}
}
