#include "gen/sql_text.h"

#include <string.h>

#include "base/scan.h"

static void skip(struct span *at, size_t n)
{
	at->p += n;
	at->n -= n;
}

static bool is_tag(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool sql_skip_comment(struct span *at)
{
	unsigned depth = 0;

	if (span_starts(*at, "--")) {
		while (at->n > 0 && at->p[0] != '\n')
			skip(at, 1);
		return true;
	}
	if (!span_starts(*at, "/*"))
		return false;
	do {
		bool open = span_starts(*at, "/*");
		bool close = span_starts(*at, "*/");

		depth = open ? depth + 1 : close ? depth - 1 : depth;
		skip(at, open || close ? 2 : 1);
	} while (depth > 0 && at->n > 0);
	return true;
}

bool sql_skip_quoted(struct span *at)
{
	struct span rest = *at;
	struct span tag;
	const char *end;

	if (at->p[0] == '\'' || at->p[0] == '"') {
		end = memchr(at->p + 1, at->p[0], at->n - 1);
		skip(at, end == NULL ? at->n : (size_t)(end - at->p) + 1);
		return true;
	}
	if (!scan_char(&rest, '$'))
		return false;
	if (rest.n > 0 && !(rest.p[0] >= '0' && rest.p[0] <= '9'))
		scan_while(&rest, is_tag, SIZE_MAX, &tag);
	if (!scan_char(&rest, '$'))
		return false;
	tag = (struct span){ at->p, at->n - rest.n };
	end = memmem(rest.p, rest.n, tag.p, tag.n);
	skip(at, end == NULL ? at->n : (size_t)(end - at->p) + tag.n);
	return true;
}

struct span sql_replace(struct arena *mem, struct span text, const char *word, struct span by)
{
	size_t length = strlen(word), n = 0;
	char *out = arena_alloc(mem, text.n + by.n * (text.n / length) + 1);

	while (text.n > 0) {
		bool found = span_starts(text, word);
		struct span piece = found ? by : span_sub(text, 0, 1);

		memcpy(out + n, piece.p, piece.n);
		n += piece.n;
		skip(&text, found ? length : 1);
	}
	return (struct span){ out, n };
}
