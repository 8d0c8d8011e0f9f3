/*
 * languages.conf: sections in brackets, and in each `key = value`. Values that are commands are
 * words with blanks between; there is no quoting, and nothing is ever given to a shell.
 */
#include "judge/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"

#define MAX_LANGUAGES 64
#define MAX_WORDS     64
#define MAX_ID        20
#define MAX_NAME      100

enum kind {
	TEXT,
	WORDS,
	NUMBER,
	YES_OR_NO,
	ENTRY
};

static const struct key {
	const char *name;
	enum kind kind;
	size_t at;
	int least, most;          // of a number
	const char *placeholders; // that a command may have
} keys[] = {
	{ "name", TEXT, offsetof(struct language, name), 0, 0, NULL },
	{ "extensions", WORDS, offsetof(struct language, extensions), 0, 0, "" },
	{ "packages", WORDS, offsetof(struct language, packages), 0, 0, "" },
	{ "source", TEXT, offsetof(struct language, source), 0, 0, NULL },
	{ "entry", ENTRY, offsetof(struct language, entry), 0, 0, NULL },
	{ "main", TEXT, offsetof(struct language, main), 0, 0, NULL },
	{ "build", WORDS, offsetof(struct language, build), 0, 0, "{sources}{entry}{header}" },
	{ "run", WORDS, offsetof(struct language, run), 0, 0, "{entry}{class}{memory}" },
	{ "version", WORDS, offsetof(struct language, version), 0, 0, "" },
	{ "env", WORDS, offsetof(struct language, env), 0, 0, "" },
	{ "mounts", WORDS, offsetof(struct language, mounts), 0, 0, "" },
	{ "no_memory", WORDS, offsetof(struct language, no_memory), 0, 0, "" },
	{ "header", TEXT, offsetof(struct language, header), 0, 0, NULL },
	{ "processes", NUMBER, offsetof(struct language, processes), 1, BOX_MAX_PROCESSES, NULL },
	{ "files", NUMBER, offsetof(struct language, files), BOX_LEAST_FILES, BOX_MAX_FILES, NULL },
	{ "memory_mib", NUMBER, offsetof(struct language, memory_mib), 0, 65536, NULL },
	{ "wall_ms", NUMBER, offsetof(struct language, wall_ms), 0, 60000, NULL },
	{ "virtual", YES_OR_NO, offsetof(struct language, is_virtual), 0, 0, NULL },
	{ "submitted", YES_OR_NO, offsetof(struct language, is_submitted), 0, 0, NULL },
	{ "meant", YES_OR_NO, offsetof(struct language, is_meant), 0, 0, NULL },
};

struct parser {
	struct arena *mem;
	struct language *all;
	size_t n;
	unsigned long seen; // keys of the section, one bit each
	int line;
	struct err *e;
};

static int ATTR_PRINTF(2, 3) fail(struct parser *p, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(p->e, ERR_INVALID, "line %d: %s", p->line, text);
}

static bool is_id(struct span id)
{
	if (id.n < 1 || id.n > MAX_ID)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '+')
			return false;
	}
	return true;
}

/* Each {name} in the word is one of those allowed. */
static bool placeholders_known(struct arena *m, struct span word, const char *allowed)
{
	while (word.n > 0) {
		const char *open = memchr(word.p, '{', word.n), *shut;

		if (open == NULL)
			return true;
		word = span_sub(word, (size_t)(open - word.p), word.n);
		shut = memchr(word.p, '}', word.n);
		if (shut == NULL)
			return false;
		if (strstr(allowed, arena_dup(m, span_sub(word, 0, (size_t)(shut - open) + 1))) ==
			NULL)
			return false;
		word = span_sub(word, (size_t)(shut - open) + 1, word.n);
	}
	return true;
}

static int set_words(struct parser *p, const struct key *k, struct span value, void *to)
{
	const char **v = arena_new_array(p->mem, const char *, MAX_WORDS);
	struct span word;
	size_t n = 0;

	while (span_split(&value, ' ', &word)) {
		word = span_trim(word);
		if (word.n == 0)
			continue;
		if (n == MAX_WORDS)
			return fail(p, "more than %d words", MAX_WORDS);
		if (!placeholders_known(p->mem, word, k->placeholders))
			return fail(p, "%s may have these: %s; not " SPAN_FMT, k->name,
				k->placeholders[0] != '\0' ? k->placeholders : "none",
				SPAN_ARG(word));
		v[n++] = arena_dup(p->mem, word);
	}
	if (n > 0 && k->placeholders[0] != '\0' && v[0][0] != '/')
		return fail(p, "%s begins with the whole path of a program", k->name);
	*(struct language_words *)to = (struct language_words){ v, n };
	return 0;
}

static int set_entry(struct parser *p, struct span value, void *to)
{
	if (span_is(value, "file"))
		*(enum language_entry *)to = LANGUAGE_FILE;
	else if (span_is(value, "java class"))
		*(enum language_entry *)to = LANGUAGE_JAVA_CLASS;
	else
		return fail(p, "entry is file or java class");
	return 0;
}

static int set_value(struct parser *p, const struct key *k, struct span value)
{
	void *to = (char *)&p->all[p->n - 1] + k->at;
	uint64_t number;

	switch (k->kind) {
	case TEXT:
		if (value.n > MAX_NAME)
			return fail(p, "%s is longer than %d bytes", k->name, MAX_NAME);
		*(const char **)to = arena_dup(p->mem, value);
		return 0;
	case WORDS:
		return set_words(p, k, value, to);
	case NUMBER:
		if (!span_u64(value, (uint64_t)k->most, &number) || number < (uint64_t)k->least)
			return fail(p, "%s is a number from %d to %d", k->name, k->least, k->most);
		*(int *)to = (int)number;
		return 0;
	case YES_OR_NO:
		if (!span_is(value, "yes") && !span_is(value, "no"))
			return fail(p, "%s is yes or no", k->name);
		*(bool *)to = span_is(value, "yes");
		return 0;
	case ENTRY:
		return set_entry(p, value, to);
	}
	return 0;
}

static bool has_word(struct language_words words, const char *word)
{
	for (size_t i = 0; i < words.n; i++)
		if (strcmp(words.v[i], word) == 0)
			return true;
	return false;
}

static int end_section(struct parser *p)
{
	const struct language *l = &p->all[p->n > 0 ? p->n - 1 : 0];

	if (p->n == 0)
		return 0;
	if (l->name[0] == '\0' || l->extensions.n == 0 || l->run.n == 0 || l->version.n == 0)
		return fail(p, "%s above needs name, extensions, run and version", l->id);
	if (l->header[0] != '\0' && !has_word(l->build, "{header}"))
		return fail(p, "%s above has a header, and no {header} in build", l->id);
	return 0;
}

static int begin_section(struct parser *p, struct span line)
{
	struct span id = span_sub(line, 1, line.n - 2);

	if (end_section(p) != 0)
		return -1;
	if (!span_ends(line, "]") || !is_id(id))
		return fail(p, "a section is [id], of small letters, digits, _ and +");
	if (span_is(id, LANGUAGE_ANSWER))
		return fail(p, "no language can be called " LANGUAGE_ANSWER);
	if (language_find(&(struct languages){ p->all, p->n }, id) != NULL)
		return fail(p, SPAN_FMT " was there before", SPAN_ARG(id));
	if (p->n == MAX_LANGUAGES)
		return fail(p, "more than %d languages", MAX_LANGUAGES);
	p->all[p->n++] = (struct language){ .id = arena_dup(p->mem, id),
		.name = "",
		.source = "",
		.main = "",
		.header = "",
		.processes = 16,
		.files = 64,
		.is_submitted = true };
	p->seen = 0;
	return 0;
}

static int take_key(struct parser *p, struct span line)
{
	struct span name;

	if (!scan_until(&line, '=', MAX_NAME, &name))
		return fail(p, "neither [id] nor key = value");
	name = span_trim(name);
	if (p->n == 0)
		return fail(p, "a key before the first section");
	for (size_t i = 0; i < countof(keys); i++) {
		if (!span_is(name, keys[i].name))
			continue;
		if ((p->seen & (1UL << i)) != 0)
			return fail(p, "%s was given before", keys[i].name);
		p->seen |= 1UL << i;
		return set_value(p, &keys[i], span_trim(line));
	}
	return fail(p, "there is no key " SPAN_FMT, SPAN_ARG(name));
}

int languages_parse(struct span text, struct arena *m, struct languages *out, struct err *e)
{
	struct parser p = {
		.mem = m, .all = arena_new_array(m, struct language, MAX_LANGUAGES), .e = e
	};
	struct span line;

	*out = (struct languages){ p.all, 0 };
	while (span_split(&text, '\n', &line)) {
		p.line++;
		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (memchr(line.p, '\0', line.n) != NULL)
			return fail(&p, "a byte 0");
		if ((line.p[0] == '[' ? begin_section(&p, line) : take_key(&p, line)) != 0)
			return -1;
	}
	if (end_section(&p) != 0)
		return -1;
	out->n = p.n;
	return 0;
}

const struct language *language_find(const struct languages *all, struct span id)
{
	for (size_t i = 0; i < all->n; i++) {
		if (span_is(id, all->v[i].id))
			return &all->v[i];
	}
	return NULL;
}

static bool share_extension(const struct language *a, const struct language *b)
{
	return strcmp(a->extensions.v[0], b->extensions.v[0]) == 0;
}

size_t language_readings(
	const struct languages *all, const struct language *l, const struct language **out)
{
	size_t n = 0;

	for (int meant = 1; meant >= 0; meant--) {
		for (size_t i = 0; i < all->n; i++) {
			const struct language *x = &all->v[i];

			if (share_extension(x, l) && x->is_meant == (meant == 1))
				out[n++] = x;
		}
	}
	for (size_t i = 0; i < all->n && &all->v[i] != l; i++) {
		if (share_extension(&all->v[i], l)) {
			out[0] = l; // not what its extension alone would have given
			return 1;
		}
	}
	return n;
}

bool language_has(const struct language *l, struct span file_name)
{
	const char *dot = file_name.n > 0 ? memrchr(file_name.p, '.', file_name.n) : NULL;
	struct span extension = SPAN_NONE;

	if (dot != NULL)
		extension = span_sub(file_name, (size_t)(dot + 1 - file_name.p), file_name.n);
	for (size_t i = 0; i < l->extensions.n && extension.n > 0; i++) {
		if (span_is(extension, l->extensions.v[i]))
			return true;
	}
	return false;
}

/* The first line says which Python: unmarked files are Python 3. */
static bool is_python2(struct span text)
{
	struct span line;

	if (!span_starts(text, "#!") || !span_split(&text, '\n', &line))
		return false;
	return memmem(line.p, line.n, "python2", 7) != NULL;
}

const struct language *language_detect(
	const struct languages *all, struct span file_name, struct span text)
{
	if (is_python2(text))
		return NULL;
	for (size_t i = 0; i < all->n; i++) {
		if (language_has(&all->v[i], file_name))
			return &all->v[i];
	}
	return NULL;
}

struct span language_code(struct span id)
{
	/* Of its table, the codes with a number that is no version of ours. */
	static const char *const whole[] = { "python2", "python3", "modula2", "algol68",
		"javaalgs4" };
	size_t n = id.n;

	if (span_is(id, "pypy3"))
		return SPAN("python3");
	for (size_t i = 0; i < countof(whole); i++) {
		if (span_is(id, whole[i]))
			return id;
	}
	while (n > 0 && id.p[n - 1] >= '0' && id.p[n - 1] <= '9')
		n--;
	return span_sub(id, 0, n);
}

bool language_file_name(struct span name)
{
	if (name.n < 1 || name.n > MAX_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '_';

		if (!plain && (i == 0 || (c != '.' && c != '+' && c != '-')))
			return false;
	}
	return true;
}
