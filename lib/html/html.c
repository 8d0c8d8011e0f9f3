#include "html/html.h"

#include <string.h>

/* For the five characters that could end text or an attribute: 1 + the place of what stands for
 * them. One byte a character, so that the table of the inner loop stays small. */
static const unsigned char special[256] = {
	['&'] = 1,
	['<'] = 2,
	['>'] = 3,
	['"'] = 4,
	['\''] = 5,
};

static const struct span escaped[] = {
	{ "&amp;", 5 },
	{ "&lt;", 4 },
	{ "&gt;", 4 },
	{ "&quot;", 6 },
	{ "&#39;", 5 },
};

/* Sixteen characters at once, in whatever way the compiler's target has for it. */
typedef unsigned char lanes __attribute__((vector_size(16)));
typedef unsigned long long halves __attribute__((vector_size(16)));

/* Place of the first special one among sixteen characters, or sixteen. */
static size_t first_among(const unsigned char *p)
{
	lanes v;
	halves found;

	memcpy(&v, p, sizeof(v));
	found = (halves)((v == '&') | (v == '<') | (v == '>') | (v == '"') | (v == '\''));
	if ((found[0] | found[1]) == 0)
		return sizeof(v);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)(found[0] != 0 ? __builtin_ctzll(found[0])
				      : 64 + __builtin_ctzll(found[1])) /
	       8;
#else
	return 0; // near enough: the caller looks on from there
#endif
}

/* Place of the first special character from i on, or n. */
static size_t first_special(const unsigned char *p, size_t i, size_t n)
{
	while (i + sizeof(lanes) <= n) {
		size_t step = first_among(p + i);

		i += step;
		if (step < sizeof(lanes))
			break;
	}
	while (i < n && special[p[i]] == 0)
		i++;
	return i;
}

void html_span(struct html *h, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t from = 0;

	for (;;) {
		size_t i = first_special(p, from, s.n);

		if (i > from)
			buf_add(h->out, s.p + from, i - from);
		if (i == s.n)
			return;
		buf_add_span(h->out, escaped[special[p[i]] - 1]);
		from = i + 1;
	}
}

void html_text(struct html *h, const char *s)
{
	if (s != NULL)
		html_span(h, (struct span){ s, strlen(s) });
}

void html_trusted(struct html *h, struct html_safe s)
{
	buf_add(h->out, s.markup.p, s.markup.n);
}

void html_url(struct html *h, struct url u)
{
	html_text(h, u.text);
}

void html_fmt(struct html *h, struct fmt f)
{
	html_text(h, f.text);
}

void html_u64(struct html *h, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_add(h->out, digits + at, sizeof(digits) - at);
}

void html_i64(struct html *h, int64_t v)
{
	if (v < 0)
		buf_addc(h->out, '-');
	html_u64(h, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void html_literal(struct html *h, const char *s, size_t n)
{
	buf_add(h->out, s, n);
}
