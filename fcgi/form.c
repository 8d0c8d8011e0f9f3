#include "fcgi/form.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/scan.h"
#include "fcgi/request.h"

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

static const struct request_param *find(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->form.n; i++) {
		if (span_is(r->form.v[i].name, name))
			return &r->form.v[i];
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

static void read_int(const struct field *f, struct span value, void *to, struct field_errors *errs)
{
	int64_t v;

	if (!span_i64(span_trim(value), &v))
		add(errs, f->name, "must be a whole number");
	else if (v < f->least || v > f->most)
		add(errs, f->name, "must be from %lld to %lld", (long long)f->least,
			(long long)f->most);
	else
		*(int64_t *)to = v;
}

int form_read(const struct request *req, struct arena *m, const struct field *f, size_t n,
	void *out, struct field_errors *errs)
{
	errs->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct request_param *p = find(req, f[i].name);
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
		}
	}
	return errs->n == 0 ? 0 : -1;
}

const char *form_error(const struct field_errors *errs, const char *field)
{
	for (size_t i = 0; i < errs->n; i++) {
		if (span_is(span_of(errs->v[i].field), field))
			return errs->v[i].text;
	}
	return NULL;
}

int form_fail(const struct field_errors *errs, struct err *e)
{
	return err_field(e, errs->v[0].field, "%s %s", errs->v[0].field, errs->v[0].text);
}
