/*
 * Words that may not stand in code: functions with a better replacement, types that only their own
 * room may build, SQL in C.
 */
#include "gen/lint.h"

#include <string.h>

/* A function, what to use instead and the folders that may use it nevertheless. */
static const struct banned {
	const char *name;
	const char *instead;
	const char *except[4];
} banned[] = {
	{ "sprintf", "snprintf, buf_addf or arena_printf", { 0 } },
	{ "vsprintf", "vsnprintf", { 0 } },
	{ "strcpy", "arena_dup or snprintf", { 0 } },
	{ "stpcpy", "arena_dup or snprintf", { 0 } },
	{ "strcat", "struct buf", { 0 } },
	{ "strncat", "struct buf", { 0 } },
	{ "strncpy", "snprintf", { 0 } },
	{ "strtok", "span_split", { 0 } },
	{ "strtok_r", "span_split", { 0 } },
	{ "strsep", "span_split", { 0 } },
	{ "atoi", "span_i64", { 0 } },
	{ "atol", "span_i64", { 0 } },
	{ "atoll", "span_i64", { 0 } },
	{ "atof", "json_number", { 0 } },
	{ "strtol", "span_i64", { "tests" } },
	{ "strtoll", "span_i64", { "tests" } },
	{ "strtoul", "span_u64", { "tests" } },
	{ "strtoull", "span_u64", { 0 } },
	{ "scanf", "base/scan.h", { 0 } },
	{ "sscanf", "base/scan.h", { 0 } },
	{ "fscanf", "base/scan.h", { 0 } },
	{ "gets", "read", { 0 } },
	{ "system", "posix_spawn with an argument list", { "tests" } },
	{ "popen", "posix_spawn with an argument list", { "tests" } },
	{ "localtime", "os/zone_dir.h", { 0 } },
	{ "localtime_r", "os/zone_dir.h", { "tests" } },
	{ "gmtime", "civil_at", { "tests" } },
	{ "gmtime_r", "civil_at", { "tests" } },
	{ "mktime", "zone_unix", { "tests" } },
	{ "timegm", "civil_unix", { "tests" } },
	{ "strftime", "base/civil_text.h", { 0 } },
	{ "strptime", "base/civil_text.h", { 0 } },
	{ "ctime", "base/civil_text.h", { 0 } },
	{ "asctime", "base/civil_text.h", { 0 } },
	{ "tzset", "os/zone_dir.h, which does not look at TZ", { "tests" } },
	{ "time", "clock_unix_us", { "tests" } },
	{ "gettimeofday", "clock_unix_us", { "tests" } },
	{ "rand", "rnd_u64", { 0 } },
	{ "srand", "rnd_u64", { 0 } },
	{ "random", "rnd_u64", { 0 } },
	{ "drand48", "rnd_below", { 0 } },
	{ "alloca", "arena_alloc", { 0 } },
	{ "setjmp", "struct err", { 0 } },
	{ "sigsetjmp", "struct err", { 0 } },
	{ "longjmp", "struct err", { 0 } },
	{ "strerror", "err_reason", { 0 } },
	{ "strerror_r", "err_reason", { 0 } },
	{ "perror", "log_err", { "lib/gen", "tests" } },
	{ "signal", "sigaction", { 0 } },
	{ "tmpnam", "file_replace or memfd_create", { 0 } },
	{ "mktemp", "mkstemp", { 0 } },
	{ "vfork", "fork or posix_spawn", { 0 } },
	{ "PQexec", "a named statement", { "lib/db", "tests" } },
	{ "PQexecParams", "a named statement", { "lib/db", "tests" } },
	{ "PQescapeLiteral", "a statement's arguments", { 0 } },
	{ "PQescapeString", "a statement's arguments", { 0 } },
	{ "PQescapeStringConn", "a statement's arguments", { 0 } },
	{ "printf", "the response or the log", { "lib/gen", "jobs/cli", "jobs/box", "tests" } },
	{ "puts", "the response or the log", { "lib/gen", "jobs/cli", "tests" } },
	{ "putchar", "the response or the log", { "lib/gen", "jobs/cli", "tests" } },
};

/* Types that only one room may build from nothing. */
static const char *const guarded[][2] = { { "html_safe", "lib/html" }, { "url", "lib/html" } };

/* Beginnings of SQL in capitals. */
static const char *const sql[] = { "SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ",
	"CREATE TABLE ", "CREATE INDEX ", "CREATE ROLE ", "ALTER TABLE ", "ALTER ROLE ",
	"DROP TABLE ", "TRUNCATE ", "GRANT ", "WITH RECURSIVE " };

static bool is_except(const struct source *s, const char *const *folders, size_t n)
{
	for (size_t i = 0; i < n && folders[i] != NULL; i++) {
		if (source_under(s, folders[i]))
			return true;
	}
	return false;
}

/* Back to the default or to nothing: there signal() does what sigaction() does. */
static bool is_harmless(const struct source *s, size_t at, struct span word)
{
	struct span call = { s->code + at, strcspn(s->code + at, ";{") };

	return span_is(word, "signal") &&
	       (span_ends(call, "SIG_DFL)") || span_ends(call, "SIG_IGN)"));
}

/* The word that begins at `at`; n is 0 if none does. */
static struct span word_at(const struct source *s, size_t at)
{
	size_t n = 0;

	if (at > 0 && is_word(s->code[at - 1]))
		return SPAN_NONE;
	while (is_word(s->code[at + n]))
		n++;
	return (struct span){ s->code + at, n };
}

static char next_char(const struct source *s, size_t at)
{
	while (s->code[at] == ' ' || s->code[at] == '\t' || s->code[at] == '\n')
		at++;
	return s->code[at];
}

static char char_before(const struct source *s, size_t at)
{
	while (at > 0 && (s->code[at - 1] == ' ' || s->code[at - 1] == '\t'))
		at--;
	return at > 0 ? s->code[at - 1] : '\0';
}

static void check_call(struct lint *l, const struct source *s, size_t at, struct span word)
{
	char before = char_before(s, at);

	if (next_char(s, at + word.n) != '(' || before == '.' || before == '>' ||
		is_harmless(s, at, word))
		return;
	for (size_t i = 0; i < countof(banned); i++) {
		if (span_is(word, banned[i].name) &&
			!is_except(s, banned[i].except, countof(banned[i].except)))
			lint_say_at(l, s, at, "%s is banned; use %s", banned[i].name,
				banned[i].instead);
	}
}

/* `(struct x){` and `struct x name = {`. */
static void check_built(struct lint *l, const struct source *s, size_t at, struct span word)
{
	const char *p = s->code + at + word.n;

	for (size_t i = 0; i < countof(guarded); i++) {
		if (!span_is(word, guarded[i][0]) || source_under(s, guarded[i][1]) ||
			source_under(s, "tests"))
			continue;
		p += strspn(p, " \n\t)");
		while (is_word(*p))
			p++;
		p += strspn(p, " \n\t=");
		if (*p == '{')
			lint_say_at(l, s, at, "struct %s is built in %s only", guarded[i][0],
				guarded[i][1]);
	}
}

/* The word that stands before `at` with nothing but blanks between. */
static struct span word_before(const struct source *s, size_t at)
{
	size_t n = 0;

	while (at > 0 && strchr(" \t\n", s->code[at - 1]) != NULL)
		at--;
	while (at > n && is_word(s->code[at - n - 1]))
		n++;
	return (struct span){ s->code + at - n, n };
}

/*
 * A variable that cleans up after itself has to hold something before anything can return:
 * X_AUTO name = ..., or a first use as &name, which is taken for the call that fills it.
 */
static void check_auto(struct lint *l, const struct source *s, size_t at, struct span word)
{
	size_t next = at + word.n;
	struct span name;

	next += strspn(s->code + next, " ");
	name = word_at(s, next);
	next += name.n;
	if (name.n == 0 || s->code[next] != ';')
		return;
	for (; next < s->text.n; next++) {
		struct span w = word_at(s, next);

		if (span_eq(w, name) && s->code[next - 1] == '&')
			return;
		if (span_is(w, "return") || (s->code[next] == '}' && s->code[next - 1] == '\n'))
			break;
	}
	lint_say_at(l, s, at, SPAN_FMT " holds nothing yet when it is cleaned up", SPAN_ARG(name));
}

static void check_code(struct lint *l, const struct source *s)
{
	for (size_t at = 0; at < s->text.n; at++) {
		struct span word = word_at(s, at);
		struct span before;

		if (word.n == 0)
			continue;
		check_call(l, s, at, word);
		before = word_before(s, at);
		if (span_ends(word, "_AUTO") && !span_is(before, "define"))
			check_auto(l, s, at, word);
		if (span_is(before, "struct"))
			check_built(l, s, at, word);
		if (span_is(before, "typedef") &&
			(span_is(word, "struct") || span_is(word, "enum")))
			lint_say_at(l, s, at, "%s is not typedef'd", arena_dup(l->mem, word));
		if (span_is(before, "goto") && !span_is(word, "out"))
			lint_say_at(l, s, at, "the one label of a function is called out");
		at += word.n - 1;
	}
}

static bool is_sql(struct span text)
{
	while (text.n > 0 && (text.p[0] == ' ' || text.p[0] == '('))
		text = span_sub(text, 1, text.n);
	for (size_t i = 0; i < countof(sql); i++) {
		if (span_starts(text, sql[i]))
			return true;
	}
	return false;
}

static void check_quoted(struct lint *l, const struct source *s)
{
	if (source_under(s, "lib/gen") || source_under(s, "tests"))
		return;
	for (size_t at = 0; at < s->text.n; at++) {
		struct span text;

		if (s->quoted[at] != '"')
			continue;
		text = (struct span){ s->quoted + at + 1, strcspn(s->quoted + at + 1, "\"\n") };
		if (is_sql(text))
			lint_say_at(l, s, at, "SQL stands in sql/query as a named statement");
		while (at + 1 < s->text.n && s->quoted[at + 1] != '"' && s->quoted[at + 1] != '\n')
			at += s->quoted[at + 1] == '\\' ? 2 : 1;
		at++;
	}
}

void lint_words(struct lint *l, const struct source *s)
{
	check_code(l, s);
	check_quoted(l, s);
}
