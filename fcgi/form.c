#include "fcgi/form.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/scan.h"
#include "fcgi/request.h"
#include "net/json.h"

static void add(struct field_errors *errs, const char *field, const char *fmt, ...)
	ATTR_PRINTF(3, 4);
static void add(struct field_errors *errs, const char *field, const char *fmt, ...)
{
	struct field_error *to;
	va_list ap;

	if (errs->n == FIELD_MAX_ERRORS)
		return;
	to = &errs->v[errs->n++];
	to->field = field;
	va_start(ap, fmt);
	(void)vsnprintf(to->text, sizeof(to->text), fmt, ap);
	va_end(ap);
}

static const struct request_param *find(const struct request_params *params, const char *name)
{
	for (size_t i = 0; i < params->n; i++) {
		if (span_is(params->v[i].name, name))
			return &params->v[i];
	}
	return NULL;
}

/* A browser sends CR LF for each line end of a text area. */
static struct span with_plain_lines(struct arena *m, struct span s)
{
	char *to;
	size_t n = 0;

	if (!span_has(s, '\r'))
		return s;
	to = arena_alloc(m, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		to[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
	}
	return (struct span){ to, n };
}

static void read_text(const struct field *f, struct arena *m, struct span value, void *to,
	struct field_errors *errs)
{
	struct span text = value;

	if (f->type == FIELD_TYPE_LINE) {
		text = span_trim(value);
		if (span_has(text, '\n') || span_has(text, '\r') || span_has(text, '\t'))
			add(errs, f->name, "must stand on one line");
	} else {
		text = with_plain_lines(m, value);
	}
	if (text.p == NULL)
		text = SPAN("");
	if (text.n == 0 && f->least > 0)
		add(errs, f->name, "must not be empty");
	else if ((int64_t)text.n < f->least)
		add(errs, f->name, "must have at least %lld bytes", (long long)f->least);
	else if ((int64_t)text.n > f->most)
		add(errs, f->name, "must have at most %lld bytes", (long long)f->most);
	*(struct span *)to = text;
}

static void take_int(const struct field *f, int64_t v, void *to, struct field_errors *errs)
{
	if (v < f->least || v > f->most)
		add(errs, f->name, "must be from %lld to %lld", (long long)f->least,
			(long long)f->most);
	else
		*(int64_t *)to = v;
}

static void read_int(const struct field *f, struct span value, void *to, struct field_errors *errs)
{
	int64_t v;

	if (!span_i64(span_trim(value), &v))
		add(errs, f->name, "must be a whole number");
	else
		take_int(f, v, to, errs);
}

/* False if no name of the set is written so. */
static bool add_to_set(const struct field *f, struct span name, unsigned *set)
{
	for (size_t i = 0; f->name_at(i) != NULL; i++) {
		if (span_is(name, f->name_at(i))) {
			*set |= 1U << i;
			return true;
		}
	}
	return false;
}

static void take_set(
	const struct field *f, unsigned set, bool is_known, void *to, struct field_errors *errs)
{
	if (!is_known)
		add(errs, f->name, "names something that is not there to choose");
	else if (set == 0 && f->least > 0)
		add(errs, f->name, "must not be empty");
	*(unsigned *)to = set;
}

static void read_set(const struct field *f, const struct request_params *params, void *to,
	struct field_errors *errs)
{
	unsigned set = 0;
	bool is_known = true;

	for (size_t i = 0; i < params->n; i++) {
		if (span_is(params->v[i].name, f->name) && !add_to_set(f, params->v[i].value, &set))
			is_known = false;
	}
	take_set(f, set, is_known, to, errs);
}

static int read_params(const struct request_params *params, struct arena *m, const struct field *f,
	size_t n, void *out, struct field_errors *errs)
{
	errs->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct request_param *p = find(params, f[i].name);
		struct span value = p != NULL ? p->value : SPAN_NONE;
		void *to = (char *)out + f[i].offset;

		if (p != NULL && p->filename.p != NULL) {
			add(errs, f[i].name, "must not be a file");
			continue;
		}
		switch (f[i].type) {
		case FIELD_TYPE_TEXT:
		case FIELD_TYPE_LINE:
			read_text(&f[i], m, value, to, errs);
			break;
		case FIELD_TYPE_INT:
			read_int(&f[i], value, to, errs);
			break;
		case FIELD_TYPE_FLAG:
			*(bool *)to = value.n > 0;
			break;
		case FIELD_TYPE_SET:
			read_set(&f[i], params, to, errs);
			break;
		}
	}
	return errs->n == 0 ? 0 : -1;
}

int form_read(const struct request *req, struct arena *m, const struct field *f, size_t n,
	void *out, struct field_errors *errs)
{
	return read_params(&req->form, m, f, n, out, errs);
}

int form_read_query(const struct request *req, struct arena *m, const struct field *f, size_t n,
	void *out, struct field_errors *errs)
{
	return read_params(&req->query, m, f, n, out, errs);
}

static void set_of_json(
	const struct field *f, const struct json *v, void *to, struct field_errors *errs)
{
	unsigned set = 0;
	bool is_known = true;
	struct span name;

	for (size_t i = 0; i < json_length(v); i++) {
		if (!json_text(json_at(v, i), &name) || !add_to_set(f, name, &set))
			is_known = false;
	}
	if (!json_is_array(v))
		add(errs, f->name, "must be a list of texts");
	else
		take_set(f, set, is_known, to, errs);
}

/* One member that is there. Texts are copied: the parsed JSON does not live as long. */
static void read_json(const struct field *f, struct arena *m, const struct json *v, void *to,
	struct field_errors *errs)
{
	struct span text;
	int64_t number;

	switch (f->type) {
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_LINE:
		if (json_text(v, &text))
			read_text(f, m, arena_span(m, text), to, errs);
		else
			add(errs, f->name, "must be a text");
		break;
	case FIELD_TYPE_INT:
		if (json_i64(v, &number))
			take_int(f, number, to, errs);
		else
			add(errs, f->name, "must be a whole number");
		break;
	case FIELD_TYPE_FLAG:
		if (!json_bool(v, to))
			add(errs, f->name, "must be true or false");
		break;
	case FIELD_TYPE_SET:
		set_of_json(f, v, to, errs);
		break;
	}
}

static void read_absent(const struct field *f, struct arena *m, void *to, struct field_errors *errs)
{
	switch (f->type) {
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_LINE:
		read_text(f, m, SPAN_NONE, to, errs);
		break;
	case FIELD_TYPE_INT:
		read_int(f, SPAN_NONE, to, errs);
		break;
	case FIELD_TYPE_FLAG:
		*(bool *)to = false;
		break;
	case FIELD_TYPE_SET:
		take_set(f, 0, true, to, errs);
		break;
	}
}

static void check_names(struct arena *m, const struct json *root, const struct field_table *t,
	struct field_errors *errs)
{
	for (size_t i = 0; i < json_members(root) && errs->n < FIELD_MAX_ERRORS; i++) {
		struct span name = json_member(root, i);
		bool known = false;

		for (size_t k = 0; k < t->n && !known; k++)
			known = span_is(name, t->f[k].name);
		if (!known)
			add(errs, arena_dup(m, name), "is not taken here");
	}
}

int form_read_json(const struct request *req, struct arena *m, const struct field_table *t,
	void *out, struct err *e)
{
	JSON_AUTO root = NULL;
	struct err why = { .kind = ERR_NONE };
	struct field_errors errs = { .n = 0 };

	if (json_parse(req->body, &root, &why) != 0)
		return err_set(e, ERR_INVALID, "the body: %s", why.text);
	if (!json_is_object(root))
		return err_set(e, ERR_INVALID, "the body: this is no JSON object");
	for (size_t i = 0; i < t->n; i++) {
		const struct json *v = json_get(root, t->f[i].name);
		void *to = (char *)out + t->f[i].offset;

		if (!json_is_null(v))
			read_json(&t->f[i], m, v, to, &errs);
		else if (!t->partial)
			read_absent(&t->f[i], m, to, &errs);
	}
	check_names(m, root, t, &errs);
	return errs.n == 0 ? 0 : form_fail(&errs, e);
}

const char *form_error(struct arena *m, const struct field_errors *errs, const char *field)
{
	for (size_t i = 0; i < errs->n; i++) {
		if (span_is(span_of(errs->v[i].field), field))
			return arena_dup(m, span_of(errs->v[i].text));
	}
	return NULL;
}

int form_fail(const struct field_errors *errs, struct err *e)
{
	return err_field(e, errs->v[0].field, "%s %s", errs->v[0].field, errs->v[0].text);
}
