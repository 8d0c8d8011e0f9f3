/*
 * What holds for every text file: size, blanks, line ends and the marks of unfinished work. And the
 * split of C text into code, quoted text and comments that the other checks work on.
 */
#include "gen/lint.h"

#include <string.h>

#define MAX_LINES 600

/* Each in two halves, so that this file does not complain about itself. */
static const char *const markers[][2] = { { "TO", "DO" }, { "FIX", "ME" }, { "XX", "X" },
	{ "HA", "CK" }, { "STU", "B" } };

enum state {
	CODE,
	LINE_NOTE,
	BLOCK_NOTE,
	STRING,
	CHARACTER
};

static enum state step(enum state state, const char *p, size_t left, size_t *used)
{
	bool pair = left > 1;

	*used = 1;
	switch (state) {
	case CODE:
		if (pair && p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
			*used = 2;
			return p[1] == '/' ? LINE_NOTE : BLOCK_NOTE;
		}
		if (p[0] == '"')
			return STRING;
		return p[0] == '\'' ? CHARACTER : CODE;
	case LINE_NOTE:
		return p[0] == '\n' ? CODE : LINE_NOTE;
	case BLOCK_NOTE:
		if (pair && p[0] == '*' && p[1] == '/') {
			*used = 2;
			return CODE;
		}
		return BLOCK_NOTE;
	case STRING:
	case CHARACTER:
		break;
	}
	if (pair && p[0] == '\\')
		*used = 2;
	else if (p[0] == (state == STRING ? '"' : '\'') || p[0] == '\n')
		return CODE;
	return state;
}

void lint_split(struct lint *l, struct source *s)
{
	char *layers[3]; // code, quoted, notes
	enum state state = CODE;

	for (size_t i = 0; i < countof(layers); i++) {
		layers[i] = arena_alloc(l->mem, s->text.n + 1);
		for (size_t k = 0; k < s->text.n; k++)
			layers[i][k] = s->text.p[k] == '\n' ? '\n' : ' ';
	}
	for (size_t at = 0; at < s->text.n;) {
		size_t used;
		enum state next = step(state, s->text.p + at, s->text.n - at, &used);
		enum state of = state == CODE ? next : state;
		char *layer = layers[of == CODE ? 0 : of >= STRING ? 1 : 2];

		memcpy(layer + at, s->text.p + at, used);
		at += used;
		state = next;
	}
	s->code = layers[0];
	s->quoted = layers[1];
	s->notes = layers[2];
}

static bool has_word(struct span line, const char *head, const char *tail)
{
	size_t n = strlen(head);
	size_t m = strlen(tail);

	for (size_t i = 0; i + n + m <= line.n; i++) {
		const char *p = line.p + i;

		if (memcmp(p, head, n) == 0 && memcmp(p + n, tail, m) == 0 &&
			(i == 0 || !is_word(p[-1])) && (i + n + m == line.n || !is_word(p[n + m])))
			return true;
	}
	return false;
}

static void check_line(struct lint *l, const struct source *s, size_t n, struct span line)
{
	char last = line.n > 0 ? line.p[line.n - 1] : 'x';

	if (last == ' ' || last == '\t')
		lint_say(l, s, n, "blanks at the end of the line");
	if (last == '\r')
		lint_say(l, s, n, "carriage return at the end of the line");
	if (source_is_c(s) && span_starts(line, "        "))
		lint_say(l, s, n, "indentation is tabs");
	for (size_t i = 0; i < countof(markers); i++) {
		if (has_word(line, markers[i][0], markers[i][1]))
			lint_say(l, s, n, "unfinished: %s%s", markers[i][0], markers[i][1]);
	}
}

void lint_text(struct lint *l, const struct source *s)
{
	struct span rest = s->text;
	struct span line;
	size_t n = 0;

	if (memchr(s->text.p, '\0', s->text.n) != NULL) {
		lint_say(l, s, 1, "the file holds a NUL");
		return;
	}
	while (span_split(&rest, '\n', &line) && (line.n > 0 || rest.p != NULL))
		check_line(l, s, ++n, line);
	if (s->text.n > 0 && s->text.p[s->text.n - 1] != '\n')
		lint_say(l, s, n, "no line end at the end of the file");
	if (n > MAX_LINES)
		lint_say(l, s, n, "the file has %zu lines, at most %d are allowed", n, MAX_LINES);
}
