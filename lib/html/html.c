#include "html/html.h"

#include <string.h>

/* What stands for the five characters that could end text or an attribute; NULL for all others. */
static const struct {
	const char *text;
	size_t n;
} escape[256] = {
	['&'] = { "&amp;", 5 },
	['<'] = { "&lt;", 4 },
	['>'] = { "&gt;", 4 },
	['"'] = { "&quot;", 6 },
	['\''] = { "&#39;", 5 },
};

void html_span(struct html *h, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (escape[c].n == 0)
			continue;
		buf_add(h->out, s.p + from, i - from);
		buf_add(h->out, escape[c].text, escape[c].n);
		from = i + 1;
	}
	if (from < s.n)
		buf_add(h->out, s.p + from, s.n - from);
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
