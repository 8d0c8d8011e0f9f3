/*
 * Enough of Java's grammar to find the types of a file and the one that can be started: words and
 * marks without comments and strings, and how deep they lie in braces.
 */
#include "judge/language.h"

#include <string.h>

struct reader {
	struct span rest;
	int depth;
	bool is_public, is_static; // said since the last statement or brace
	struct span before;        // the word in front
	struct span type;          // whose body is open, at depth 1 and below
	bool type_is_public;
	bool main_is_public;
	struct language_java *out;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void skip(struct reader *r, size_t n)
{
	r->rest = span_sub(r->rest, n, r->rest.n);
}

static void skip_past(struct reader *r, const char *end)
{
	const char *at = memmem(r->rest.p, r->rest.n, end, strlen(end));

	skip(r, at != NULL ? (size_t)(at - r->rest.p) + strlen(end) : r->rest.n);
}

/* A string or character that is open: up to its mark, past what is escaped. It ends with its line.
 */
static void skip_quoted(struct reader *r, char mark)
{
	while (r->rest.n > 0 && r->rest.p[0] != mark && r->rest.p[0] != '\n')
		skip(r, r->rest.p[0] == '\\' && r->rest.n > 1 ? 2 : 1);
	skip(r, r->rest.n > 0 ? 1 : 0);
}

/* Comments, strings and white space. false at the end. */
static bool skip_silent(struct reader *r)
{
	while (r->rest.n > 0) {
		char c = r->rest.p[0];

		if (span_starts(r->rest, "//")) {
			skip_past(r, "\n");
		} else if (span_starts(r->rest, "/*")) {
			skip(r, 2);
			skip_past(r, "*/");
		} else if (span_starts(r->rest, "\"\"\"")) {
			skip(r, 3);
			skip_past(r, "\"\"\"");
		} else if (c == '"' || c == '\'') {
			skip(r, 1);
			skip_quoted(r, c);
		} else if (c == ' ' || (c >= '\t' && c <= '\r')) {
			skip(r, 1);
		} else {
			return true;
		}
	}
	return false;
}

/* The next word, or mark of one byte. */
static bool next(struct reader *r, struct span *token)
{
	size_t n = 0;

	if (!skip_silent(r))
		return false;
	while (n < r->rest.n && is_word(r->rest.p[n]))
		n++;
	*token = span_sub(r->rest, 0, n > 0 ? n : 1);
	skip(r, token->n);
	return true;
}

static bool begins_type(struct span word)
{
	return span_is(word, "class") || span_is(word, "interface") || span_is(word, "enum") ||
	       span_is(word, "record");
}

static void read_package(struct reader *r)
{
	struct span token, last = SPAN_NONE;
	const char *from = NULL;

	while (next(r, &token) && !span_is(token, ";")) {
		if (from == NULL)
			from = token.p;
		last = token;
	}
	if (from != NULL)
		r->out->package = (struct span){ from, (size_t)(last.p + last.n - from) };
}

static void found_main(struct reader *r)
{
	if (r->out->main.p != NULL && (r->main_is_public || !r->type_is_public))
		return;
	r->out->main = r->type;
	r->main_is_public = r->type_is_public;
}

static void take_mark(struct reader *r, char mark)
{
	if (mark == '{')
		r->depth++;
	else if (mark == '}' && r->depth > 0)
		r->depth--;
	else if (mark == '(' && r->depth == 1 && r->is_static && span_is(r->before, "main"))
		found_main(r);
	if (mark == '{' || mark == '}' || mark == ';')
		r->is_public = r->is_static = false;
}

static void take_word(struct reader *r, struct span word)
{
	if (span_is(word, "public"))
		r->is_public = true;
	else if (span_is(word, "static"))
		r->is_static = true;
	if (r->depth > 0)
		return;
	if (span_is(word, "package") && r->out->package.p == NULL) {
		read_package(r);
	} else if (begins_type(r->before)) {
		r->type = word;
		r->type_is_public = r->is_public;
		if (r->is_public && r->out->public_type.p == NULL)
			r->out->public_type = word;
	}
}

void language_java_read(struct span text, struct language_java *out)
{
	struct reader r = { .rest = text, .out = out, .before = SPAN("") };
	struct span token;

	*out = (struct language_java){ 0 };
	while (next(&r, &token)) {
		if (is_word(token.p[0]))
			take_word(&r, token);
		else
			take_mark(&r, token.p[0]);
		r.before = token;
	}
}
