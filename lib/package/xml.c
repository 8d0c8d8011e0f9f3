/* A small reader of XML: enough for what Polygon writes, and nothing that could be abused. */
#include "package/xml.h"

#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"

struct reader {
	struct arena *m;
	struct span all;
	struct span at;
	size_t n_nodes;
};

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == ':' || c == '.';
}

static void skip_blanks(struct reader *r)
{
	while (r->at.n > 0 && (unsigned char)r->at.p[0] <= ' ')
		r->at = span_sub(r->at, 1, r->at.n);
}

static int line_of(const struct reader *r)
{
	int line = 1;

	for (const char *p = r->all.p; p < r->at.p; p++)
		line += *p == '\n';
	return line;
}

/* Passes over what ends with `end`. */
static bool skip_to(struct reader *r, const char *end)
{
	const char *found = r->at.n > 0 ? memmem(r->at.p, r->at.n, end, strlen(end)) : NULL;

	if (found == NULL)
		return false;
	r->at = span_sub(r->at, (size_t)(found - r->at.p) + strlen(end), r->at.n);
	return true;
}

/* &#39; and &#x27; at the beginning of s: what it stands for, and how long it is; 0: it is none. */
static size_t read_number(struct span s, uint32_t *out)
{
	bool hex = span_starts(s, "&#x");
	size_t i = hex ? 3 : 2;

	*out = 0;
	if (!span_starts(s, "&#"))
		return 0;
	for (; i < s.n && i < 10 && s.p[i] != ';'; i++) {
		int digit = hex_digit(s.p[i]);

		if (digit < 0 || (!hex && digit > 9))
			return 0;
		*out = *out * (hex ? 16 : 10) + (uint32_t)digit;
	}
	return i < s.n && s.p[i] == ';' && *out > 0 && *out < 0x110000 &&
			       (*out < 0xd800 || *out > 0xdfff)
		       ? i + 1
		       : 0;
}

static struct span decode(struct arena *m, struct span s)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&apos;", '\'' } };
	char *to = arena_alloc(m, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t c;
		size_t used = read_number(span_sub(s, i, s.n), &c);

		if (used > 0) {
			n += utf8_encode(c, to + n); // no longer than it was written
			i += used - 1;
			continue;
		}
		to[n] = s.p[i];
		for (size_t k = 0; s.p[i] == '&' && k < countof(entities); k++) {
			if (span_starts(span_sub(s, i, s.n), entities[k].name)) {
				to[n] = entities[k].c;
				i += strlen(entities[k].name) - 1;
				break;
			}
		}
		n++;
	}
	return (struct span){ to, n };
}

static bool read_attributes(struct reader *r, struct xml *x)
{
	for (;;) {
		struct xml_attribute *a = arena_new_one(r->m, struct xml_attribute);
		char quote;

		skip_blanks(r);
		if (!scan_while(&r->at, is_name, 200, &a->name))
			return true;
		skip_blanks(r);
		if (!scan_char(&r->at, '='))
			return false;
		skip_blanks(r);
		if (r->at.n == 0 || (r->at.p[0] != '"' && r->at.p[0] != '\''))
			return false;
		quote = r->at.p[0];
		r->at = span_sub(r->at, 1, r->at.n);
		if (!scan_until(&r->at, quote, 100000, &a->value))
			return false;
		a->value = decode(r->m, a->value);
		a->next = x->attributes;
		x->attributes = a;
	}
}

/* Comments and instructions; a declaration of a document type is refused. */
static bool skip_other(struct reader *r, bool *found)
{
	*found = true;
	if (span_starts(r->at, "<!--"))
		return skip_to(r, "-->");
	if (span_starts(r->at, "<?"))
		return skip_to(r, "?>");
	*found = false;
	return !span_starts(r->at, "<!");
}

static struct xml *read_element(struct reader *r, int depth);

static bool read_content(struct reader *r, struct xml *x, int depth)
{
	const struct xml **link = &x->first;

	for (;;) {
		struct span text = r->at;
		struct xml *child;
		struct span name;
		bool other;
		size_t n = 0;

		while (n < r->at.n && r->at.p[n] != '<')
			n++;
		text = span_trim(span_sub(text, 0, n));
		if (text.n > 0 && x->text.n == 0)
			x->text = decode(r->m, text);
		r->at = span_sub(r->at, n, r->at.n);
		if (scan_lit(&r->at, "</"))
			return scan_while(&r->at, is_name, 200, &name) && span_eq(name, x->name) &&
			       skip_to(r, ">");
		if (scan_lit(&r->at, "<![CDATA[")) {
			text = r->at;
			if (!skip_to(r, "]]>"))
				return false;
			if (x->text.n == 0)
				x->text = span_sub(text, 0, (size_t)(r->at.p - text.p) - 3);
			continue;
		}
		if (!skip_other(r, &other))
			return false;
		if (other)
			continue;
		child = read_element(r, depth + 1);
		if (child == NULL)
			return false;
		*link = child;
		link = &child->next;
	}
}

static struct xml *read_element(struct reader *r, int depth)
{
	struct xml *x = arena_new_one(r->m, struct xml);

	if (depth > XML_MAX_DEPTH || ++r->n_nodes > XML_MAX_NODES || !scan_char(&r->at, '<') ||
		!scan_while(&r->at, is_name, 200, &x->name))
		return NULL;
	x->line = line_of(r);
	if (!read_attributes(r, x))
		return NULL;
	if (scan_lit(&r->at, "/>"))
		return x;
	if (!scan_char(&r->at, '>') || !read_content(r, x, depth))
		return NULL;
	return x;
}

const struct xml *xml_read(struct arena *m, struct span text, int *line)
{
	struct reader r = { .m = m, .all = text, .at = text };
	const struct xml *root = NULL;
	bool other = true;

	*line = 0;
	if (text.n > PACKAGE_MAX_YAML || !utf8_valid(text.p, text.n))
		return NULL;
	(void)scan_lit(&r.at, "\xef\xbb\xbf");
	while (other) {
		skip_blanks(&r);
		if (!skip_other(&r, &other))
			break;
		if (!other)
			root = read_element(&r, 1);
	}
	*line = line_of(&r);
	return root;
}

static const struct xml *find(const struct xml *x, struct span name)
{
	while (x != NULL && !span_eq(x->name, name))
		x = x->next;
	return x;
}

const struct xml *xml_child(const struct xml *x, const char *name)
{
	return x != NULL ? find(x->first, span_of(name)) : NULL;
}

const struct xml *xml_next(const struct xml *x)
{
	return find(x->next, x->name);
}

struct span xml_attr(const struct xml *x, const char *name)
{
	const struct xml_attribute *a = x != NULL ? x->attributes : NULL;

	while (a != NULL && !span_is(a->name, name))
		a = a->next;
	return a != NULL ? a->value : SPAN_NONE;
}
