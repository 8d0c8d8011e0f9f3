/*
 * A member of struct config that the table of keys calls SECRET or PEM may not stand in a statement
 * that logs, prints or words an error. The table itself is the list of what is secret.
 */
#include "gen/lint.h"

#include <string.h>

static const char *const loud[] = { "log_event", "log_write", "err_set", "err_field", "err_detail",
	"printf", "fprintf", "puts", "fputs" };

/* The next member of the table that is secret, from *rest on. */
static bool next_secret(struct span *rest, struct span *out)
{
	struct span line;

	while (span_split(rest, '\n', &line)) {
		struct span type;

		if (!span_starts(line, "X("))
			continue;
		line = span_sub(line, 2, line.n);
		if (span_split(&line, ',', &type) &&
			(span_is(type, "SECRET") || span_is(type, "PEM")) &&
			span_split(&line, ',', out)) {
			*out = span_trim(*out);
			return true;
		}
	}
	return false;
}

static bool is_secret(const struct source *table, struct span word)
{
	struct span rest = table->text;
	struct span secret;

	while (next_secret(&rest, &secret)) {
		if (span_eq(secret, word))
			return true;
	}
	return false;
}

/* Where the statement begins that holds `at`. */
static size_t statement_at(const struct source *s, size_t at)
{
	while (at > 0 && strchr(";{}", s->code[at - 1]) == NULL)
		at--;
	return at;
}

static bool is_loud(const struct source *s, size_t from, size_t to)
{
	for (size_t i = 0; i < countof(loud); i++) {
		size_t n = strlen(loud[i]);

		for (size_t at = from; at + n < to; at++) {
			if (memcmp(s->code + at, loud[i], n) == 0 && !is_word(s->code[at + n]) &&
				(at == 0 || !is_word(s->code[at - 1])))
				return true;
		}
	}
	return false;
}

void lint_secrets(struct lint *l, const struct source *s)
{
	const struct source *table = lint_find(l, "lib/os/config_keys.h");

	for (size_t at = 2; table != NULL && at < s->text.n; at++) {
		struct span word = { s->code + at, 0 };

		if (memcmp(s->code + at - 2, "->", 2) != 0 && s->code[at - 1] != '.')
			continue;
		while (is_word(word.p[word.n]))
			word.n++;
		if (word.n > 0 && s->code[at + word.n] != '[' && is_secret(table, word) &&
			is_loud(s, statement_at(s, at), at))
			lint_say_at(l, s, at, "a secret is shown: " SPAN_FMT, SPAN_ARG(word));
	}
}
