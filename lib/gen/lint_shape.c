/*
 * The shape of C files: how long a function is and how many parameters it has; in headers, the name
 * of the include guard and that what is exported is explained. The layout that clang-format keeps
 * is relied on: a function's braces stand alone in the first column, and nothing else begins there
 * with an opening one.
 */
#include "gen/lint.h"

#include <string.h>

#define MAX_FUNCTION 100
#define MAX_PARAMS   6

/* The parameters of the function whose body opens at `open`. */
static unsigned count_params(const struct source *s, size_t open)
{
	size_t at = open;
	unsigned commas = 0;
	int depth = 0;

	while (at > 0 && s->code[at] != ')')
		at--;
	for (;; at--) {
		if (s->code[at] == ')')
			depth++;
		else if (s->code[at] == '(' && --depth == 0)
			return commas + 1;
		else if (s->code[at] == ',' && depth == 1)
			commas++;
		if (at == 0)
			return 0;
	}
}

void lint_shape(struct lint *l, const struct source *s)
{
	struct span rest = { s->code, s->text.n };
	struct span line;
	size_t begin = 0;

	for (size_t n = 1; span_split(&rest, '\n', &line); n++) {
		struct span trimmed = span_trim(line);

		if (begin == 0 && span_starts(line, "{") && trimmed.n == 1) {
			unsigned params = count_params(s, (size_t)(line.p - s->code));

			begin = n;
			if (params > MAX_PARAMS)
				lint_say(l, s, n, "the function has %u parameters, at most %d",
					params, MAX_PARAMS);
		} else if (begin > 0 && span_starts(line, "}")) {
			if (n - begin + 1 > MAX_FUNCTION)
				lint_say(l, s, begin, "the function has %zu lines, at most %d",
					n - begin + 1, MAX_FUNCTION);
			begin = 0;
		}
	}
}

/* The name as a macro; in tests the folders in front may be left out. */
static void check_guard(struct lint *l, const struct source *s)
{
	char *guard = arena_dup(l->mem, span_of(s->name));
	struct span rest = span_trim((struct span){ s->code, s->text.n });
	struct span line;

	for (char *c = guard; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
		else if (!is_word(*c))
			*c = '_';
	}
	if (span_split(&rest, '\n', &line) && span_starts(line, "#ifndef ")) {
		struct span name = span_sub(line, 8, line.n);

		if (source_under(s, "tests") ? span_ends(span_of(guard), arena_dup(l->mem, name))
					     : span_is(name, guard))
			return;
	}
	lint_say(l, s, 1, "the include guard is %s", guard);
}

static bool has_note(const struct source *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (s->notes[i] != ' ' && s->notes[i] != '\n' && s->notes[i] != '\t')
			return true;
	}
	return false;
}

/* A line of code at the top level that declares a function. */
static bool is_prototype(struct span line)
{
	if (line.n == 0 || !is_word(line.p[0]) || !span_has(line, '('))
		return false;
	return !span_starts(line, "typedef ") && !span_starts(line, "static ") &&
	       !span_starts(line, "__attribute__");
}

/* A paragraph is what stands between blank lines; one comment in it is asked for. */
static void check_paragraph(struct lint *l, const struct source *s, size_t from, size_t to)
{
	struct span rest = { s->code + from, to - from };
	struct span line;
	bool macro = false;
	int depth = 0;

	if (has_note(s, from, to))
		return;
	while (span_split(&rest, '\n', &line)) {
		bool continued = macro;

		macro = line.n > 0 && line.p[line.n - 1] == '\\';
		if (!continued && depth == 0 && is_prototype(line)) {
			lint_say_at(l, s, (size_t)(line.p - s->code),
				"an exported function has no comment in its paragraph");
			return;
		}
		for (size_t i = 0; i < line.n; i++)
			depth += (line.p[i] == '{') - (line.p[i] == '}');
	}
}

void lint_header(struct lint *l, const struct source *s)
{
	size_t from = 0;

	if (strstr(s->notes, "No include guard") != NULL)
		return;
	check_guard(l, s);
	if (source_under(s, "tests"))
		return;
	for (size_t at = 0; at < s->text.n; at++) {
		if (s->text.p[at] == '\n' && (at + 1 == s->text.n || s->text.p[at + 1] == '\n')) {
			check_paragraph(l, s, from, at);
			from = at + 1;
		}
	}
}
