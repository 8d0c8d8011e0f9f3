#include "base/span.h"

#include <string.h>

struct span span_of(const char *text)
{
	return text == NULL ? SPAN_NONE : (struct span){ text, strlen(text) };
}

bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool span_is(struct span a, const char *text)
{
	return span_eq(a, span_of(text));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool span_ieq(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

bool span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

bool span_ends(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.n >= n && (n == 0 || memcmp(a.p + a.n - n, suffix, n) == 0);
}

bool span_iends(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.n >= n && span_ieq(span_sub(a, a.n - n, n), span_of(suffix));
}

bool span_has(struct span a, char c)
{
	return a.n > 0 && memchr(a.p, c, a.n) != NULL;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

const char *span_pick(struct span a, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_is(a, words[i]))
			return words[i];
	}
	return NULL;
}

struct span span_trim(struct span a)
{
	while (a.n > 0 && is_space(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n > 0 && is_space(a.p[a.n - 1]))
		a.n--;
	return a;
}

struct span span_sub(struct span a, size_t from, size_t n)
{
	if (from >= a.n)
		return (struct span){ a.p, 0 };
	if (n > a.n - from)
		n = a.n - from;
	return (struct span){ a.p + from, n };
}

bool span_split(struct span *rest, char separator, struct span *piece)
{
	const char *stop;

	if (rest->p == NULL)
		return false;
	stop = rest->n > 0 ? memchr(rest->p, separator, rest->n) : NULL;
	if (stop == NULL) {
		*piece = *rest;
		*rest = SPAN_NONE;
		return true;
	}
	*piece = (struct span){ rest->p, (size_t)(stop - rest->p) };
	rest->n -= piece->n + 1;
	rest->p = stop + 1;
	return true;
}
