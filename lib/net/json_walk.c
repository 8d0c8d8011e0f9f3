#include "net/json_walk.h"

#include <string.h>

#include "base/attr.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"

enum {
	DEEPEST = JSON_MAX_DEPTH + 1, // the innermost ones may be empty
	ESCAPE = 4,                   // digits of \uXXXX
	HIGH_FIRST = 0xd800,
	LOW_FIRST = 0xdc00,
	LOW_LAST = 0xdfff
};

static void fail(struct json_walk *w)
{
	if (w->bad_at == NULL)
		w->bad_at = w->at;
	w->at = w->end;
}

void json_walk_begin(struct json_walk *w, struct arena *m, struct span text)
{
	*w = (struct json_walk){ .begin = text.p, .at = text.p, .end = text.p + text.n, .mem = m };
	if (text.n == 0 || !utf8_valid(text.p, text.n))
		fail(w);
}

static void skip_space(struct json_walk *w)
{
	while (w->at < w->end &&
		(*w->at == ' ' || *w->at == '\n' || *w->at == '\r' || *w->at == '\t'))
		w->at++;
}

/* The next byte that counts; 0: there is none. */
static char peek(struct json_walk *w)
{
	skip_space(w);
	return w->at < w->end ? *w->at : '\0';
}

static bool take(struct json_walk *w, char c)
{
	if (peek(w) != c || c == '\0')
		return false;
	w->at++;
	return true;
}

int json_walk_end(const struct json_walk *w, struct err *e)
{
	struct span left = { w->at, (size_t)(w->end - w->at) };

	const char *bad_at = w->bad_at != NULL ? w->bad_at : w->at;

	if (w->bad_at != NULL || w->depth > 0 || !w->had_value || span_trim(left).n > 0)
		return err_set(e, ERR_INVALID, "not the JSON that is expected, at byte %zu",
			(size_t)(bad_at - w->begin));
	return 0;
}

/* ---- arrays and objects ---- */

/* To where a value has to begin. */
static void separate(struct json_walk *w)
{
	if (w->had_value && (w->depth == 0 || !take(w, ',')))
		fail(w);
	w->had_value = true;
	skip_space(w);
}

static void enter(struct json_walk *w, char bracket)
{
	if (w->depth == DEEPEST || !take(w, bracket)) {
		fail(w);
		return;
	}
	w->kinds = w->kinds << 1 | (bracket == '{');
	w->depth++;
	w->had_value = false;
}

static void open(struct json_walk *w, char bracket)
{
	separate(w);
	enter(w, bracket);
}

bool json_walk_more(struct json_walk *w)
{
	if (w->bad_at != NULL || w->depth == 0)
		return false;
	if (!take(w, (w->kinds & 1) != 0 ? '}' : ']')) {
		if (w->at == w->end)
			fail(w);
		return w->bad_at == NULL;
	}
	w->kinds >>= 1;
	w->depth--;
	w->had_value = true;
	return false;
}

void json_walk_object(struct json_walk *w)
{
	open(w, '{');
}

/* Behind the text that begins at p; the end if that is not there. */
static const char *behind_text(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

/* Over the values from p on to the bracket that closes what they stand in, or the end; *n of them.
 */
static const char *look_ahead(const char *p, const char *end, size_t *n)
{
	size_t depth = 0;

	*n = 1;
	while (p < end) {
		char c = *p;

		if (c == '"') {
			p = behind_text(p, end);
			continue;
		}
		if ((c == ']' || c == '}') && depth-- == 0)
			break;
		depth += c == '[' || c == '{';
		*n += c == ',' && depth == 0;
		p++;
	}
	return p;
}

void json_walk_array(struct json_walk *w)
{
	open(w, '[');
}

size_t json_walk_list(struct json_walk *w, size_t most)
{
	size_t n = 0;

	open(w, '[');
	if (w->bad_at == NULL && peek(w) != ']')
		(void)look_ahead(w->at, w->end, &n);
	if (n > most) {
		fail(w);
		return 0;
	}
	return n;
}

void json_walk_close(struct json_walk *w)
{
	struct span ignored;
	bool is_object = (w->kinds & 1) != 0;

	while (is_object ? json_walk_key(w, &ignored) : json_walk_more(w))
		json_walk_skip(w);
}

/* ---- values ---- */

static bool take_word(struct json_walk *w, const char *word)
{
	struct span left = { w->at, (size_t)(w->end - w->at) };

	if (!span_starts(left, word))
		return false;
	w->at += strlen(word);
	return true;
}

int64_t json_walk_i64(struct json_walk *w)
{
	struct span left;
	int64_t n = 0;

	separate(w);
	left = (struct span){ w->at, (size_t)(w->end - w->at) };
	if (scan_i64(&left, &n))
		w->at = left.p;
	else if (!take_word(w, "null"))
		fail(w);
	return n;
}

/* The four digits at p as a number; false if they are not there. */
static bool read_digits(const char *p, const char *end, uint32_t *out)
{
	unsigned char bytes[ESCAPE / 2];

	if (end - p < ESCAPE || !hex_decode((struct span){ p, ESCAPE }, bytes, sizeof(bytes)))
		return false;
	*out = (uint32_t)bytes[0] << 8 | bytes[1];
	return true;
}

/* One escape at *p, behind its backslash, as UTF-8; 0 if it is none. */
static size_t unescape(const char **p, const char *end, char out[4])
{
	static const char names[] = "\"\\/bfnrt";
	static const char means[] = "\"\\/\b\f\n\r\t";
	const char *name = *p < end && **p != '\0' ? strchr(names, **p) : NULL;
	uint32_t low = 0;
	uint32_t c;

	if (name != NULL) {
		++*p;
		*out = means[name - names];
		return 1;
	}
	if (*p == end || **p != 'u' || !read_digits(*p + 1, end, &c) || c == 0)
		return 0;
	*p += 1 + ESCAPE;
	if (c < HIGH_FIRST || c > LOW_LAST)
		return utf8_encode(c, out);
	if (c >= LOW_FIRST || end - *p < 2 + ESCAPE || (*p)[0] != '\\' || (*p)[1] != 'u' ||
		!read_digits(*p + 2, end, &low) || low < LOW_FIRST || low > LOW_LAST)
		return 0;
	*p += 2 + ESCAPE;
	return utf8_encode(0x10000 + ((c - HIGH_FIRST) << 10) + (low - LOW_FIRST), out);
}

/* What stands between the quotes, of which escapes are part. */
static struct span unescaped(struct json_walk *w, struct span raw)
{
	char *out = arena_alloc(w->mem, raw.n + 1); // no escape is shorter than what it means
	const char *end = raw.p + raw.n;
	size_t n = 0;

	for (const char *p = raw.p; p < end;) {
		size_t made;

		if (*p != '\\') {
			out[n++] = *p++;
			continue;
		}
		p++;
		made = unescape(&p, end, out + n);
		if (made == 0) {
			fail(w);
			return SPAN_NONE;
		}
		n += made;
	}
	return (struct span){ out, n };
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20)
			return true;
	}
	return false;
}

static struct span read_text(struct json_walk *w)
{
	const char *first = w->at + 1;
	struct span raw;

	if (w->at == w->end || *w->at != '"') {
		fail(w);
		return SPAN_NONE;
	}
	w->at = behind_text(w->at, w->end);
	if (w->at == first || w->at[-1] != '"') {
		fail(w);
		return SPAN_NONE;
	}
	raw = (struct span){ first, (size_t)(w->at - 1 - first) };
	if (has_control(raw)) {
		fail(w);
		return SPAN_NONE;
	}
	return span_has(raw, '\\') ? unescaped(w, raw) : raw;
}

struct span json_walk_text(struct json_walk *w)
{
	separate(w);
	return take_word(w, "null") ? SPAN_NONE : read_text(w);
}

bool json_walk_key(struct json_walk *w, struct span *key)
{
	*key = SPAN_NONE;
	if (!json_walk_more(w))
		return false;
	separate(w);
	*key = read_text(w);
	if (!take(w, ':'))
		fail(w);
	w->had_value = false;
	return w->bad_at == NULL;
}

static bool is_of_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool is_of_word(char c)
{
	return is_of_number(c) || (c >= 'a' && c <= 'z');
}

static void skip_number(struct json_walk *w)
{
	struct span left = { w->at, (size_t)(w->end - w->at) };
	struct span number;

	if (!scan_while(&left, is_of_number, left.n, &number) || number.n == 0)
		fail(w);
	else
		w->at = left.p;
}

void json_walk_skip(struct json_walk *w)
{
	char first;

	separate(w);
	first = peek(w);
	if (first == '"') {
		(void)read_text(w);
	} else if (first == '[' || first == '{') {
		enter(w, first);
		json_walk_close(w);
	} else if (!take_word(w, "null") && !take_word(w, "true") && !take_word(w, "false")) {
		skip_number(w);
	}
}

/* Behind the value that begins at p; NULL if it has no end. */
static const char *behind_value(const char *p, const char *end)
{
	const char *behind;
	size_t ignored;
	struct span left;
	struct span word;

	if (*p == '"') {
		behind = behind_text(p, end);
		return behind - p > 1 && behind[-1] == '"' ? behind : NULL;
	}
	if (*p == '[' || *p == '{') {
		behind = look_ahead(p + 1, end, &ignored);
		return behind < end ? behind + 1 : NULL;
	}
	left = (struct span){ p, (size_t)(end - p) };
	return scan_while(&left, is_of_word, left.n, &word) && word.n > 0 ? left.p : NULL;
}

struct span json_walk_raw(struct json_walk *w)
{
	const char *first;
	const char *behind;

	separate(w);
	first = w->at;
	behind = first < w->end ? behind_value(first, w->end) : NULL;
	if (behind == NULL) {
		fail(w);
		return SPAN_NONE;
	}
	w->at = behind;
	return (struct span){ first, (size_t)(behind - first) };
}

int json_walk_members(struct arena *m, struct span object, const char *const *names, size_t n,
	struct span *out, struct err *e)
{
	struct json_walk w;
	struct span key;

	for (size_t i = 0; i < n; i++)
		out[i] = SPAN_NONE;
	json_walk_begin(&w, m, object);
	json_walk_object(&w);
	while (json_walk_key(&w, &key)) {
		struct span value = json_walk_raw(&w);

		for (size_t i = 0; i < n; i++) {
			if (span_is(key, names[i]))
				out[i] = value;
		}
	}
	return json_walk_end(&w, e);
}

struct span json_walk_said(struct arena *m, struct span part)
{
	struct json_walk w;

	if (!span_starts(part, "\""))
		return SPAN_NONE;
	json_walk_begin(&w, m, part);
	return json_walk_text(&w);
}
