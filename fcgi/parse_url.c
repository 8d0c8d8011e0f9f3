/*
 * Percent-encoding, strictly. A malformed escape is refused instead of being taken literally: two
 * programs that read one address differently are how filters are walked around.
 */
#include "fcgi/parse.h"

#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/utf8.h"

/* Percent-decodes into out, which has room for raw.n bytes; returns the length or -1. */
static ptrdiff_t decode(struct span raw, bool plus_is_blank, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '%') {
			int high = i + 2 < raw.n ? hex_digit(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.n ? hex_digit(raw.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_blank) {
			c = ' ';
		}
		out[n++] = c;
	}
	return (ptrdiff_t)n;
}

static bool has_control(struct span s, bool lines_allowed)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0x7f)
			return true;
		if (c < 0x20 && !(lines_allowed && (c == '\t' || c == '\n' || c == '\r')))
			return true;
		// U+0080 to U+009F, the second set of control characters
		if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool parse_is_text(struct span text)
{
	return !has_control(text, true) && utf8_valid(text.p, text.n);
}

bool content_type_is(struct span content_type, const char *media_type)
{
	size_t n = strlen(media_type);

	if (content_type.n < n || strncasecmp(content_type.p, media_type, n) != 0)
		return false;
	return content_type.n == n || content_type.p[n] == ';' || content_type.p[n] == ' ' ||
	       content_type.p[n] == '\t';
}

static bool has_dot_segment(struct span path)
{
	struct span rest = path;
	struct span piece;

	while (span_split(&rest, '/', &piece)) {
		if (span_is(piece, ".") || span_is(piece, ".."))
			return true;
	}
	return false;
}

static size_t count_slashes(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '/';
	return n;
}

int parse_path(struct arena *m, struct span raw, struct span *out, struct err *e)
{
	struct span path = raw;

	if (raw.n == 0 || raw.p[0] != '/')
		return err_set(e, ERR_INVALID, "the address does not begin with a slash");
	if (memchr(raw.p, '%', raw.n) != NULL) {
		char *text = arena_alloc(m, raw.n + 1);
		ptrdiff_t n = decode(raw, false, text);

		if (n < 0)
			return err_set(e, ERR_INVALID, "the address has a malformed escape");
		path = (struct span){ text, (size_t)n };
		if (count_slashes(path) != count_slashes(raw))
			return err_set(e, ERR_INVALID, "the address has an encoded slash");
	}
	if (has_control(path, false))
		return err_set(e, ERR_INVALID, "the address has a control character");
	if (!utf8_valid(path.p, path.n))
		return err_set(e, ERR_INVALID, "the address is not valid UTF-8");
	if (has_dot_segment(path))
		return err_set(e, ERR_INVALID, "the address has a dot segment");
	*out = path;
	return 0;
}

int param_list_add(
	struct param_list *l, struct arena *m, const struct request_param *p, struct err *e)
{
	if (l->n == REQUEST_MAX_PARAMS)
		return err_set(e, ERR_INVALID, "more than %d parameters", REQUEST_MAX_PARAMS);
	if (l->n == l->size) {
		size_t size = l->size == 0 ? 8 : l->size * 2;
		struct request_param *v = arena_new_array(m, struct request_param, size);

		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
		l->size = size;
	}
	l->v[l->n++] = *p;
	return 0;
}

static int decode_text(struct arena *m, struct span raw, struct span *out, struct err *e)
{
	char *text = arena_alloc(m, raw.n + 1);
	ptrdiff_t n = decode(raw, true, text);

	if (n < 0)
		return err_set(e, ERR_INVALID, "a parameter has a malformed escape");
	*out = (struct span){ text, (size_t)n };
	if (!parse_is_text(*out))
		return err_set(e, ERR_INVALID,
			"a parameter holds a control character or is not valid UTF-8");
	return 0;
}

int parse_urlencoded(struct arena *m, struct span text, struct request_params *out, struct err *e)
{
	struct param_list list = { .v = NULL };
	struct span rest = text;
	struct span pair;

	*out = (struct request_params){ .v = NULL };
	while (span_split(&rest, '&', &pair)) {
		struct request_param p = { .filename = SPAN_NONE };
		const char *equals = pair.n > 0 ? memchr(pair.p, '=', pair.n) : NULL;
		size_t n_name = equals != NULL ? (size_t)(equals - pair.p) : pair.n;

		if (pair.n == 0)
			continue;
		if (decode_text(m, span_sub(pair, 0, n_name), &p.name, e) != 0)
			return -1;
		if (decode_text(m, span_sub(pair, n_name + 1, pair.n), &p.value, e) != 0)
			return -1;
		if (param_list_add(&list, m, &p, e) != 0)
			return -1;
	}
	*out = (struct request_params){ list.v, list.n };
	return 0;
}
