/*
 * A JSON reader for answers and bodies of strangers. The text is copied once and checked as UTF-8;
 * strings are then decoded where they stand, which never needs more room than their escapes took.
 *
 * Finished values wait on one stack. When an array or object closes, its children leave the stack
 * and move, side by side, into a block of the document; the container keeps the place of the first
 * and their number, so that json_at is one addition. An object's children are key, value, key,
 * value. A value takes 16 bytes, a member 32, whatever the text says, and their number is limited,
 * so a small hostile text cannot ask for much memory.
 */
#include "net/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

#define BLOCK_VALUES 1024U

enum kind {
	KIND_NULL,
	KIND_FALSE,
	KIND_TRUE,
	KIND_NUMBER,
	KIND_TEXT,
	KIND_TEXT_NUL, // holds U+0000, which neither C nor PostgreSQL text can carry
	KIND_ARRAY,
	KIND_OBJECT
};

struct json {
	uint32_t kind;
	uint32_t n; // bytes of a text or number, children of an array or object
	union {
		const char *text;
		struct json *child;
	} u;
};

struct block {
	struct block *next;
	size_t used;
	size_t size;
	struct json v[];
};

/* The root value comes first, so that a pointer to it is a pointer to the document. */
struct document {
	struct json root;
	struct block *blocks;
	char *text;
};

struct parser {
	struct document *doc;
	char *at; // the text is followed by a NUL, which no rule of the grammar accepts
	char *end;
	struct json *stack;
	size_t n;
	size_t size;
	size_t total;
	const char *fault; // what was wrong at `at`; NULL while nothing was
	bool no_memory;
};

static bool fail(struct parser *p, const char *fault)
{
	if (p->fault == NULL)
		p->fault = fault;
	return false;
}

static bool out_of_memory(struct parser *p)
{
	p->no_memory = true;
	return fail(p, "out of memory");
}

static bool push(struct parser *p, struct json v)
{
	if (p->total >= JSON_MAX_VALUES)
		return fail(p, "too many values");
	if (p->n == p->size) {
		size_t size = p->size > 0 ? p->size * 2 : 64;
		struct json *stack = realloc(p->stack, size * sizeof(*stack));

		if (stack == NULL)
			return out_of_memory(p);
		p->stack = stack;
		p->size = size;
	}
	p->stack[p->n++] = v;
	p->total++;
	return true;
}

/* Moves the stack from `from` on into the document; NULL when memory ran out. */
static struct json *settle(struct parser *p, size_t from)
{
	size_t n = p->n - from;
	struct block *b = p->doc->blocks;
	struct json *place;

	if (b == NULL || b->size - b->used < n) {
		size_t size = n > BLOCK_VALUES ? n : BLOCK_VALUES;

		b = malloc(sizeof(*b) + size * sizeof(struct json));
		if (b == NULL) {
			out_of_memory(p);
			return NULL;
		}
		*b = (struct block){ .next = p->doc->blocks, .size = size };
		p->doc->blocks = b;
	}
	place = b->v + b->used;
	if (n > 0)
		memcpy(place, p->stack + from, n * sizeof(struct json));
	b->used += n;
	p->n = from;
	return place;
}

static void skip_space(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')
		p->at++;
}

static bool hex4(const char *s, uint32_t *out)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (uint32_t)(c - 'A') + 10;
		else
			return false; // also at the closing NUL, so nothing behind it is read
		v = v << 4 | digit;
	}
	*out = v;
	return true;
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0U | c >> 6);
		*to++ = (char)(0x80U | (c & 0x3fU));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0U | c >> 12);
		*to++ = (char)(0x80U | (c >> 6 & 0x3fU));
		*to++ = (char)(0x80U | (c & 0x3fU));
	} else {
		*to++ = (char)(0xf0U | c >> 18);
		*to++ = (char)(0x80U | (c >> 12 & 0x3fU));
		*to++ = (char)(0x80U | (c >> 6 & 0x3fU));
		*to++ = (char)(0x80U | (c & 0x3fU));
	}
	return to;
}

/* After "\u": four digits, or two such escapes that form a surrogate pair. */
static bool read_unicode(struct parser *p, uint32_t *out)
{
	uint32_t c;
	uint32_t low;

	if (!hex4(p->at, &c))
		return fail(p, "malformed escape");
	p->at += 4;
	if (c >= 0xd800 && c < 0xdc00 && p->at[0] == '\\' && p->at[1] == 'u' &&
		hex4(p->at + 2, &low) && low >= 0xdc00 && low < 0xe000) {
		p->at += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xd800 && c < 0xe000) {
		c = 0xfffd;
	}
	*out = c;
	return true;
}

static bool read_escape(struct parser *p, char **to, bool *nul)
{
	static const char from[] = "\"\\/bfnrt";
	static const char into[] = "\"\\/\b\f\n\r\t";
	char c = *p->at;
	const char *found = c != '\0' ? strchr(from, c) : NULL;
	uint32_t code;

	if (found != NULL) {
		p->at++;
		*(*to)++ = into[found - from];
		return true;
	}
	if (c != 'u')
		return fail(p, "malformed escape");
	p->at++;
	if (!read_unicode(p, &code))
		return false;
	*nul |= code == 0;
	*to = put_utf8(*to, code);
	return true;
}

static bool read_text(struct parser *p)
{
	char *start = ++p->at;
	char *to = start;
	bool nul = false;

	for (;;) {
		unsigned char c = (unsigned char)*p->at;

		if (c == '"')
			break;
		if (c < 0x20)
			return fail(p, p->at == p->end ? "string without an end"
						       : "control character in a string");
		p->at++;
		if (c != '\\')
			*to++ = (char)c;
		else if (!read_escape(p, &to, &nul))
			return false;
	}
	p->at++;
	return push(p, (struct json){ .kind = nul ? KIND_TEXT_NUL : KIND_TEXT,
			       .n = (uint32_t)(to - start),
			       .u.text = start });
}

static bool skip_digits(struct parser *p)
{
	char *start = p->at;

	while (*p->at >= '0' && *p->at <= '9')
		p->at++;
	return p->at > start || fail(p, "malformed number");
}

static bool read_number(struct parser *p)
{
	char *start = p->at;

	if (*p->at == '-')
		p->at++;
	if (*p->at == '0')
		p->at++;
	else if (!skip_digits(p))
		return false;
	if (*p->at == '.') {
		p->at++;
		if (!skip_digits(p))
			return false;
	}
	if (*p->at == 'e' || *p->at == 'E') {
		p->at++;
		if (*p->at == '+' || *p->at == '-')
			p->at++;
		if (!skip_digits(p))
			return false;
	}
	return push(
		p, (struct json){
			   .kind = KIND_NUMBER, .n = (uint32_t)(p->at - start), .u.text = start });
}

static bool read_word(struct parser *p, const char *word, enum kind kind)
{
	size_t n = strlen(word);

	if (strncmp(p->at, word, n) != 0)
		return fail(p, "unknown word");
	p->at += n;
	return push(p, (struct json){ .kind = (uint32_t)kind });
}

static bool read_value(struct parser *p, unsigned depth);

static bool read_key(struct parser *p)
{
	skip_space(p);
	if (*p->at != '"')
		return fail(p, "a key was expected");
	if (!read_text(p))
		return false;
	skip_space(p);
	if (*p->at != ':')
		return fail(p, "a colon was expected");
	p->at++;
	return true;
}

static bool read_children(struct parser *p, bool keys, char stop, unsigned depth)
{
	p->at++;
	skip_space(p);
	if (*p->at == stop) {
		p->at++;
		return true;
	}
	for (;;) {
		if ((keys && !read_key(p)) || !read_value(p, depth))
			return false;
		skip_space(p);
		if (*p->at == stop)
			break;
		if (*p->at != ',')
			return fail(p, "a comma or an end was expected");
		p->at++;
	}
	p->at++;
	return true;
}

static bool read_container(struct parser *p, enum kind kind, unsigned depth)
{
	bool keys = kind == KIND_OBJECT;
	size_t from = p->n;
	struct json *child;
	uint32_t n;

	if (depth == 0)
		return fail(p, "nested too deeply");
	if (!read_children(p, keys, keys ? '}' : ']', depth - 1))
		return false;
	n = (uint32_t)(p->n - from);
	child = settle(p, from);
	if (child == NULL)
		return false;
	return push(p, (struct json){ .kind = (uint32_t)kind, .n = n, .u.child = child });
}

static bool read_value(struct parser *p, unsigned depth)
{
	skip_space(p);
	switch (*p->at) {
	case '{':
		return read_container(p, KIND_OBJECT, depth);
	case '[':
		return read_container(p, KIND_ARRAY, depth);
	case '"':
		return read_text(p);
	case 't':
		return read_word(p, "true", KIND_TRUE);
	case 'f':
		return read_word(p, "false", KIND_FALSE);
	case 'n':
		return read_word(p, "null", KIND_NULL);
	case '\0':
		return fail(p, p->at == p->end ? "unexpected end" : "unexpected character");
	default:
		if (*p->at == '-' || (*p->at >= '0' && *p->at <= '9'))
			return read_number(p);
		return fail(p, "unexpected character");
	}
}

static void document_free(struct document *d)
{
	if (d == NULL)
		return;
	for (struct block *b = d->blocks; b != NULL;) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
	free(d->text);
	free(d);
}

static struct document *document_new(struct span text)
{
	struct document *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->text = malloc(text.n + 1);
	if (d->text == NULL) {
		free(d);
		return NULL;
	}
	if (text.n > 0)
		memcpy(d->text, text.p, text.n);
	d->text[text.n] = '\0';
	return d;
}

static bool read_document(struct parser *p)
{
	if (!utf8_valid(p->at, (size_t)(p->end - p->at)))
		return fail(p, "not UTF-8");
	if (!read_value(p, JSON_MAX_DEPTH))
		return false;
	skip_space(p);
	return p->at == p->end || fail(p, "something follows the value");
}

int json_parse(struct span text, struct json **out, struct err *e)
{
	struct document *d;
	struct parser p;

	*out = NULL;
	if (text.n > JSON_MAX_TEXT)
		return err_set(e, ERR_INVALID, "JSON text is larger than %d bytes", JSON_MAX_TEXT);
	d = document_new(text);
	if (d == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	p = (struct parser){ .doc = d, .at = d->text, .end = d->text + text.n };
	if (!read_document(&p)) {
		if (p.no_memory)
			err_set(e, ERR_TEMPORARY, "out of memory");
		else
			err_set(e, ERR_INVALID, "not valid JSON: %s at byte %td", p.fault,
				p.at - d->text);
		document_free(d);
	} else {
		d->root = p.stack[0];
		*out = &d->root;
	}
	free(p.stack);
	return *out != NULL ? 0 : -1;
}

void json_free(struct json **root)
{
	document_free((struct document *)(void *)*root);
	*root = NULL;
}

static bool is_kind(const struct json *v, enum kind kind)
{
	return v != NULL && v->kind == (uint32_t)kind;
}

const struct json *json_get(const struct json *object, const char *key)
{
	struct span wanted = span_of(key);

	if (!is_kind(object, KIND_OBJECT))
		return NULL;
	for (uint32_t i = object->n; i > 0; i -= 2) {
		const struct json *k = object->u.child + i - 2;

		if (span_eq((struct span){ k->u.text, k->n }, wanted))
			return k + 1;
	}
	return NULL;
}

bool json_is_null(const struct json *v)
{
	return v == NULL || v->kind == KIND_NULL;
}

bool json_is_object(const struct json *v)
{
	return is_kind(v, KIND_OBJECT);
}

bool json_is_array(const struct json *v)
{
	return is_kind(v, KIND_ARRAY);
}

bool json_number(const struct json *v, double *out)
{
	double d;

	if (!is_kind(v, KIND_NUMBER))
		return false;
	d = strtod(v->u.text, NULL); // stops at what follows the number; the text ends in a NUL
	if (!isfinite(d))
		return false;
	*out = d;
	return true;
}

bool json_i64(const struct json *v, int64_t *out)
{
	static const double exact = 9007199254740992.0; // 2^53
	double d;
	char *end;
	long long i;

	if (!is_kind(v, KIND_NUMBER))
		return false;
	errno = 0;
	i = strtoll(v->u.text, &end, 10);
	if (end == v->u.text + v->n) {
		if (errno != 0)
			return false;
		*out = i;
		return true;
	}
	if (!json_number(v, &d) || trunc(d) < d || trunc(d) > d || fabs(d) > exact)
		return false;
	*out = (int64_t)d;
	return true;
}

bool json_bool(const struct json *v, bool *out)
{
	if (!is_kind(v, KIND_TRUE) && !is_kind(v, KIND_FALSE))
		return false;
	*out = v->kind == KIND_TRUE;
	return true;
}

bool json_text(const struct json *v, struct span *out)
{
	if (!is_kind(v, KIND_TEXT))
		return false;
	*out = (struct span){ v->u.text, v->n };
	return true;
}

size_t json_length(const struct json *array)
{
	return is_kind(array, KIND_ARRAY) ? array->n : 0;
}

const struct json *json_at(const struct json *array, size_t i)
{
	return i < json_length(array) ? array->u.child + i : NULL;
}
