#include "base/scan.h"

#include <string.h>

static void advance(struct span *at, size_t n)
{
	at->p += n;
	at->n -= n;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool scan_lit(struct span *at, const char *literal)
{
	if (!span_starts(*at, literal))
		return false;
	advance(at, strlen(literal));
	return true;
}

bool scan_char(struct span *at, char c)
{
	if (at->n == 0 || at->p[0] != c)
		return false;
	advance(at, 1);
	return true;
}

bool scan_u64(struct span *at, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < at->n && is_digit(at->p[i]); i++) {
		uint64_t digit = (uint64_t)(at->p[i] - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (i == 0 || value > max)
		return false;
	advance(at, i);
	*out = value;
	return true;
}

bool scan_i64(struct span *at, int64_t *out)
{
	struct span rest = *at;
	bool negative = scan_char(&rest, '-');
	uint64_t value;

	if (!scan_u64(&rest, (uint64_t)INT64_MAX + negative, &value))
		return false;
	*out = (int64_t)(negative ? 0 - value : value);
	*at = rest;
	return true;
}

bool scan_digits(struct span *at, int n, int *out)
{
	int value = 0;

	if (n < 1 || n > 9 || at->n < (size_t)n)
		return false;
	for (int i = 0; i < n; i++) {
		if (!is_digit(at->p[i]))
			return false;
		value = value * 10 + (at->p[i] - '0');
	}
	advance(at, (size_t)n);
	*out = value;
	return true;
}

bool scan_until(struct span *at, char stop, size_t max, struct span *out)
{
	const char *found = at->n > 0 ? memchr(at->p, stop, at->n) : NULL;
	size_t n;

	if (found == NULL)
		return false;
	n = (size_t)(found - at->p);
	if (n > max)
		return false;
	*out = (struct span){ at->p, n };
	advance(at, n + 1);
	return true;
}

bool scan_while(struct span *at, bool (*accept)(char), size_t max, struct span *out)
{
	size_t n = 0;

	while (n < at->n && accept(at->p[n]))
		n++;
	if (n == 0 || n > max)
		return false;
	*out = (struct span){ at->p, n };
	advance(at, n);
	return true;
}

void scan_space(struct span *at)
{
	while (at->n > 0 && (at->p[0] == ' ' || at->p[0] == '\t'))
		advance(at, 1);
}

bool scan_end(const struct span *at)
{
	return at->n == 0;
}

bool span_u64(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t value;

	if (!scan_u64(&s, max, &value) || !scan_end(&s))
		return false;
	*out = value;
	return true;
}

bool span_i64(struct span s, int64_t *out)
{
	int64_t value;

	if (!scan_i64(&s, &value) || !scan_end(&s))
		return false;
	*out = value;
	return true;
}
