/* The Cookie header. What other programs on the host have set must never make a page fail. */
#include "fcgi/parse.h"

#include <string.h>

#include "base/limits.h"

/* A token of RFC 9110, 5.6.2. */
static bool is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c) != NULL)
			return false;
	}
	return s.n > 0;
}

static bool is_cookie_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

int parse_cookies(struct arena *m, struct span text, struct request_params *out, struct err *e)
{
	struct param_list list = { .v = NULL };
	struct span rest = text;
	struct span pair;

	*out = (struct request_params){ .v = NULL };
	while (span_split(&rest, ';', &pair)) {
		struct request_param p = { .filename = SPAN_NONE };
		struct span trimmed = span_trim(pair);
		const char *equals = trimmed.n > 0 ? memchr(trimmed.p, '=', trimmed.n) : NULL;

		if (equals == NULL)
			continue;
		p.name = span_trim((struct span){ trimmed.p, (size_t)(equals - trimmed.p) });
		p.value = span_trim(span_sub(trimmed, (size_t)(equals - trimmed.p) + 1, trimmed.n));
		if (p.value.n >= 2 && p.value.p[0] == '"' && p.value.p[p.value.n - 1] == '"')
			p.value = span_sub(p.value, 1, p.value.n - 2);
		if (!is_token(p.name) || !is_cookie_value(p.value))
			continue;
		if (param_list_add(&list, m, &p, e) != 0)
			return -1;
	}
	*out = (struct request_params){ list.v, list.n };
	return 0;
}
