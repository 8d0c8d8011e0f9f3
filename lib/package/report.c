/* The list of what is wrong with a package. */
#include "package/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "judge/doc.h"

void package_report_init(struct package_report *r, struct arena *m)
{
	*r = (struct package_report){ .m = m };
}

/* Names from packages may hold any byte. */
static struct span clean(struct arena *m, struct span s)
{
	char *to = arena_alloc(m, s.n + 1);
	bool valid = utf8_valid(s.p != NULL ? s.p : "", s.n);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		to[i] = c < 0x20 || c == 0x7f || (c >= 0x80 && !valid) ? '?' : (char)c;
	}
	return (struct span){ to, s.n };
}

void package_say(struct package_report *r, enum package_level level, struct span file, int line,
	const char *fmt, ...)
{
	struct package_finding *f;
	char text[400];
	va_list args;

	r->n++;
	if (level == PACKAGE_ERROR)
		r->n_errors++;
	if (r->n > PACKAGE_MAX_FINDINGS)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	f = arena_new_one(r->m, struct package_finding);
	f->level = level;
	f->file = clean(r->m, span_sub(file, 0, 300));
	f->line = line;
	f->text = span_of(text);
	f->text.n = utf8_cut(text, f->text.n);
	f->text = clean(r->m, f->text);
	if (r->last != NULL)
		r->last->next = f;
	else
		r->first = f;
	r->last = f;
}

static const char *level_name(enum package_level level)
{
	return level == PACKAGE_ERROR ? "error" : "warning";
}

void package_report_json(struct buf *b, const struct package_report *r)
{
	buf_addc(b, '[');
	for (const struct package_finding *f = r->first; f != NULL; f = f->next) {
		buf_addf(b, "%s{\"level\":\"%s\",\"file\":", f == r->first ? "" : ",",
			level_name(f->level));
		doc_put_text(b, f->file);
		buf_addf(b, ",\"line\":%d,\"text\":", f->line);
		doc_put_text(b, f->text);
		buf_addc(b, '}');
	}
	if (r->n > PACKAGE_MAX_FINDINGS)
		buf_addf(b,
			",{\"level\":\"%s\",\"file\":\"\",\"line\":0,\"text\":\"and %zu more\"}",
			r->n_errors > 0 ? "error" : "warning", r->n - PACKAGE_MAX_FINDINGS);
	buf_addc(b, ']');
}

void package_report_text(struct buf *b, const struct package_report *r)
{
	for (const struct package_finding *f = r->first; f != NULL; f = f->next) {
		buf_addf(b, "%s: ", level_name(f->level));
		buf_add_span(b, f->file);
		if (f->line > 0)
			buf_addf(b, ":%d", f->line);
		buf_adds(b, f->file.n > 0 ? ": " : "");
		buf_add_span(b, f->text);
		buf_addc(b, '\n');
	}
	if (r->n > PACKAGE_MAX_FINDINGS)
		buf_addf(b, "and %zu more\n", r->n - PACKAGE_MAX_FINDINGS);
}
