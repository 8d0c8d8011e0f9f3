#include "html/plain.h"

#include <string.h>

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7F;
}

static void body(struct html *h, const char *p, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_control((unsigned char)p[i]) || p[i] == '\n' || p[i] == '\t')
			continue;
		buf_add(h->out, p + from, i - from);
		from = i + 1;
	}
	buf_add(h->out, p + from, n - from);
}

static void header(struct html *h, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t from = i;

		while (i < n && !is_control((unsigned char)p[i]))
			i++;
		buf_add(h->out, p + from, i - from);
		if (i < n)
			buf_addc(h->out, ' ');
		while (i < n && is_control((unsigned char)p[i]))
			i++;
	}
}

void plain_text(struct html *h, const char *s)
{
	if (s != NULL)
		body(h, s, strlen(s));
}

void plain_span(struct html *h, struct span s)
{
	body(h, s.p, s.n);
}

void plain_url(struct html *h, struct url u)
{
	plain_text(h, u.text);
}

void plain_fmt(struct html *h, struct fmt f)
{
	plain_text(h, f.text);
}

void plain_header_text(struct html *h, const char *s)
{
	if (s != NULL)
		header(h, s, strlen(s));
}

void plain_header_span(struct html *h, struct span s)
{
	header(h, s.p, s.n);
}

void plain_header_url(struct html *h, struct url u)
{
	plain_header_text(h, u.text);
}

void plain_header_fmt(struct html *h, struct fmt f)
{
	plain_header_text(h, f.text);
}
