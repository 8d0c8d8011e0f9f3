/*
 * Expressions of templates. A name must be a variable of the template, a constant in capitals or a
 * function fmt_* or url_*; so a template can reach nothing but its view. Everything that is read is
 * written again piece by piece: no text of the template gets into the C source unread.
 */
#include "gen/tmpl_expr.h"

#include <string.h>

#include "base/scan.h"

#define MAX_DEPTH 16

static int condition(struct tmpl_code *c, struct buf *out, int depth, struct err *e);
static int operand(struct tmpl_code *c, struct buf *out, int depth, struct err *e);

int tmpl_refuse(const struct tmpl_code *c, struct err *e, const char *why)
{
	return err_set(e, ERR_INVALID, "%s:%d: %s", c->file, c->line, why);
}

int tmpl_refuse_word(const struct tmpl_code *c, struct err *e, const char *why, struct span word)
{
	return err_set(e, ERR_INVALID, "%s:%d: %s \"" SPAN_FMT "\"", c->file, c->line, why,
		SPAN_ARG(span_sub(word, 0, 60)));
}

void tmpl_skip_space(struct tmpl_code *c)
{
	while (c->at.n > 0 && strchr(" \t\n", c->at.p[0]) != NULL)
		c->at = span_sub(c->at, 1, c->at.n);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || is_upper(c) || is_digit(c) || c == '_';
}

bool tmpl_word(struct tmpl_code *c, struct span *out)
{
	tmpl_skip_space(c);
	if (c->at.n == 0 || is_digit(c->at.p[0]))
		return false;
	return scan_while(&c->at, is_name, 80, out);
}

bool tmpl_accept_word(struct tmpl_code *c, const char *word)
{
	struct tmpl_code ahead = *c;
	struct span found;

	if (!tmpl_word(&ahead, &found) || !span_is(found, word))
		return false;
	*c = ahead;
	return true;
}

static bool accept(struct tmpl_code *c, const char *literal)
{
	tmpl_skip_space(c);
	return scan_lit(&c->at, literal);
}

int tmpl_end(struct tmpl_code *c, struct err *e)
{
	tmpl_skip_space(c);
	if (c->at.n > 0)
		return tmpl_refuse_word(c, e, "this is more than the directive takes:", c->at);
	return 0;
}

bool tmpl_is_reserved(struct span name)
{
	static const char *const reserved[] = { "h", "view", "layout", "if", "else", "end", "for",
		"in", "from", "part", "body", "and", "or", "not", "struct" };

	for (size_t i = 0; i < countof(reserved); i++) {
		if (span_is(name, reserved[i]))
			return true;
	}
	return span_starts(name, "fmt_") || span_starts(name, "url_") || span_starts(name, "h_");
}

static bool is_constant(struct span name)
{
	bool any = false;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] >= 'a' && name.p[i] <= 'z')
			return false;
		any = any || is_upper(name.p[i]);
	}
	return any;
}

static bool in_scope(const struct tmpl_scope *scope, struct span name)
{
	for (size_t i = 0; i < scope->n; i++) {
		if (span_eq(scope->v[i], name))
			return true;
	}
	return false;
}

static int members(struct tmpl_code *c, struct span first, struct buf *out, struct err *e)
{
	bool bare = true;

	if (!in_scope(c->scope, first))
		return tmpl_refuse_word(c, e, "no variable has the name", first);
	buf_adds(out, "(");
	while (c->at.n > 0) {
		struct span member;
		const char *link = scan_lit(&c->at, "->")  ? "->"
				   : scan_lit(&c->at, ".") ? "."
							   : NULL;

		if (link == NULL)
			break;
		if (!tmpl_word(c, &member))
			return tmpl_refuse(c, e, "the name of a member is missing");
		if (bare)
			buf_add_span(out, first);
		bare = false;
		buf_adds(out, link);
		buf_add_span(out, member);
	}
	if (bare)
		buf_addf(out, "*" SPAN_FMT, SPAN_ARG(first));
	buf_adds(out, ")");
	return 0;
}

int tmpl_path(struct tmpl_code *c, struct buf *out, struct err *e)
{
	struct span first;

	if (!tmpl_word(c, &first))
		return tmpl_refuse_word(c, e, "a variable should stand before", c->at);
	return members(c, first, out, e);
}

/* After the opening quote. Control characters, quotes and backslashes are refused: no need. */
static int text(struct tmpl_code *c, struct buf *out, struct err *e)
{
	struct span s;

	if (!scan_until(&c->at, '"', 200, &s))
		return tmpl_refuse(c, e, "a text in quotes is not closed or longer than 200 bytes");
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == '\\' || s.p[i] == '?')
			return tmpl_refuse(
				c, e, "a text in quotes holds a control character, \\ or ?");
	}
	buf_addf(out, "\"" SPAN_FMT "\"", SPAN_ARG(s));
	return 0;
}

static int call(struct tmpl_code *c, struct span name, struct buf *out, int depth, struct err *e)
{
	buf_add_span(out, name);
	buf_adds(out, "(");
	if (!accept(c, ")")) {
		for (;;) {
			if (accept(c, "\"") ? text(c, out, e) != 0
					    : operand(c, out, depth + 1, e) != 0)
				return -1;
			if (accept(c, ")"))
				break;
			if (!accept(c, ","))
				return tmpl_refuse(c, e, "a call is not closed");
			buf_adds(out, ", ");
		}
	}
	buf_adds(out, ")");
	return 0;
}

static int operand(struct tmpl_code *c, struct buf *out, int depth, struct err *e)
{
	struct span name;
	int64_t number;

	if (depth > MAX_DEPTH)
		return tmpl_refuse(c, e, "the expression is nested too deep");
	tmpl_skip_space(c);
	if (scan_i64(&c->at, &number)) {
		if (c->at.n > 0 && is_name(c->at.p[0]))
			return tmpl_refuse(c, e, "a number is followed by letters");
		if (number > INT32_MAX || number < -INT32_MAX)
			return tmpl_refuse(c, e, "a number is too large");
		buf_addf(out, "%lld", (long long)number);
		return 0;
	}
	if (!tmpl_word(c, &name))
		return tmpl_refuse_word(c, e, "a value should stand before", c->at);
	if (span_starts(name, "fmt_") || span_starts(name, "url_")) {
		if (!accept(c, "("))
			return tmpl_refuse_word(c, e, "a call needs ( after", name);
		return call(c, name, out, depth, e);
	}
	if (is_constant(name)) {
		buf_add_span(out, name);
		return 0;
	}
	tmpl_skip_space(c);
	if (c->at.n > 0 && c->at.p[0] == '(')
		return tmpl_refuse_word(c, e, "only fmt_... and url_... can be called, not", name);
	return members(c, name, out, e);
}

int tmpl_operand(struct tmpl_code *c, struct buf *out, struct err *e)
{
	return operand(c, out, 0, e);
}

static int comparison(struct tmpl_code *c, struct buf *out, int depth, struct err *e)
{
	static const char *const operators[] = { "==", "!=", "<=", ">=", "<", ">" };

	if (depth > MAX_DEPTH)
		return tmpl_refuse(c, e, "the condition is nested too deep");
	if (accept(c, "!")) {
		buf_adds(out, "!(");
		if (comparison(c, out, depth + 1, e) != 0)
			return -1;
		buf_adds(out, ")");
		return 0;
	}
	if (accept(c, "(")) {
		buf_adds(out, "(");
		if (condition(c, out, depth + 1, e) != 0)
			return -1;
		if (!accept(c, ")"))
			return tmpl_refuse(c, e, "a ) is missing");
		buf_adds(out, ")");
		return 0;
	}
	if (operand(c, out, depth, e) != 0)
		return -1;
	for (size_t i = 0; i < countof(operators); i++) {
		if (accept(c, operators[i])) {
			buf_addf(out, " %s ", operators[i]);
			return operand(c, out, depth, e);
		}
	}
	return 0;
}

static int condition(struct tmpl_code *c, struct buf *out, int depth, struct err *e)
{
	bool all = false;
	bool any = false;

	for (;;) {
		if (comparison(c, out, depth, e) != 0)
			return -1;
		if (tmpl_accept_word(c, "and")) {
			buf_adds(out, " && ");
			all = true;
		} else if (tmpl_accept_word(c, "or")) {
			buf_adds(out, " || ");
			any = true;
		} else {
			return 0;
		}
		if (all && any)
			return tmpl_refuse(c, e, "and beside or needs parentheses");
	}
}

int tmpl_condition(struct tmpl_code *c, struct buf *out, struct err *e)
{
	return condition(c, out, 0, e);
}
