#include "gen/tmpl_write.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

void tmpl_write_text(struct tmpl_write *w, int line, const char *p, size_t n)
{
	if (buf_size(&w->text) == 0)
		w->text_line = line;
	buf_add(&w->text, p, n);
}

/* A C string literal; octal escapes take at most three digits, so nothing after them joins in. */
static void write_literal(struct buf *out, struct span s)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n')
			buf_adds(out, i + 1 < s.n ? "\\n\"\n\t\t\"" : "\\n");
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7F || c == '?')
			buf_addf(out, "\\%03o", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

void tmpl_write_flush(struct tmpl_write *w)
{
	struct err e = { 0 };
	struct span text;

	if (buf_size(&w->text) == 0)
		return;
	if (buf_finish(&w->text, &text, &e) != 0) {
		buf_fail(w->out);
		return;
	}
	buf_addf(w->out, "#line %d \"%s\"\n\thtml_literal(h, ", w->text_line, w->file);
	write_literal(w->out, text);
	buf_addf(w->out, ", %zu);\n", text.n);
	buf_reset(&w->text);
}

void tmpl_write_code(struct tmpl_write *w, int line, const char *fmt, ...)
{
	char code[2048];
	va_list ap;
	int n;

	tmpl_write_flush(w);
	va_start(ap, fmt);
	n = vsnprintf(code, sizeof(code), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(code)) {
		buf_fail(w->out);
		return;
	}
	buf_addf(w->out, "#line %d \"%s\"\n\t%s\n", line, w->file, code);
}
