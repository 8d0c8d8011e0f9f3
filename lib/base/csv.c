#include "base/csv.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

static char find_separator(struct span text)
{
	static const char separators[] = { ',', ';', '\t' };
	size_t count[sizeof separators] = { 0 };
	size_t best = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n && text.p[i] != '\n' && text.p[i] != '\r'; i++) {
		quoted ^= text.p[i] == '"';
		for (size_t k = 0; k < sizeof separators; k++)
			count[k] += !quoted && text.p[i] == separators[k];
	}
	for (size_t k = 1; k < sizeof separators; k++) {
		if (count[k] > count[best])
			best = k;
	}
	return separators[best];
}

void csv_begin(struct csv *c, struct span text)
{
	*c = (struct csv){ .rest = text, .separator = find_separator(text) };
}

static void drop(struct csv *c, size_t n)
{
	c->rest = span_sub(c->rest, n, c->rest.n);
}

static bool at_line_end(const struct csv *c)
{
	return c->rest.n == 0 || c->rest.p[0] == '\n' || c->rest.p[0] == '\r';
}

static void pass_line_end(struct csv *c)
{
	if (c->rest.n == 0)
		return;
	drop(c, c->rest.p[0] == '\r' && c->rest.n > 1 && c->rest.p[1] == '\n' ? 2 : 1);
	c->lines_read++;
}

static void pass_line(struct csv *c)
{
	size_t n = 0;

	while (n < c->rest.n && c->rest.p[n] != '\n' && c->rest.p[n] != '\r')
		n++;
	drop(c, n);
	pass_line_end(c);
}

/* A field in quotes, the first one passed; false without an end. */
static bool take_quoted(struct csv *c, struct arena *m, struct span *out)
{
	struct span all = c->rest;
	size_t n = 0;
	size_t twice = 0;
	size_t lines = 0;

	while (n < all.n && (all.p[n] != '"' || (n + 1 < all.n && all.p[n + 1] == '"'))) {
		if (all.p[n] == '"') {
			twice++;
			n++;
		}
		lines += all.p[n] == '\n';
		n++;
	}
	if (n >= all.n)
		return false;
	*out = span_sub(all, 0, n);
	drop(c, n + 1);
	c->lines_read += lines;
	if (twice > 0) {
		char *to = arena_alloc(m, n + 1);
		size_t k = 0;

		for (size_t i = 0; i < out->n; i++) {
			to[k++] = out->p[i];
			i += out->p[i] == '"';
		}
		*out = (struct span){ to, k };
	}
	return true;
}

static struct span take_bare(struct csv *c)
{
	struct span field;
	size_t n = 0;

	while (n < c->rest.n && c->rest.p[n] != c->separator && c->rest.p[n] != '\n' &&
		c->rest.p[n] != '\r')
		n++;
	field = span_sub(c->rest, 0, n);
	drop(c, n);
	return span_trim(field);
}

static bool take_field(struct csv *c, struct arena *m, struct span *out)
{
	while (c->rest.n > 0 && c->rest.p[0] == ' ')
		drop(c, 1);
	if (c->rest.n == 0 || c->rest.p[0] != '"') {
		*out = take_bare(c);
		return true;
	}
	drop(c, 1);
	if (!take_quoted(c, m, out))
		return false;
	while (c->rest.n > 0 && c->rest.p[0] == ' ')
		drop(c, 1);
	return at_line_end(c) || c->rest.p[0] == c->separator;
}

enum csv_result csv_next(struct csv *c, struct arena *m, struct span *v, size_t most, size_t *n)
{
	struct span field;

	*n = 0;
	while (c->rest.n > 0 && at_line_end(c))
		pass_line_end(c);
	if (c->rest.n == 0)
		return CSV_END;
	c->line = c->lines_read + 1;
	for (;;) {
		if (!take_field(c, m, &field)) {
			pass_line(c);
			return CSV_BROKEN;
		}
		if (*n < most)
			v[*n] = field;
		(*n)++;
		if (at_line_end(c))
			break;
		drop(c, 1);
	}
	pass_line_end(c);
	return CSV_RECORD;
}

/* ---- formulas ---- */

/* As wide as the letters of East Asia: spreadsheets there take them for the narrow ones. */
static bool is_wide_sign(struct span text)
{
	static const char *const signs[] = { "＝", "＋", "－", "＠" };

	for (size_t i = 0; i < countof(signs); i++)
		if (span_starts(text, signs[i]))
			return true;
	return false;
}

/* Behind apostrophes too, so that one that was put in front can be told from one that was there. */
static bool is_formula(struct span text)
{
	while (text.n > 0 && text.p[0] == '\'')
		text = span_sub(text, 1, text.n);
	return text.n > 0 && (memchr("=+-@\t\r\n", text.p[0], 7) != NULL || is_wide_sign(text));
}

void csv_put(struct buf *b, struct span text)
{
	buf_addc(b, '"');
	if (is_formula(text))
		buf_addc(b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, text.p[i]);
	}
	buf_addc(b, '"');
}

struct span csv_plain(struct span text)
{
	return text.n > 0 && text.p[0] == '\'' && is_formula(text) ? span_sub(text, 1, text.n)
								   : text;
}

/* ---- encodings ---- */

static unsigned unit_at(struct span text, size_t i, bool big)
{
	unsigned a = (unsigned char)text.p[i];
	unsigned b = (unsigned char)text.p[i + 1];

	return big ? a << 8 | b : b << 8 | a;
}

static bool from_utf16(struct arena *m, struct span text, bool big, size_t most, struct span *out)
{
	size_t size = text.n / 2 * 3 < most ? text.n / 2 * 3 : most;
	char *to = arena_alloc(m, size + 1);
	size_t n = 0;

	for (size_t i = 0; i + 1 < text.n; i += 2) {
		uint32_t c = unit_at(text, i, big);
		char bytes[4];
		size_t length;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < text.n &&
			(unit_at(text, i + 2, big) & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (unit_at(text, i + 2, big) & 0x3ff);
			i += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		length = utf8_encode(c, bytes);
		if (n + length > size)
			return false;
		memcpy(to + n, bytes, length);
		n += length;
	}
	*out = (struct span){ to, n };
	return true;
}

bool csv_decode(struct arena *m, struct span text, size_t most, struct span *out)
{
	if (span_starts(text, "\xff\xfe") || span_starts(text, "\xfe\xff"))
		return from_utf16(m, span_sub(text, 2, text.n), text.p[0] == '\xfe', most, out);
	*out = span_starts(text, "\xef\xbb\xbf") ? span_sub(text, 3, text.n) : text;
	return out->n <= most;
}
