#include "gen/tmpl_decl.h"

#include <string.h>

#include "base/scan.h"
#include "base/utf8.h"

int tmpl_take_directive(struct tmpl_code *c, struct span *at, int *line, struct err *e)
{
	size_t n = 2;
	bool quoted = false;

	c->line = *line;
	while (n < at->n && (quoted || !span_starts(span_sub(*at, n, 2), "}}"))) {
		if (at->p[n] == '"')
			quoted = !quoted;
		if (!quoted && span_starts(span_sub(*at, n, 2), "{{"))
			break;
		*line += at->p[n] == '\n';
		n++;
	}
	if (n >= at->n || at->p[n] != '}')
		return tmpl_refuse(c, e, "{{ is not closed with }}");
	c->at = span_trim(span_sub(*at, 2, n - 2));
	*at = span_sub(*at, n + 2, at->n);
	if (c->at.n == 0)
		return tmpl_refuse(c, e, "the directive is empty");
	return 0;
}

static bool is_path(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.';
}

static int read_view(struct tmpl *t, struct tmpl_code *c, struct err *e)
{
	if (!tmpl_accept_word(c, "view") || !tmpl_accept_word(c, "struct") ||
		!tmpl_word(c, &t->type) || !tmpl_word(c, &t->var))
		return tmpl_refuse(c, e, "a template begins with {{ view struct name v }}");
	if (tmpl_is_reserved(t->var))
		return tmpl_refuse_word(c, e, "this name has a meaning of its own:", t->var);
	if (tmpl_accept_word(c, "from")) {
		tmpl_skip_space(c);
		if (!scan_while(&c->at, is_path, 100, &t->header) ||
			!span_starts(t->header, "view/") || !span_ends(t->header, ".h"))
			return tmpl_refuse(c, e, "a view comes from a header view/....h");
	}
	return tmpl_end(c, e);
}

static void skip_blank(struct span *at, int *line)
{
	while (at->n > 0 && strchr(" \t\r\n", at->p[0]) != NULL) {
		*line += at->p[0] == '\n';
		*at = span_sub(*at, 1, at->n);
	}
}

static int read_layout(struct tmpl *t, struct tmpl_code *c, struct err *e)
{
	if (t->kind != TMPL_PAGE)
		return tmpl_refuse(c, e, "only a page has a layout");
	if (!tmpl_word(c, &t->layout))
		return tmpl_refuse(c, e, "the name of the layout is missing");
	return tmpl_end(c, e);
}

static int read_top(struct tmpl *t, struct err *e)
{
	static const struct tmpl_scope none = { .n = 0 };
	struct tmpl_code c = { .file = t->source->file, .line = 1, .scope = &none };
	struct span at = t->source->text;
	int line = 1;

	if (!utf8_valid(at.p, at.n) || span_has(at, '\0') || span_has(at, '\r'))
		return tmpl_refuse(&c, e, "the file is not UTF-8 text with plain line ends");
	if (!span_starts(at, "{{"))
		return tmpl_refuse(&c, e, "a template begins with {{ view struct name v }}");
	if (tmpl_take_directive(&c, &at, &line, e) != 0 || read_view(t, &c, e) != 0)
		return -1;
	t->line = line;
	t->rest = at;
	skip_blank(&at, &line);
	if (span_starts(at, "{{")) {
		if (tmpl_take_directive(&c, &at, &line, e) != 0)
			return -1;
		if (tmpl_accept_word(&c, "layout")) {
			if (read_layout(t, &c, e) != 0)
				return -1;
			t->line = line;
			t->rest = at;
		}
	}
	if (t->kind == TMPL_MAIL && scan_char(&t->rest, '\n'))
		t->line++;
	return 0;
}

static bool is_file_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

int tmpl_read_declarations(struct tmpl *t, const struct tmpl_source *source, struct err *e)
{
	struct tmpl_code c = { .file = source->file, .line = 1 };
	struct span at = span_of(source->path);

	*t = (struct tmpl){ .source = source, .kind = TMPL_LAYOUT };
	if (scan_lit(&at, "part/"))
		t->kind = TMPL_PART;
	else if (scan_lit(&at, "page/"))
		t->kind = TMPL_PAGE;
	else if (scan_lit(&at, "mail/"))
		t->kind = TMPL_MAIL;
	if (t->kind == TMPL_MAIL && span_ends(at, ".html"))
		t->kind = TMPL_MAIL_HTML;
	if (!scan_while(&at, is_file_name, 60, &t->name) ||
		!span_is(at, t->kind == TMPL_MAIL ? ".txt" : ".html"))
		return tmpl_refuse(&c, e,
			"a template is NAME.html, part/NAME.html, page/NAME.html, mail/NAME.txt "
			"or mail/NAME.html");
	return read_top(t, e);
}
