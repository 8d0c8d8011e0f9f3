/*
 * The table of lib/os/config_keys.h is expanded once more into an array with the offset of each
 * member, and one pass each over the defaults, the file and the environment stores values through
 * it. After that the few rules that bind single keys are checked. A message names the place (file
 * and line, or the environment) and the key, and quotes the value only where it is no secret.
 */
#include "os/config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "os/fd.h"
#include "os/log.h"

enum type {
	TYPE_TEXT,
	TYPE_SECRET,
	TYPE_PEM,
	TYPE_URL,
	TYPE_SITE, // a URL without a path
	TYPE_NUMBER,
	TYPE_FLAG
};

struct key {
	const char *name;
	const char *text; // default of all but NUMBER and FLAG
	int64_t number;   // default of those
	int64_t least;
	int64_t most;
	const char *help;
	size_t offset;
	enum type type;
};

#define DEFAULT_TEXT(def)   .text = (def)
#define DEFAULT_SECRET(def) .text = (def)
#define DEFAULT_PEM(def)    .text = (def)
#define DEFAULT_URL(def)    .text = (def)
#define DEFAULT_SITE(def)   .text = (def)
#define DEFAULT_NUMBER(def) .number = (def)
#define DEFAULT_FLAG(def)   .number = (def)

static const struct key keys[] = {
#define X(t, m, k, def, l, u, h)                                                                   \
	{ .name = (k),                                                                             \
		DEFAULT_##t(def),                                                                  \
		.least = (l),                                                                      \
		.most = (u),                                                                       \
		.help = (h),                                                                       \
		.offset = offsetof(struct config, m),                                              \
		.type = TYPE_##t },
#include "os/config_keys.h"
#undef X
};

#define N_KEYS countof(keys)

/* Where a value stands, for messages. */
struct config_place {
	const char *name; // NULL: nowhere, it is the default
	int line;         // 0: no line
};

static int refuse(struct err *e, const struct config_place *at, const char *key, const char *why)
{
	const char *colon = *key != '\0' ? ": " : "";

	if (at->line > 0)
		return err_set(
			e, ERR_INVALID, "%s:%d: %s%s%s", at->name, at->line, key, colon, why);
	if (at->name != NULL)
		return err_set(e, ERR_INVALID, "%s: %s%s%s", at->name, key, colon, why);
	return err_set(e, ERR_INVALID, "configuration: %s%s%s", key, colon, why);
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	}
	return false;
}

static void store_text(struct config *c, const struct key *k, const char *text)
{
	memcpy((char *)c + k->offset, &text, sizeof(text));
}

static void store_number(struct config *c, const struct key *k, int64_t number)
{
	bool flag = number != 0;

	if (k->type == TYPE_FLAG)
		memcpy((char *)c + k->offset, &flag, sizeof(flag));
	else
		memcpy((char *)c + k->offset, &number, sizeof(number));
}

/* Turns the two characters \n into a line end. */
static struct span pem_text(struct arena *m, struct span s)
{
	char *out = arena_alloc(m, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
			out[n++] = '\n';
			i++;
		} else {
			out[n++] = s.p[i];
		}
	}
	return (struct span){ out, n };
}

/* What the address must do and does not, or NULL. */
static const char *url_fault(struct span s, bool site)
{
	struct span rest = s;

	if (!(scan_lit(&rest, "https://") || scan_lit(&rest, "http://")) || span_ends(s, "/"))
		return "begin with https:// or http:// and not end in a slash";
	if (rest.n == 0 || rest.p[0] == '/' || rest.p[0] == ':')
		return "name a host";
	if (span_has(rest, ' ') || span_has(rest, '?') || span_has(rest, '#'))
		return "hold no blank, query or fragment";
	if (site && (span_has(rest, '/') || span_has(rest, '@')))
		return "end with the host or its port: the pages begin at its root";
	return NULL;
}

static int set_text(struct config *c, const struct key *k, struct arena *m, struct span s,
	const struct config_place *at, struct err *e)
{
	char why[160];

	if (k->type == TYPE_PEM)
		s = pem_text(m, s);
	if (!utf8_valid(s.p, s.n))
		return refuse(e, at, k->name, "the value is not UTF-8");
	if (k->type != TYPE_PEM && has_control(s))
		return refuse(e, at, k->name, "the value holds a control character");
	if (s.n == 0 && k->text[0] == '\0') {
		store_text(c, k, "");
		return 0;
	}
	if ((int64_t)s.n < k->least || (int64_t)s.n > k->most) {
		snprintf(why, sizeof(why), "the value must have from %lld to %lld bytes, not %zu",
			(long long)k->least, (long long)k->most, s.n);
		return refuse(e, at, k->name, why);
	}
	if (k->type == TYPE_PEM && memmem(s.p, s.n, "-----BEGIN", 10) == NULL)
		return refuse(e, at, k->name,
			"the value is no PEM text, which holds a line -----BEGIN ...-----");
	if (k->type == TYPE_URL || k->type == TYPE_SITE) {
		const char *fault = url_fault(s, k->type == TYPE_SITE);

		if (fault != NULL) {
			snprintf(why, sizeof(why), "\"%.60s\" must %s", arena_dup(m, s), fault);
			return refuse(e, at, k->name, why);
		}
	}
	store_text(c, k, arena_dup(m, s));
	return 0;
}

static int set_number(struct config *c, const struct key *k, struct arena *m, struct span s,
	const struct config_place *at, struct err *e)
{
	char why[160];
	int64_t number;

	if (!span_i64(s, &number) || number < k->least || number > k->most) {
		snprintf(why, sizeof(why), "\"%.40s\" is not a whole number from %lld to %lld",
			arena_dup(m, s), (long long)k->least, (long long)k->most);
		return refuse(e, at, k->name, why);
	}
	store_number(c, k, number);
	return 0;
}

static int set_flag(struct config *c, const struct key *k, struct arena *m, struct span s,
	const struct config_place *at, struct err *e)
{
	char why[160];

	if (!span_is(s, "yes") && !span_is(s, "no")) {
		snprintf(why, sizeof(why), "\"%.40s\" is neither yes nor no", arena_dup(m, s));
		return refuse(e, at, k->name, why);
	}
	store_number(c, k, span_is(s, "yes"));
	return 0;
}

static int set(struct config *c, const struct key *k, struct arena *m, struct span s,
	const struct config_place *at, struct err *e)
{
	c->places[k - keys] = *at;
	switch (k->type) {
	case TYPE_TEXT:
	case TYPE_SECRET:
	case TYPE_PEM:
	case TYPE_URL:
	case TYPE_SITE:
		return set_text(c, k, m, s, at, e);
	case TYPE_NUMBER:
		return set_number(c, k, m, s, at, e);
	case TYPE_FLAG:
		break;
	}
	return set_flag(c, k, m, s, at, e);
}

static void set_defaults(struct config *c, struct arena *m)
{
	c->places = arena_new_array(m, struct config_place, N_KEYS);
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].text != NULL)
			store_text(c, &keys[i], keys[i].text);
		else
			store_number(c, &keys[i], keys[i].number);
	}
}

static const struct key *key_find(struct span name)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (span_is(name, keys[i].name))
			return &keys[i];
	}
	return NULL;
}

static bool is_key_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* A line that is neither empty nor a comment. */
static int parse_line(struct span line, const struct config_place *at, bool seen[N_KEYS],
	struct arena *m, struct config *c, struct err *e)
{
	struct span name;
	const struct key *k;
	char shown[48];

	if (!scan_while(&line, is_key_char, sizeof(shown) - 1, &name))
		return refuse(e, at, "", "expected KEY=value");
	scan_space(&line);
	if (!scan_char(&line, '='))
		return refuse(e, at, "", "expected KEY=value");
	snprintf(shown, sizeof(shown), SPAN_FMT, SPAN_ARG(name));
	k = key_find(name);
	if (k == NULL)
		return refuse(e, at, shown, "there is no such key");
	if (seen[k - keys])
		return refuse(e, at, shown, "the key is given twice");
	seen[k - keys] = true;
	return set(c, k, m, span_trim(line), at, e);
}

static int parse_file(
	struct span text, const char *name, struct arena *m, struct config *out, struct err *e)
{
	struct config_place at = { arena_dup(m, span_of(name)), 0 };
	bool seen[N_KEYS] = { false };
	struct span line;

	if (span_starts(text, "\xef\xbb\xbf")) // what some editors put before UTF-8
		text = span_sub(text, 3, text.n);
	while (span_split(&text, '\n', &line)) {
		at.line++;
		if (line.n > CONFIG_MAX_LINE)
			return refuse(e, &at, "", "the line is too long");
		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (parse_line(line, &at, seen, m, out, e) != 0)
			return -1;
	}
	return 0;
}

static int read_environment(struct arena *m, struct config *out, struct err *e)
{
	static const struct config_place at = { "environment", 0 };

	for (size_t i = 0; i < N_KEYS; i++) {
		const char *value = getenv(keys[i].name);

		if (value != NULL && set(out, &keys[i], m, span_trim(span_of(value)), &at, e) != 0)
			return -1;
	}
	return 0;
}

bool config_is_given(const struct config *c, const char *key)
{
	const struct key *k = key_find(span_of(key));

	return k != NULL && c->places != NULL && c->places[k - keys].name != NULL;
}

int config_blame(const struct config *c, const char *key, struct err *e)
{
	static const struct config_place nowhere;
	const struct key *k = key_find(span_of(key));
	bool known = k != NULL && c->places != NULL;
	struct err said = *e;

	e->kind = ERR_NONE;
	(void)refuse(e, known ? &c->places[k - keys] : &nowhere,
		span_starts(span_of(said.text), key) ? "" : key, said.text);
	e->kind = said.kind;
	return -1;
}

static int check_env(const struct config *c, struct err *e)
{
	struct span env = span_of(c->env);

	if (span_is(env, "production") || span_is(env, "development"))
		return 0;
	err_set(e, ERR_INVALID, "\"%.32s\" is neither production nor development", c->env);
	return config_blame(c, "ENV", e);
}

/* Rules that bind single keys beyond their length or range. */
static int check(const struct config *c, struct err *e)
{
	enum log_level level;

	if (check_env(c, e) != 0)
		return -1;
	if (c->password_cost < PASSWORD_COST && span_is(span_of(c->env), "production")) {
		err_set(e, ERR_INVALID, "at least %d in production", PASSWORD_COST);
		return config_blame(c, "PASSWORD_COST", e);
	}
	if (!log_level_find(span_of(c->log_level), &level)) {
		err_set(e, ERR_INVALID, "\"%.8s\" is none of error, warn, info and debug",
			c->log_level);
		return config_blame(c, "LOG_LEVEL", e);
	}
	return 0;
}

int config_parse(
	struct span text, const char *name, struct arena *m, struct config *out, struct err *e)
{
	set_defaults(out, m);
	if (parse_file(text, name, m, out, e) != 0)
		return -1;
	return check(out, e);
}

int config_load(const char *path, const struct config **out, struct err *e)
{
	static struct arena *memory; // lives to the end of the process
	struct span text = SPAN("");
	enum log_level level;
	struct config *c;

	if (memory == NULL)
		memory = arena_new(SIZE_MAX);
	c = arena_new_one(memory, struct config);
	set_defaults(c, memory);
	if (path != NULL && file_read(path, CONFIG_MAX_FILE, memory, &text, e) != 0) {
		e->kind = ERR_INVALID;
		return -1;
	}
	if (parse_file(text, path != NULL ? path : "", memory, c, e) != 0)
		return -1;
	if (read_environment(memory, c, e) != 0 || check(c, e) != 0)
		return -1;
	if (log_level_find(span_of(c->log_level), &level))
		log_least(level);
	*out = c;
	return 0;
}

static void example_range(struct buf *out, const struct key *k)
{
	if (k->type == TYPE_NUMBER)
		buf_addf(out, "# From %lld to %lld.\n", (long long)k->least, (long long)k->most);
	else if (k->type == TYPE_FLAG)
		buf_adds(out, "# yes or no.\n");
	else if (k->least > 1)
		buf_addf(out, "# From %lld to %lld bytes.\n", (long long)k->least,
			(long long)k->most);
}

void config_example(struct buf *out)
{
	buf_adds(out,
		"# Podium's configuration. One KEY=value a line; the value goes to the end of\n"
		"# the line and needs no quotes. An environment variable of the same name goes\n"
		"# before the file. A key that Podium does not know stops it at start. Keep this\n"
		"# file readable for Podium's user only: it holds secrets.\n"
		"# Lines that begin with # are comments; the values shown are the defaults.\n");
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct key *k = &keys[i];

		buf_addf(out, "\n# %c%s.\n", k->help[0] >= 'a' ? k->help[0] - 32 : k->help[0],
			k->help + 1);
		example_range(out, k);
		if (k->type == TYPE_NUMBER)
			buf_addf(out, "#%s=%lld\n", k->name, (long long)k->number);
		else if (k->type == TYPE_FLAG)
			buf_addf(out, "#%s=%s\n", k->name, k->number != 0 ? "yes" : "no");
		else
			buf_addf(out, "#%s=%s\n", k->name, k->text);
	}
}
