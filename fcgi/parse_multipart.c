/*
 * multipart/form-data. The body is looked through once for its delimiters (CR LF "--" boundary); a
 * part's header lines are read for Content-Disposition only. Everything is a span into the body, so
 * an upload is not copied.
 */
#include "fcgi/parse.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

static bool is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("'()+_,-./:=?", c) != NULL);
}

/*
 * Takes the next `; name=value` off the front of *rest. The value may be quoted; within quotes a
 * browser writes %22 for a quotation mark, so there is no other escape.
 */
static bool next_parameter(struct span *rest, struct span *name, struct span *value)
{
	struct span s = span_trim(*rest);
	const char *equals;
	const char *end;

	if (s.n == 0 || s.p[0] != ';')
		return false;
	s = span_trim(span_sub(s, 1, s.n));
	equals = s.n > 0 ? memchr(s.p, '=', s.n) : NULL;
	if (equals == NULL)
		return false;
	*name = span_trim((struct span){ s.p, (size_t)(equals - s.p) });
	s = span_sub(s, (size_t)(equals - s.p) + 1, s.n);
	if (s.n > 0 && s.p[0] == '"') {
		s = span_sub(s, 1, s.n);
		end = s.n > 0 ? memchr(s.p, '"', s.n) : NULL;
		if (end == NULL)
			return false;
		*value = span_sub(s, 0, (size_t)(end - s.p));
		*rest = span_sub(s, value->n + 1, s.n);
		return true;
	}
	end = s.n > 0 ? memchr(s.p, ';', s.n) : NULL;
	*value = span_trim(span_sub(s, 0, end != NULL ? (size_t)(end - s.p) : s.n));
	*rest = end != NULL ? span_sub(s, (size_t)(end - s.p), s.n) : span_sub(s, s.n, 0);
	return true;
}

int multipart_boundary(struct span content_type, struct span *out, struct err *e)
{
	struct span rest = content_type;
	struct span name;
	struct span value;
	const char *semicolon =
		content_type.n > 0 ? memchr(content_type.p, ';', content_type.n) : NULL;

	if (semicolon == NULL)
		return err_set(e, ERR_INVALID, "the form has no boundary");
	rest = span_sub(content_type, (size_t)(semicolon - content_type.p), content_type.n);
	while (next_parameter(&rest, &name, &value)) {
		if (!span_ieq(name, SPAN("boundary")))
			continue;
		if (value.n == 0 || value.n > 70)
			break;
		for (size_t i = 0; i < value.n; i++) {
			if (!is_boundary_char(value.p[i]))
				return err_set(e, ERR_INVALID, "the form's boundary is malformed");
		}
		*out = value;
		return 0;
	}
	return err_set(e, ERR_INVALID, "the form has no boundary");
}

/* Takes one header line without its CR LF off the front; false at the empty line or if cut off. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end = rest->n > 0 ? memmem(rest->p, rest->n, "\r\n", 2) : NULL;

	if (end == NULL)
		return false;
	*line = span_sub(*rest, 0, (size_t)(end - rest->p));
	*rest = span_sub(*rest, line->n + 2, rest->n);
	return true;
}

static int read_disposition(struct span value, struct request_param *p, struct err *e)
{
	struct span name;
	struct span text;
	const char *semicolon = value.n > 0 ? memchr(value.p, ';', value.n) : NULL;
	struct span rest;

	if (semicolon == NULL || !content_type_is(value, "form-data"))
		return err_set(e, ERR_INVALID, "a part of the form is not form-data");
	rest = span_sub(value, (size_t)(semicolon - value.p), value.n);
	while (next_parameter(&rest, &name, &text)) {
		if (span_ieq(name, SPAN("name")))
			p->name = text;
		else if (span_ieq(name, SPAN("filename")))
			p->filename = text;
	}
	return 0;
}

static int read_part(struct span part, struct request_param *p, struct err *e)
{
	struct span rest = part;
	struct span line;

	*p = (struct request_param){ .name = SPAN_NONE, .filename = SPAN_NONE };
	for (;;) {
		const char *colon;

		if (!next_line(&rest, &line))
			return err_set(e, ERR_INVALID, "a part of the form has no end of headers");
		if (line.n == 0)
			break;
		colon = memchr(line.p, ':', line.n);
		if (colon == NULL)
			return err_set(e, ERR_INVALID, "a part of the form has a malformed header");
		if (!span_ieq(span_sub(line, 0, (size_t)(colon - line.p)),
			    SPAN("content-disposition")))
			continue;
		if (read_disposition(
			    span_trim(span_sub(line, (size_t)(colon - line.p) + 1, line.n)), p,
			    e) != 0)
			return -1;
	}
	if (p->name.p == NULL)
		return err_set(e, ERR_INVALID, "a part of the form has no name");
	p->value = rest;
	if (!parse_is_text(p->name) || (p->filename.p != NULL && !parse_is_text(p->filename)) ||
		(p->filename.p == NULL && !parse_is_text(p->value)))
		return err_set(e, ERR_INVALID,
			"a part of the form holds a control character or is not valid UTF-8");
	return 0;
}

int parse_multipart(struct arena *m, struct span body, struct span boundary,
	struct request_params *out, struct err *e)
{
	struct param_list list = { .v = NULL };
	char mark[4 + 70] = "\r\n--";
	size_t n_mark = boundary.n + 4;
	struct span rest = body;

	*out = (struct request_params){ .v = NULL };
	if (boundary.n > 70)
		return err_set(e, ERR_INVALID, "the form's boundary is malformed");
	memcpy(mark + 4, boundary.p, boundary.n);
	// the first delimiter has no line end before it; browsers send no preamble
	if (rest.n < n_mark - 2 || memcmp(rest.p, mark + 2, n_mark - 2) != 0)
		return err_set(e, ERR_INVALID, "the form does not begin with its boundary");
	rest = span_sub(rest, n_mark - 2, rest.n);
	while (!span_starts(rest, "--")) {
		struct request_param p;
		const char *end;

		if (!span_starts(rest, "\r\n"))
			return err_set(e, ERR_INVALID, "the form has a malformed boundary");
		rest = span_sub(rest, 2, rest.n);
		end = rest.n > 0 ? memmem(rest.p, rest.n, mark, n_mark) : NULL;
		if (end == NULL)
			return err_set(e, ERR_INVALID, "the form is cut off");
		if (read_part(span_sub(rest, 0, (size_t)(end - rest.p)), &p, e) != 0)
			return -1;
		if (param_list_add(&list, m, &p, e) != 0)
			return -1;
		rest = span_sub(rest, (size_t)(end - rest.p) + n_mark, rest.n);
	}
	*out = (struct request_params){ list.v, list.n };
	return 0;
}
