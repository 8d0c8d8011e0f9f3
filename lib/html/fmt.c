#include "html/fmt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct fmt fmt_count(int64_t n)
{
	struct fmt f;
	char digits[24];
	size_t m;
	size_t at = 0;

	snprintf(digits, sizeof(digits), "%" PRIu64, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
	m = strlen(digits);
	if (n < 0)
		f.text[at++] = '-';
	for (size_t i = 0; i < m; i++) {
		if (i > 0 && (m - i) % 3 == 0)
			f.text[at++] = ',';
		f.text[at++] = digits[i];
	}
	f.text[at] = '\0';
	return f;
}

const char *fmt_plural(int64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}
