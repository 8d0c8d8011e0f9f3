/* YAML by libyaml's events, into a tree of values that know their lines. */
#include "package/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"

struct reader {
	const struct yml_file *f;
	yaml_parser_t parser;
	size_t n_nodes;
	int line;
	bool failed;
};

static void fail(struct reader *r, const char *why)
{
	if (!r->failed)
		package_say(r->f->r, PACKAGE_ERROR, r->f->path, r->line, "%s", why);
	r->failed = true;
}

/* The next event; false when there is none, with the parser's own words. */
static bool next(struct reader *r, yaml_event_t *event)
{
	if (r->failed)
		return false;
	if (!yaml_parser_parse(&r->parser, event)) {
		r->line = (int)r->parser.problem_mark.line + 1;
		fail(r, r->parser.problem != NULL ? r->parser.problem : "this is no YAML");
		return false;
	}
	r->line = (int)event->start_mark.line + 1;
	return true;
}

static struct yml *read_node(struct reader *r, yaml_event_t *event, int depth);

static bool has_key(const struct yml *map, struct span key)
{
	for (const struct yml *n = map->first; n != NULL; n = n->next) {
		if (span_eq(n->key, key))
			return true;
	}
	return false;
}

/* What stands in a list or map, up to its end. */
static void read_members(struct reader *r, struct yml *into, int depth)
{
	const struct yml **link = &into->first;
	yaml_event_type_t end =
		into->kind == YML_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
	yaml_event_t event;

	while (next(r, &event)) {
		struct yml *key = NULL;
		struct yml *member;

		if (event.type == end) {
			yaml_event_delete(&event);
			return;
		}
		if (into->kind == YML_MAP) {
			key = read_node(r, &event, depth + 1);
			if (key != NULL && key->kind != YML_VALUE)
				fail(r, "a key is no plain value");
			else if (key != NULL && has_key(into, key->text))
				fail(r, "the key stands twice");
			if (r->failed || !next(r, &event))
				return;
		}
		member = read_node(r, &event, depth + 1);
		if (member == NULL)
			return;
		if (key != NULL) {
			member->key = key->text;
			member->line = key->line;
		}
		*link = member;
		link = &member->next;
	}
}

/* Takes the event; NULL if something is wrong. */
static struct yml *read_node(struct reader *r, yaml_event_t *event, int depth)
{
	struct yml *n = arena_new_one(r->f->r->m, struct yml);

	n->line = r->line;
	if (depth > PACKAGE_MAX_YAML_DEPTH)
		fail(r, "it is nested too deeply");
	else if (++r->n_nodes > PACKAGE_MAX_YAML_NODES)
		fail(r, "it holds too many values");
	else if (event->type == YAML_ALIAS_EVENT)
		fail(r, "aliases are not read");
	else if (event->type == YAML_SCALAR_EVENT) {
		if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
			fail(r, "anchors and tags are not read");
		n->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		n->text = arena_span(
			r->f->r->m, (struct span){ (const char *)event->data.scalar.value,
					    event->data.scalar.length });
		if (memchr(n->text.p, '\0', n->text.n) != NULL)
			fail(r, "the value holds a zero byte");
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		n->kind = YML_LIST;
		if (event->data.sequence_start.anchor != NULL ||
			event->data.sequence_start.tag != NULL)
			fail(r, "anchors and tags are not read");
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		n->kind = YML_MAP;
		if (event->data.mapping_start.anchor != NULL ||
			event->data.mapping_start.tag != NULL)
			fail(r, "anchors and tags are not read");
	} else {
		fail(r, "this is no YAML");
	}
	yaml_event_delete(event);
	if (n->kind != YML_VALUE && !r->failed)
		read_members(r, n, depth);
	return r->failed ? NULL : n;
}

static const struct yml *read_stream(struct reader *r)
{
	struct yml *root = NULL;
	yaml_event_t event;

	while (next(r, &event)) {
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			yaml_event_delete(&event);
			break;
		case YAML_STREAM_END_EVENT:
			yaml_event_delete(&event);
			if (root == NULL) {
				root = arena_new_one(r->f->r->m, struct yml);
				root->kind = YML_MAP;
			}
			return root;
		case YAML_NO_EVENT:
		case YAML_ALIAS_EVENT:
		case YAML_SCALAR_EVENT:
		case YAML_SEQUENCE_START_EVENT:
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_START_EVENT:
		case YAML_MAPPING_END_EVENT:
		default:
			if (root != NULL)
				fail(r, "there is more than one document");
			root = read_node(r, &event, 1);
			break;
		}
	}
	return NULL;
}

const struct yml *yml_read(const struct yml_file *f, struct span text)
{
	struct reader r = { .f = f, .line = 0 };
	const struct yml *root;
	struct yml *empty;

	if (span_starts(text, "\xef\xbb\xbf")) {
		package_say(f->r, PACKAGE_WARNING, f->path, 1,
			"the file begins with a byte-order mark");
		text = span_sub(text, 3, text.n);
	}
	if (text.n > PACKAGE_MAX_YAML || !utf8_valid(text.p, text.n)) {
		fail(&r, text.n > PACKAGE_MAX_YAML ? "the file is too long"
						   : "the file is no UTF-8");
		return NULL;
	}
	if (!yaml_parser_initialize(&r.parser)) {
		fail(&r, "there is no memory for it");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
	root = read_stream(&r);
	yaml_parser_delete(&r.parser);
	/* `key:` alone, or a file of comments, is a map without members. */
	if (root != NULL && root->kind == YML_VALUE && root->text.n == 0) {
		empty = arena_new_one(f->r->m, struct yml);
		empty->kind = YML_MAP;
		return empty;
	}
	return root;
}

const struct yml *yml_get(const struct yml *map, const char *key)
{
	const struct yml *n = map != NULL && map->kind == YML_MAP ? map->first : NULL;

	while (n != NULL && !span_is(n->key, key))
		n = n->next;
	return n;
}

static bool is_null(const struct yml *v)
{
	return v == NULL ||
	       (v->kind == YML_VALUE && !v->is_quoted &&
		       (v->text.n == 0 || span_is(v->text, "~") || span_is(v->text, "null")));
}

static bool complain(const struct yml_file *f, const struct yml *v, const char *what)
{
	package_say(f->r, PACKAGE_ERROR, f->path, v->line, SPAN_FMT " is not %s", SPAN_ARG(v->key),
		what);
	return false;
}

bool yml_text(const struct yml_file *f, const struct yml *map, const char *key, struct span *out)
{
	const struct yml *v = yml_get(map, key);

	if (is_null(v))
		return false;
	if (v->kind != YML_VALUE)
		return complain(f, v, "a text");
	*out = v->text;
	return true;
}

bool yml_is_number(struct span text, double *out)
{
	char digits[64];
	char *end;

	if (text.n == 0 || text.n >= sizeof(digits))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!(text.p[i] >= '0' && text.p[i] <= '9') && !span_has(SPAN("+-.eE"), text.p[i]))
			return false;
	}
	memcpy(digits, text.p, text.n);
	digits[text.n] = '\0';
	*out = strtod(digits, &end);
	return *end == '\0' && isfinite(*out);
}

bool yml_number(const struct yml_file *f, const struct yml *map, const char *key, double *out)
{
	const struct yml *v = yml_get(map, key);

	if (is_null(v))
		return false;
	if (v->kind != YML_VALUE || !yml_is_number(v->text, out))
		return complain(f, v, "a number");
	return true;
}

bool yml_bool(const struct yml_file *f, const struct yml *map, const char *key, bool *out)
{
	static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "on" };
	static const char *const no[] = { "false", "False", "FALSE", "no", "No", "off" };
	const struct yml *v = yml_get(map, key);

	if (is_null(v))
		return false;
	for (size_t i = 0; v->kind == YML_VALUE && i < countof(yes); i++) {
		if (span_is(v->text, yes[i]) || span_is(v->text, no[i])) {
			*out = span_is(v->text, yes[i]);
			return true;
		}
	}
	return complain(f, v, "true or false");
}

bool yml_count(const struct yml_file *f, const struct yml *map, const char *key, int most, int *out)
{
	const struct yml *member = yml_get(map, key);
	double v;

	if (member == NULL || !yml_number(f, map, key, &v))
		return false;
	if (!(v >= 1 && v <= most) || floor(v) != v) {
		package_say(f->r, PACKAGE_ERROR, f->path, member->line,
			"%s is not a whole number from 1 to %d", key, most);
		return false;
	}
	*out = (int)v;
	return true;
}

size_t yml_words(const struct yml_file *f, const struct yml *v, struct span **out)
{
	size_t n = 0;

	*out = NULL;
	if (is_null(v))
		return 0;
	if (v->kind == YML_MAP) {
		complain(f, v, "a list");
		return 0;
	}
	for (const struct yml *i = v->first; i != NULL; i = i->next)
		n++;
	*out = arena_new_array(f->r->m, struct span, n + 1);
	if (v->kind == YML_VALUE) {
		(*out)[0] = v->text;
		return 1;
	}
	n = 0;
	for (const struct yml *i = v->first; i != NULL; i = i->next) {
		if (i->kind == YML_VALUE)
			(*out)[n++] = i->text;
		else
			complain(f, v, "a list of plain values");
	}
	return n;
}

void yml_only(const struct yml_file *f, const struct yml *map, const char *const *names, size_t n)
{
	const struct yml *member = map != NULL && map->kind == YML_MAP ? map->first : NULL;

	for (; member != NULL; member = member->next) {
		bool known = false;

		for (size_t i = 0; i < n && !known; i++)
			known = span_is(member->key, names[i]);
		if (!known)
			package_say(f->r, PACKAGE_WARNING, f->path, member->line,
				"the key " SPAN_FMT " is not known and was passed over",
				SPAN_ARG(span_sub(member->key, 0, 60)));
	}
}
