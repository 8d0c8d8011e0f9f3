#include "gen/tmpl_text.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool in_text(const struct place *p)
{
	return p->state == PLACE_TEXT && p->within[0] == '\0';
}

static bool in_gap(const struct place *p)
{
	return p->state == PLACE_IN_TAG || p->state == PLACE_GLUED || p->state == PLACE_ATTR_AFTER;
}

/* The tag that begins at <. */
static bool block_follows(struct span at)
{
	char name[24];
	size_t n = 0;

	at = span_sub(at, 1, at.n);
	if (at.n > 0 && at.p[0] == '/')
		at = span_sub(at, 1, at.n);
	while (n < at.n && n + 1 < sizeof(name) && !is_space(at.p[n]) &&
		strchr("/>{", at.p[n]) == NULL) {
		char c = at.p[n];

		name[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	name[n] = '\0';
	return place_is_block(name);
}

static void put_blank(struct tmpl_text *t, int line)
{
	if (t->blank != '\0')
		tmpl_write_text(t->write, line, &t->blank, 1);
	t->blank = '\0';
}

static const char *comment(struct span *at, int *line)
{
	for (*at = span_sub(*at, 4, at->n); at->n > 0; *at = span_sub(*at, 1, at->n)) {
		if (span_starts(*at, "-->")) {
			*at = span_sub(*at, 3, at->n);
			return NULL;
		}
		if (span_starts(*at, "{{"))
			return "no directive can stand in a comment";
		*line += at->p[0] == '\n';
	}
	return "a comment is not closed";
}

static const char *visible(struct tmpl_text *t, struct span at, int line)
{
	bool text = in_text(&t->place);
	char tag[sizeof(t->place.tag)];
	const char *why;
	char c = at.p[0];

	if (text && (t->after_block || (c == '<' && block_follows(at))))
		t->blank = '\0';
	if (in_gap(&t->place) && c == '>')
		t->blank = '\0';
	put_blank(t, line);
	t->after_block = t->after_block && !text;
	memcpy(tag, t->place.tag, sizeof(tag));
	why = place_feed(&t->place, c);
	if (why == NULL)
		tmpl_write_text(t->write, line, &c, 1);
	if (!text && in_text(&t->place))
		t->after_block = c == '>' && (tag[0] == '\0' || place_is_block(tag));
	return why;
}

const char *tmpl_text_step(struct tmpl_text *t, struct span *at, int *line)
{
	const char *why = NULL;
	char c = at->p[0];

	if (!t->plain && t->place.state == PLACE_TEXT && span_starts(*at, "<!--"))
		return comment(at, line);
	if (t->plain)
		tmpl_write_text(t->write, *line, &c, 1);
	else if (is_space(c) && (in_text(&t->place) || in_gap(&t->place))) {
		if (t->blank != '\n')
			t->blank = c == '\n' ? '\n' : ' ';
		why = place_feed(&t->place, c);
	} else {
		why = visible(t, *at, *line);
	}
	*line += c == '\n';
	*at = span_sub(*at, 1, at->n);
	return why;
}

void tmpl_text_stop(struct tmpl_text *t, int line)
{
	if (in_text(&t->place) && t->after_block)
		t->blank = '\0';
	put_blank(t, line);
	t->after_block = false;
}
