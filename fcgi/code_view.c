#include "fcgi/code_view.h"

#include <string.h>

#include "base/limits.h"
#include "judge/code.h"

static const char *const kinds[] = {
	[CODE_KEYWORD] = "k",
	[CODE_NUMBER] = "n",
	[CODE_STRING] = "s",
	[CODE_COMMENT] = "c",
};

struct builder {
	struct code_item *items; // of all lines, one after the other
	size_t n_items;
	struct code_line *lines;
	size_t n_lines;
};

static const char *kind_name(enum code_kind k)
{
	return (size_t)k < sizeof(kinds) / sizeof(kinds[0]) ? kinds[k] : NULL;
}

static void end_line(struct builder *b)
{
	struct code_line *line = &b->lines[b->n_lines++];

	b->lines[b->n_lines].items.v = line->items.v + line->items.n;
}

/* Pieces of one kind that follow each other in a line become one item. */
static void add(struct builder *b, const char *kind, struct span text)
{
	struct code_line *line = &b->lines[b->n_lines];
	struct code_item *last = line->items.n > 0 ? &b->items[b->n_items - 1] : NULL;

	if (text.n == 0)
		return;
	if (last != NULL && last->kind == kind && last->text.p + last->text.n == text.p) {
		last->text.n += text.n;
		return;
	}
	b->items[b->n_items++] = (struct code_item){ kind, text };
	line->items.n++;
}

static void add_piece(struct builder *b, const char *kind, struct span text)
{
	struct span line;

	while (span_split(&text, '\n', &line)) {
		add(b, kind, span_ends(line, "\r") ? span_sub(line, 0, line.n - 1) : line);
		if (text.p != NULL)
			end_line(b);
	}
}

bool code_view_is_plain(struct span source)
{
	return source.n > CODE_VIEW_MAX_COLOURS;
}

/* How many items there can be: one a piece, and one more for each line end in it. */
static size_t count(const struct code_syntax *s, struct span rest, bool is_plain, size_t *n_lines)
{
	struct code_piece piece;
	size_t n = 1;

	*n_lines = 1;
	for (size_t i = 0; i < rest.n; i++)
		*n_lines += rest.p[i] == '\n';
	while (!is_plain && code_next(s, &rest, &piece))
		n++;
	return n + *n_lines;
}

void code_view(struct arena *m, struct span language, struct span source, const int *marked,
	size_t n_marked, struct code_lines *out)
{
	const struct code_syntax *s = code_syntax_of(language);
	bool is_plain = code_view_is_plain(source);
	struct builder b = { .n_items = 0 };
	struct span rest = source;
	struct code_piece piece;
	size_t n_lines, n_items = count(s, source, is_plain, &n_lines);

	b.items = arena_new_array(m, struct code_item, n_items);
	b.lines = arena_new_array(m, struct code_line, n_lines + 1);
	b.lines[0].items.v = b.items;
	if (is_plain)
		add_piece(&b, NULL, source);
	while (!is_plain && code_next(s, &rest, &piece))
		add_piece(&b, kind_name(piece.kind), piece.text);
	if (b.lines[b.n_lines].items.n > 0)
		end_line(&b);
	for (size_t i = 0; i < n_marked; i++)
		if (marked[i] > 0 && (size_t)marked[i] <= b.n_lines)
			b.lines[marked[i] - 1].is_marked = true;
	*out = (struct code_lines){ b.lines, b.n_lines };
}
