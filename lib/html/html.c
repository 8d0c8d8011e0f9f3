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

void html_span(struct html *h, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t from = 0;
	size_t i = 0;

	for (;;) {
		while (i + 4 <= s.n && (special[p[i]] | special[p[i + 1]] | special[p[i + 2]] |
					       special[p[i + 3]]) == 0)
			i += 4;
		while (i < s.n && special[p[i]] == 0)
			i++;
		if (i > from)
			buf_add(h->out, s.p + from, i - from);
		if (i == s.n)
			return;
		buf_add_span(h->out, escaped[special[p[i]] - 1]);
		from = ++i;
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
