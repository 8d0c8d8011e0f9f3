#include "judge/flags.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_escaped(struct span s, size_t i)
{
	return s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '\\');
}

bool flags_next(struct span *rest, struct arena *m, struct span *word)
{
	size_t i = 0, n = 0;
	char *to;

	while (i < rest->n && is_blank(rest->p[i]))
		i++;
	if (i == rest->n)
		return false;
	to = arena_alloc(m, rest->n - i + 1);
	for (; i < rest->n && !is_blank(rest->p[i]); i++) {
		if (is_escaped(*rest, i))
			i++;
		to[n++] = rest->p[i];
	}
	to[n] = '\0';
	*word = (struct span){ to, n };
	*rest = span_sub(*rest, i, rest->n);
	return true;
}

void flags_add(struct buf *line, struct span word)
{
	if (buf_size(line) > 0)
		buf_addc(line, ' ');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == ' ' || word.p[i] == '\\')
			buf_addc(line, '\\');
		buf_addc(line, word.p[i]);
	}
}
