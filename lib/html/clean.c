/*
 * The cleaner of foreign HTML. It is a tokenizer and a writer: tags that are not listed are left
 * out, some with all that is in them, and what is left is written with our own quotes and escapes.
 */
#include "html/clean.h"

#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "html/clean_list.h"
#include "html/url.h"

#define PICTURE "src=\"picture:"

struct cleaner {
	struct arena *m;
	struct buf *out;
	struct html h;
	struct span at;
	const char *open[CLEAN_MAX_DEPTH];
	int depth;
	const char *skip; // inside this element nothing counts
};

/* ---- characters --------------------------------------------------------------------------------
 */

static bool read_numeric(struct span body, uint32_t *c)
{
	uint64_t v = 0;

	if (body.n < 2 || body.n > 8)
		return false;
	for (size_t i = body.p[1] == 'x' || body.p[1] == 'X' ? 2 : 1; i < body.n; i++) {
		bool hex = body.p[1] == 'x' || body.p[1] == 'X';
		int digit = body.p[i] >= '0' && body.p[i] <= '9'          ? body.p[i] - '0'
			    : hex && body.p[i] >= 'a' && body.p[i] <= 'f' ? body.p[i] - 'a' + 10
			    : hex && body.p[i] >= 'A' && body.p[i] <= 'F' ? body.p[i] - 'A' + 10
									  : -1;

		if (digit < 0)
			return false;
		v = v * (hex ? 16 : 10) + (uint64_t)digit;
	}
	if (v < 0x20 || (v >= 0x7f && v < 0xa0) || (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
		v = 0xfffd;
	*c = (uint32_t)v;
	return true;
}

/* The character of &name; at the start of s, and its length there; 0: it is none. */
static size_t read_entity(struct span s, uint32_t *c)
{
	struct span rest = span_sub(s, 1, 12);
	struct span body;

	if (!scan_until(&rest, ';', 10, &body) || body.n == 0)
		return 0;
	if (body.p[0] == '#')
		return read_numeric(body, c) ? body.n + 2 : 0;
	*c = clean_entity(body);
	return *c != 0 ? body.n + 2 : 0;
}

/* With entities resolved and control characters left out. */
static struct span decode(struct arena *m, struct span s)
{
	char *to = arena_alloc(m, s.n + 4);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		unsigned char b = (unsigned char)s.p[i];
		uint32_t c;
		size_t len = b == '&' ? read_entity(span_sub(s, i, s.n), &c) : 0;

		if (len > 0) {
			n += utf8_encode(c, to + n);
			i += len;
			continue;
		}
		if (b >= 0x20 || b == '\n' || b == '\t')
			to[n++] = (char)b;
		i++;
	}
	return (struct span){ to, n };
}

/* ---- tags --------------------------------------------------------------------------------------
 */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == ':' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void skip_blanks(struct span *at)
{
	while (at->n > 0 && (is_blank(at->p[0]) || at->p[0] == '/'))
		*at = span_sub(*at, 1, at->n);
}

/* The next name="value" of a tag; false at its end, which is passed over. */
static bool next_attribute(struct span *at, struct span *name, struct span *value)
{
	size_t n = 0;
	char quote;

	skip_blanks(at);
	*value = SPAN("");
	if (at->n == 0)
		return false;
	if (at->p[0] == '>') {
		*at = span_sub(*at, 1, at->n);
		return false;
	}
	if (!scan_while(at, is_name, 1000, name)) {
		*name = span_sub(*at, 0, 1);
		*at = span_sub(*at, 1, at->n);
		return true;
	}
	while (at->n > 0 && is_blank(at->p[0]))
		*at = span_sub(*at, 1, at->n);
	if (!scan_char(at, '='))
		return true;
	while (at->n > 0 && is_blank(at->p[0]))
		*at = span_sub(*at, 1, at->n);
	if (at->n == 0)
		return true;
	quote = at->p[0];
	if (quote == '"' || quote == '\'') {
		*at = span_sub(*at, 1, at->n);
		if (!scan_until(at, quote, at->n, value))
			*at = span_sub(*at, at->n, 0);
		return true;
	}
	while (n < at->n && !is_blank(at->p[n]) && at->p[n] != '>')
		n++;
	*value = span_sub(*at, 0, n);
	*at = span_sub(*at, n, at->n);
	return true;
}

static bool same(struct span name, const char *word)
{
	return span_ieq(name, span_of(word));
}

static void put(struct cleaner *c, const char *name, struct span value)
{
	buf_addf(c->out, " %s=\"", name);
	html_span(&c->h, value);
	buf_addc(c->out, '"');
}

static void put_classes(struct cleaner *c, struct span value)
{
	const char *text = "";
	struct span word;

	while (span_split(&value, ' ', &word)) {
		if (clean_class(word) != NULL)
			text = arena_printf(c->m, "%s%s%s", text, text[0] != '\0' ? " " : "",
				clean_class(word));
	}
	if (text[0] != '\0')
		put(c, "class", span_of(text));
}

static bool is_plain_value(struct span v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!is_name(v.p[i]) && !span_has(SPAN(" .%/+"), v.p[i]))
			return false;
	}
	return v.n > 0 && v.n <= 40 && !span_has(v, ':');
}

static bool is_fragment(struct span v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!is_name(v.p[i]) || v.p[i] == ':')
			return false;
	}
	return v.n > 0 && v.n <= 60;
}

static bool is_picture(struct span v)
{
	for (size_t i = 0; i < v.n; i++) {
		if ((!is_name(v.p[i]) || v.p[i] == ':') && v.p[i] != '.' && v.p[i] != '/')
			return false;
	}
	return v.n > 0 && v.n <= 200 && v.p[0] != '/' && v.p[0] != '.' &&
	       memmem(v.p, v.n, "..", 2) == NULL && memmem(v.p, v.n, "//", 2) == NULL;
}

static void put_href(struct cleaner *c, struct span value)
{
	struct url u;

	if (value.n > 1 && value.p[0] == '#' && is_fragment(span_sub(value, 1, value.n))) {
		put(c, "href",
			span_of(arena_printf(
				c->m, "#text-" SPAN_FMT, SPAN_ARG(span_sub(value, 1, value.n)))));
		return;
	}
	u = url_external(c->m, span_trim(value));
	if (strcmp(u.text, "#") != 0) {
		put(c, "href", span_of(u.text));
		put(c, "rel", SPAN("nofollow noopener noreferrer"));
	}
}

/* What a style says of the alignment of a cell. */
static void put_alignment(struct cleaner *c, struct span style)
{
	static const char *const sides[] = { "center", "right", "left" };

	for (size_t i = 0; i < countof(sides); i++) {
		const char *text = arena_printf(c->m, "text-align: %s", sides[i]);

		if (memmem(style.p, style.n, text, strlen(text)) != NULL) {
			put(c, "class", span_of(sides[i]));
			return;
		}
	}
}

static void put_attribute(
	struct cleaner *c, const char *element, struct span name, struct span value)
{
	if (same(name, "class"))
		put_classes(c, value);
	else if (same(name, "id") && is_fragment(value))
		put(c, "id", span_of(arena_printf(c->m, "text-" SPAN_FMT, SPAN_ARG(value))));
	else if (same(name, "href") && strcmp(element, "a") == 0)
		put_href(c, value);
	else if (same(name, "alt") && strcmp(element, "img") == 0)
		put(c, "alt", value);
	else if (same(name, "style") && element[0] == 't')
		put_alignment(c, value);
	else if (clean_attribute(element, name) != NULL && is_plain_value(value))
		put(c, clean_attribute(element, name), value);
}

/* Passes over the attributes of a tag; writes them if it is to be written. */
static void attributes(struct cleaner *c, const struct clean_element *el)
{
	struct span seen[16];
	size_t n = 0;
	struct span name;
	struct span value;

	while (next_attribute(&c->at, &name, &value)) {
		bool again = n == countof(seen);

		for (size_t i = 0; i < n && !again; i++)
			again = span_ieq(seen[i], name);
		if (el == NULL || again)
			continue;
		seen[n++] = name;
		put_attribute(c, el->name, name, decode(c->m, value));
	}
}

/* A picture is written only if it is one of the statement's. */
static void picture(struct cleaner *c, const struct clean_element *el)
{
	struct span rest = c->at;
	struct span name;
	struct span value;
	struct span src = SPAN_NONE;
	bool has_alt = false;

	while (next_attribute(&rest, &name, &value)) {
		if (same(name, "src") && src.p == NULL)
			src = decode(c->m, value);
		has_alt = has_alt || same(name, "alt");
	}
	if (span_starts(src, "./"))
		src = span_sub(src, 2, src.n);
	if (!is_picture(src)) {
		c->at = rest;
		return;
	}
	buf_adds(c->out, "<img " PICTURE);
	buf_add_span(c->out, src);
	buf_addc(c->out, '"');
	attributes(c, el);
	buf_adds(c->out, has_alt ? ">" : " alt=\"\">");
}

static void close_to(struct cleaner *c, int depth)
{
	while (c->depth > depth)
		buf_addf(c->out, "</%s>", c->open[--c->depth]);
}

static const char *name_of(const struct clean_element *el)
{
	return el->as != NULL ? el->as : el->name;
}

static int open_tag(struct cleaner *c, struct span name, struct err *e)
{
	const struct clean_element *el = clean_element(name);

	if (c->skip != NULL || el == NULL || el->sort == CLEAN_DROP) {
		attributes(c, NULL);
		if (c->skip == NULL && el != NULL)
			c->skip = el->name;
		return 0;
	}
	if (strcmp(el->name, "img") == 0) {
		picture(c, el);
		return 0;
	}
	/* No paragraph or item holds another. */
	if (c->depth > 0 && strcmp(c->open[c->depth - 1], name_of(el)) == 0 &&
		(same(name, "p") || same(name, "li") || same(name, "tr") || same(name, "td")))
		close_to(c, c->depth - 1);
	if (c->depth == CLEAN_MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "the text is nested too deeply");
	buf_addf(c->out, "<%s", name_of(el));
	if (strcmp(el->name, "center") == 0)
		buf_adds(c->out, " class=\"center\"");
	attributes(c, el);
	buf_addc(c->out, '>');
	if (el->sort == CLEAN_KEEP)
		c->open[c->depth++] = name_of(el);
	return 0;
}

static void close_tag(struct cleaner *c, struct span name)
{
	const struct clean_element *el = clean_element(name);

	attributes(c, NULL);
	if (c->skip != NULL) {
		if (same(name, c->skip))
			c->skip = NULL;
		return;
	}
	for (int i = c->depth; el != NULL && i > 0; i--) {
		if (strcmp(c->open[i - 1], name_of(el)) == 0) {
			close_to(c, i - 1);
			return;
		}
	}
}

/* Comments, declarations, instructions. */
static void pass_over(struct cleaner *c)
{
	const char *end = span_starts(c->at, "<!--") ? "-->" : ">";
	const char *found = memmem(c->at.p + 2, c->at.n - 2, end, strlen(end));
	size_t n = found != NULL ? (size_t)(found - c->at.p) + strlen(end) : c->at.n;

	c->at = span_sub(c->at, n, c->at.n);
}

static int take_tag(struct cleaner *c, struct err *e)
{
	struct span rest = span_sub(c->at, 1, c->at.n);
	bool closes = scan_char(&rest, '/');
	struct span name;

	if (c->at.n >= 2 && (c->at.p[1] == '!' || c->at.p[1] == '?')) {
		pass_over(c);
		return 0;
	}
	if (!scan_while(&rest, is_name, 1000, &name)) {
		if (c->skip == NULL)
			html_span(&c->h, SPAN("<"));
		c->at = span_sub(c->at, 1, c->at.n);
		return 0;
	}
	c->at = rest;
	if (!closes)
		return open_tag(c, name, e);
	close_tag(c, name);
	return 0;
}

int html_clean(struct arena *m, struct span text, struct buf *out, struct err *e)
{
	struct cleaner c = { .m = m, .out = out, .h = { .out = out }, .at = text };

	if (!utf8_valid(text.p != NULL ? text.p : "", text.n))
		return err_set(e, ERR_INVALID, "the text is no UTF-8");
	while (c.at.n > 0) {
		size_t n = 0;

		while (n < c.at.n && c.at.p[n] != '<')
			n++;
		if (c.skip == NULL && n > 0)
			html_span(&c.h, decode(m, span_sub(c.at, 0, n)));
		c.at = span_sub(c.at, n, c.at.n);
		if (c.at.n > 0 && take_tag(&c, e) != 0)
			return -1;
	}
	close_to(&c, 0);
	return 0;
}

/* ---- what is kept ------------------------------------------------------------------------------
 */

void html_words(struct span clean, struct buf *out)
{
	bool blank = true;
	bool hidden = false;

	for (size_t i = 0; i < clean.n; i++) {
		struct span rest = span_sub(clean, i, clean.n);
		uint32_t c;
		size_t n;

		if (clean.p[i] == '<') {
			hidden = span_starts(rest, "<annotation") ||
				 (hidden && !span_starts(rest, "</annotation"));
			while (i < clean.n && clean.p[i] != '>')
				i++;
			c = ' ';
			n = 1;
		} else {
			n = clean.p[i] == '&' ? read_entity(rest, &c) : 0;
			if (n == 0)
				n = utf8_decode(rest.p, rest.n, &c);
			if (n == 0)
				return;
			i += n - 1;
		}
		if (hidden || (blank && (c <= ' ' || c == 0xa0)))
			continue;
		blank = c <= ' ' || c == 0xa0;
		if (blank) {
			buf_addc(out, ' ');
		} else {
			char utf8[4];

			buf_add(out, utf8, utf8_encode(c, utf8));
		}
	}
}

struct html_safe html_stored(struct arena *m, struct span clean, const char *pictures)
{
	struct html_safe out = { .markup = clean };
	size_t n = strlen(PICTURE);
	size_t n_pictures = 0;
	char *to;
	size_t at = 0;

	for (size_t i = 0; i + n <= clean.n; i++)
		n_pictures += clean.p[i] == 's' && memcmp(clean.p + i, PICTURE, n) == 0;
	if (n_pictures == 0)
		return out;
	to = arena_alloc(m, clean.n + n_pictures * strlen(pictures) + 1);
	for (size_t i = 0; i < clean.n;) {
		if (i + n > clean.n || clean.p[i] != 's' || memcmp(clean.p + i, PICTURE, n) != 0) {
			to[at++] = clean.p[i++];
			continue;
		}
		memcpy(to + at, "src=\"", 5);
		memcpy(to + at + 5, pictures, strlen(pictures));
		at += 5 + strlen(pictures);
		i += n;
	}
	out.markup = (struct span){ to, at };
	return out;
}
