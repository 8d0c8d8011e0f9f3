/*
 * The project's own linter: `lint ROOT` reads every text file of the tree and prints each breach of
 * the written style as path:line: message. It is part of `make all`, so it has to stay fast and
 * free of dependencies. Each check is a function over one file or over the whole tree; the tables
 * that say what is allowed stand at the top of the file of their check.
 */
#include "gen/lint.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gen/file.h"

static const char *const folders[] = { "lib", "fcgi", "jobs", "templates", "public", "sql", "etc",
	"tests" };
static const char *const suffixes[] = { ".c", ".h", ".sql", ".html", ".txt", ".css", ".js", ".py",
	".sh", ".lua", ".conf", ".service" };

void lint_say(struct lint *l, const struct source *s, size_t line, const char *fmt, ...)
{
	va_list ap;

	printf("%s:%zu: ", s->path, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	l->found++;
}

void lint_say_at(struct lint *l, const struct source *s, size_t at, const char *fmt, ...)
{
	va_list ap;
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += s->text.p[i] == '\n';
	printf("%s:%zu: ", s->path, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	l->found++;
}

bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

bool source_is(const struct source *s, const char *suffix)
{
	return span_ends(span_of(s->path), suffix);
}

bool source_is_c(const struct source *s)
{
	return source_is(s, ".c") || source_is(s, ".h");
}

bool source_under(const struct source *s, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(s->path, folder, n) == 0 && s->path[n] == '/';
}

const struct source *lint_find(const struct lint *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].path, path) == 0)
			return &l->v[i];
	}
	return NULL;
}

static bool is_wanted(const char *name)
{
	for (size_t i = 0; i < countof(suffixes); i++) {
		if (span_ends(span_of(name), suffixes[i]))
			return true;
	}
	return false;
}

static void add_file(struct lint *l, const char *root, const char *path)
{
	struct err e = { 0 };
	struct source s = { .path = path, .name = path };

	if (gen_file_read(arena_printf(l->mem, "%s/%s", root, path), l->mem, &s.text, &e) != 0) {
		printf("%s: %s\n", path, e.text);
		l->found++;
		return;
	}
	if (span_starts(span_of(path), "lib/"))
		s.name = path + 4;
	s.room = arena_dup(l->mem, (struct span){ path, (size_t)(strrchr(path, '/') - path) });
	if (source_is_c(&s))
		lint_split(l, &s);
	if (l->n == l->size) {
		struct source *more;

		l->size = l->size > 0 ? 2 * l->size : 256;
		more = arena_new_array(l->mem, struct source, l->size);
		if (l->n > 0)
			memcpy(more, l->v, l->n * sizeof(*more));
		l->v = more;
	}
	l->v[l->n++] = s;
}

/* Recorded and written material that follows other people's rules is left out. */
static bool is_skipped(const char *path)
{
	struct span p = span_of(path);

	return span_ends(p, "/corpus") || span_ends(p, "/data") || span_ends(p, "/__pycache__");
}

static void walk(struct lint *l, const char *root, const char *folder)
{
	struct dirent **names;
	int n = scandir(arena_printf(l->mem, "%s/%s", root, folder), &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		const char *path = arena_printf(l->mem, "%s/%s", folder, name);
		struct stat st;

		if (name[0] != '.' && !is_skipped(path) &&
			lstat(arena_printf(l->mem, "%s/%s", root, path), &st) == 0) {
			if (S_ISDIR(st.st_mode))
				walk(l, root, path);
			else if (S_ISREG(st.st_mode) && is_wanted(name))
				add_file(l, root, path);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void check_file(struct lint *l, const struct source *s)
{
	lint_text(l, s);
	if (!source_is_c(s))
		return;
	lint_includes(l, s);
	lint_words(l, s);
	if (!source_under(s, "tests"))
		lint_secrets(l, s);
	lint_shape(l, s);
	if (source_is(s, ".h"))
		lint_header(l, s);
}

int main(int argc, char **argv)
{
	struct lint l = { 0 };

	if (argc != 2) {
		fputs("usage: lint ROOT\n", stderr);
		return 2;
	}
	l.mem = arena_new(512U * 1024 * 1024);
	for (size_t i = 0; i < countof(folders); i++)
		walk(&l, argv[1], folders[i]);
	for (size_t i = 0; i < l.n; i++)
		check_file(&l, &l.v[i]);
	lint_tree(&l, argv[1]);
	if (l.found > 0)
		printf("%u complaints in %zu files\n", l.found, l.n);
	arena_free(l.mem);
	return l.found > 0 ? 1 : 0;
}
