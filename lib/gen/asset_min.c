/*
 * Two minifiers that read only as much of their language as tells code from text. For style sheets:
 * texts and comments. For scripts also templates, which nest, and regular expressions, which are
 * told from a division by what stands before. Line breaks of a script stay wherever a statement
 * could end, so automatic semicolons fall where they fell before.
 */
#include "gen/asset_min.h"

#include <stdbool.h>
#include <string.h>

#define MAX_TEMPLATE_NESTING 16

struct min {
	struct span at;
	struct span source;
	struct buf *out;
	char last;                        // last character written; 0 at the beginning
	char blank;                       // white space that waits: 0, a blank or a line break
	int paren;                        // open ( of a style sheet
	int braces[MAX_TEMPLATE_NESTING]; // open { in each ${ of a template
	int nesting;
	char word[12]; // the last word written, cut; empty after other characters
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_word(char c)
{
	unsigned char u = (unsigned char)c;

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || u >= 0x80;
}

static bool any_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static int fail(const struct min *m, struct err *e, const char *why)
{
	int line = 1;

	for (const char *p = m->source.p; p < m->at.p; p++)
		line += *p == '\n';
	return err_set(e, ERR_INVALID, "line %d: %s", line, why);
}

static void skip(struct min *m, size_t n)
{
	m->at = span_sub(m->at, n, m->at.n);
}

static void put(struct min *m, char c)
{
	size_t n = is_word(c) ? strlen(m->word) : 0;

	if (is_word(c) && !is_word(m->last))
		n = 0;
	if (is_word(c) && n + 1 < sizeof(m->word))
		m->word[n++] = c;
	m->word[n] = '\0';
	buf_addc(m->out, c);
	m->last = c;
}

static void take(struct min *m)
{
	put(m, m->at.p[0]);
	skip(m, 1);
}

static int comment(struct min *m, struct err *e)
{
	for (size_t i = 2; i + 1 < m->at.n; i++) {
		if (m->at.p[i] == '*' && m->at.p[i + 1] == '/') {
			skip(m, i + 2);
			return 0;
		}
		if (m->at.p[i] == '\n')
			m->blank = '\n';
	}
	return fail(m, e, "a comment is not closed");
}

/* A text in quotes, with its escapes. */
static int quoted(struct min *m, struct err *e)
{
	char quote = m->at.p[0];

	take(m);
	while (m->at.n > 0 && m->at.p[0] != quote) {
		if (m->at.p[0] == '\n')
			return fail(m, e, "a text is not closed at the end of its line");
		if (m->at.p[0] == '\\' && m->at.n > 1)
			take(m);
		take(m);
	}
	if (m->at.n == 0)
		return fail(m, e, "a text is not closed");
	take(m);
	return 0;
}

/* ---- style sheets ---- */

static void css_blank(struct min *m)
{
	char next = m->at.n > 0 ? m->at.p[0] : '\0';
	const char *before = m->paren > 0 ? "{};,:(" : "{};,:(>";
	const char *after = m->paren > 0 ? "{};,)" : "{};,>";

	if (m->blank != '\0' && m->last != '\0' && !any_of(m->last, before) &&
		!any_of(next, after) && next != '\0')
		put(m, ' ');
	m->blank = '\0';
}

int asset_min_css(struct span source, struct buf *out, struct err *e)
{
	struct min m = { .at = source, .source = source, .out = out };
	bool semicolon = false;

	while (m.at.n > 0) {
		char c = m.at.p[0];

		if (is_space(c)) {
			m.blank = ' ';
			skip(&m, 1);
			continue;
		}
		if (span_starts(m.at, "/*")) {
			m.blank = ' ';
			if (comment(&m, e) != 0)
				return -1;
			continue;
		}
		if (c == ';') {
			semicolon = m.last != '{' && m.last != '}' && m.last != '\0';
			m.blank = '\0';
			skip(&m, 1);
			continue;
		}
		if (semicolon && c != '}')
			put(&m, ';');
		semicolon = false;
		css_blank(&m);
		m.paren += c == '(' ? 1 : c == ')' ? -1 : 0;
		if (c == '"' || c == '\'') {
			if (quoted(&m, e) != 0)
				return -1;
			continue;
		}
		if (c == '\\' && m.at.n > 1)
			take(&m);
		take(&m);
	}
	if (semicolon)
		put(&m, ';');
	return 0;
}

/* ---- scripts ---- */

/* After these a / begins a regular expression. */
static bool regex_follows(const struct min *m)
{
	static const char *const words[] = { "return", "typeof", "case", "in", "of", "delete",
		"void", "throw", "new", "else", "do", "instanceof", "await", "yield" };

	for (size_t i = 0; i < countof(words); i++) {
		if (strcmp(m->word, words[i]) == 0)
			return true;
	}
	return m->last == '\0' || any_of(m->last, "(,=:[!&|?{};+-*%~^<>");
}

static int regex(struct min *m, struct err *e)
{
	bool set = false;

	take(m);
	while (m->at.n > 0 && (set || m->at.p[0] != '/')) {
		char c = m->at.p[0];

		if (c == '\n')
			return fail(m, e, "a regular expression is not closed");
		if (c == '\\' && m->at.n > 1)
			take(m);
		else if (c == '[' || c == ']')
			set = c == '[';
		take(m);
	}
	if (m->at.n == 0)
		return fail(m, e, "a regular expression is not closed");
	take(m);
	return 0;
}

/* The text of a template, from its ` or from the } that closes a ${, to ` or the next ${. */
static int template(struct min *m, struct err *e)
{
	take(m);
	while (m->at.n > 0) {
		if (m->at.p[0] == '`') {
			take(m);
			return 0;
		}
		if (span_starts(m->at, "${")) {
			if (m->nesting == MAX_TEMPLATE_NESTING)
				return fail(m, e, "templates are nested too deep");
			m->braces[m->nesting++] = 0;
			take(m);
			take(m);
			return 0;
		}
		if (m->at.p[0] == '\\' && m->at.n > 1)
			take(m);
		take(m);
	}
	return fail(m, e, "a template is not closed");
}

static void js_blank(struct min *m)
{
	char next = m->at.p[0];
	bool joins = (is_word(m->last) && is_word(next)) ||
		     (any_of(m->last, "+-/") && (m->last == next || next == '/'));
	bool ends = !any_of(m->last, "{([;,:?=&|<>*%^~!.") && !any_of(next, ")]},;.?:=&|%^<>");

	if (m->blank == '\n' && m->last != '\0' && ends)
		put(m, '\n');
	else if (m->blank != '\0' && joins)
		put(m, ' ');
	m->blank = '\0';
}

static void line_comment(struct min *m)
{
	while (m->at.n > 0 && m->at.p[0] != '\n')
		skip(m, 1);
}

static int js_token(struct min *m, struct err *e)
{
	char c = m->at.p[0];

	js_blank(m);
	if (c == '"' || c == '\'')
		return quoted(m, e);
	if (c == '`')
		return template(m, e);
	if (c == '/' && regex_follows(m))
		return regex(m, e);
	if (m->nesting > 0) {
		int *open = &m->braces[m->nesting - 1];

		if (c == '}' && *open == 0) {
			m->nesting--;
			return template(m, e);
		}
		*open += c == '{' ? 1 : c == '}' ? -1 : 0;
	}
	take(m);
	return 0;
}

int asset_min_js(struct span source, struct buf *out, struct err *e)
{
	struct min m = { .at = source, .source = source, .out = out };

	while (m.at.n > 0) {
		char c = m.at.p[0];

		if (is_space(c)) {
			if (m.blank != '\n')
				m.blank = c == '\n' ? '\n' : ' ';
			skip(&m, 1);
		} else if (span_starts(m.at, "//")) {
			line_comment(&m);
		} else if (span_starts(m.at, "/*")) {
			m.blank = m.blank == '\n' ? '\n' : ' ';
			if (comment(&m, e) != 0)
				return -1;
		} else if (js_token(&m, e) != 0) {
			return -1;
		}
	}
	if (m.nesting > 0)
		return fail(&m, e, "a template is not closed");
	return 0;
}
