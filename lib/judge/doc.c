/*
 * JSON in two hundred lines: what is read here was written here, or by somebody who edits groups
 * through the API. The parser advances over the text and gives up at the first thing it does not
 * know.
 */
#include "judge/doc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"

struct reader {
	struct arena *m;
	struct span at;
	size_t n_values;
};

static bool read_value(struct reader *r, int depth, struct doc *out);

static void skip_space(struct reader *r)
{
	while (r->at.n > 0 && (r->at.p[0] == ' ' || r->at.p[0] == '\t' || r->at.p[0] == '\n' ||
				      r->at.p[0] == '\r'))
		r->at = span_sub(r->at, 1, r->at.n);
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int digit = r->at.n > 0 ? hex_digit(r->at.p[0]) : -1;

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
		r->at = span_sub(r->at, 1, r->at.n);
	}
	return true;
}

/* What follows \u; a pair of surrogates is one character. */
static size_t read_unicode(struct reader *r, char out[4])
{
	uint32_t c;
	uint32_t low;

	if (!read_hex4(r, &c) || c == 0)
		return 0;
	if (c >= 0xd800 && c < 0xdc00) {
		if (!scan_lit(&r->at, "\\u") || !read_hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
			return 0;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c < 0xe000) {
		return 0;
	}
	return utf8_encode(c, out);
}

static bool read_escape(struct reader *r, char *to, size_t *n)
{
	static const char from[] = "\"\\/bfnrt";
	static const char into[] = "\"\\/\b\f\n\r\t";
	const char *found;
	char c;
	size_t more;

	if (r->at.n == 0)
		return false;
	c = r->at.p[0];
	r->at = span_sub(r->at, 1, r->at.n);
	if (c == 'u') {
		more = read_unicode(r, to + *n);
		*n += more;
		return more > 0;
	}
	found = c != '\0' ? strchr(from, c) : NULL;
	if (found == NULL)
		return false;
	to[(*n)++] = into[found - from];
	return true;
}

static bool read_text(struct reader *r, struct span *out)
{
	size_t most = 0;
	char *to;
	size_t n = 0;

	if (!scan_char(&r->at, '"'))
		return false;
	while (most < r->at.n && r->at.p[most] != '"')
		most += r->at.p[most] == '\\' ? 2 : 1;
	to = arena_alloc(r->m, most + 1); // escapes only shrink
	while (r->at.n > 0 && r->at.p[0] != '"') {
		unsigned char c = (unsigned char)r->at.p[0];

		if (c < 0x20)
			return false;
		r->at = span_sub(r->at, 1, r->at.n);
		if (c != '\\')
			to[n++] = (char)c;
		else if (!read_escape(r, to, &n))
			return false;
	}
	*out = (struct span){ to, n };
	return scan_char(&r->at, '"') && utf8_valid(to, n);
}

static bool read_number(struct reader *r, double *out)
{
	char text[64];
	size_t n = 0;
	char *end;

	while (n < r->at.n && n + 1 < sizeof(text) &&
		(span_has(SPAN("+-.eE"), r->at.p[n]) || (r->at.p[n] >= '0' && r->at.p[n] <= '9')))
		n++;
	if (n == 0)
		return false;
	memcpy(text, r->at.p, n);
	text[n] = '\0';
	*out = strtod(text, &end);
	if (*end != '\0' || !isfinite(*out))
		return false;
	r->at = span_sub(r->at, n, r->at.n);
	return true;
}

/* The members of a list or map behind its opening bracket. */
static bool read_members(struct reader *r, int depth, struct doc *out)
{
	char close = out->kind == DOC_MAP ? '}' : ']';
	const struct doc **link = &out->first;

	skip_space(r);
	if (scan_char(&r->at, close))
		return true;
	for (;;) {
		struct doc *member = arena_new_one(r->m, struct doc);

		skip_space(r);
		if (out->kind == DOC_MAP) {
			if (!read_text(r, &member->name))
				return false;
			skip_space(r);
			if (!scan_char(&r->at, ':'))
				return false;
		}
		if (!read_value(r, depth + 1, member))
			return false;
		*link = member;
		link = &member->next;
		skip_space(r);
		if (scan_char(&r->at, close))
			return true;
		if (!scan_char(&r->at, ','))
			return false;
	}
}

static bool read_value(struct reader *r, int depth, struct doc *out)
{
	skip_space(r);
	if (depth > DOC_MAX_DEPTH || ++r->n_values > DOC_MAX_VALUES)
		return false;
	if (r->at.n == 0)
		return false;
	if (r->at.p[0] == '"') {
		out->kind = DOC_TEXT;
		return read_text(r, &out->text);
	}
	if (scan_char(&r->at, '{')) {
		out->kind = DOC_MAP;
		return read_members(r, depth, out);
	}
	if (scan_char(&r->at, '[')) {
		out->kind = DOC_LIST;
		return read_members(r, depth, out);
	}
	if (scan_lit(&r->at, "null"))
		return true;
	out->truth = scan_lit(&r->at, "true");
	if (out->truth || scan_lit(&r->at, "false")) {
		out->kind = DOC_BOOL;
		return true;
	}
	out->kind = DOC_NUMBER;
	return read_number(r, &out->number);
}

int doc_read(struct arena *m, struct span text, const struct doc **out, struct err *e)
{
	struct reader r = { .m = m, .at = text };
	struct doc *root = arena_new_one(m, struct doc);

	if (text.n > DOC_MAX_TEXT)
		return err_set(e, ERR_LIMIT, "the JSON is longer than %d bytes", DOC_MAX_TEXT);
	if (!read_value(&r, 1, root))
		return err_set(
			e, ERR_INVALID, "the JSON is malformed at byte %zu", text.n - r.at.n);
	skip_space(&r);
	if (!scan_end(&r.at))
		return err_set(
			e, ERR_INVALID, "something follows the JSON at byte %zu", text.n - r.at.n);
	*out = root;
	return 0;
}

const struct doc *doc_get(const struct doc *d, const char *name)
{
	const struct doc *member = d != NULL && d->kind == DOC_MAP ? d->first : NULL;

	while (member != NULL && !span_is(member->name, name))
		member = member->next;
	return member;
}

bool doc_bool(const struct doc *d, const char *name, bool *out)
{
	const struct doc *v = doc_get(d, name);

	if (v == NULL || v->kind != DOC_BOOL)
		return false;
	*out = v->truth;
	return true;
}

bool doc_number(const struct doc *d, const char *name, double *out)
{
	const struct doc *v = doc_get(d, name);

	if (v == NULL || v->kind != DOC_NUMBER)
		return false;
	*out = v->number;
	return true;
}

bool doc_text(const struct doc *d, const char *name, struct span *out)
{
	const struct doc *v = doc_get(d, name);

	if (v == NULL || v->kind != DOC_TEXT)
		return false;
	*out = v->text;
	return true;
}

void doc_put_text(struct buf *b, struct span s)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", c);
		else if (c < 0x20)
			buf_addf(b, "\\u%04x", c);
		else
			buf_addc(b, (char)c);
	}
	buf_addc(b, '"');
}

void doc_put_number(struct buf *b, double v)
{
	char text[40];

	if (!isfinite(v)) {
		buf_adds(b, "null");
		return;
	}
	/* As few digits as read back the same. */
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_adds(b, text);
}
