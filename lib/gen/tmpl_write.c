#include "gen/tmpl_write.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "gen/c_text.h"

void tmpl_write_text(struct tmpl_write *w, int line, const char *p, size_t n)
{
	if (buf_size(&w->text) == 0)
		w->text_line = line;
	buf_add(&w->text, p, n);
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
	c_text(w->out, text, "\t\t");
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
