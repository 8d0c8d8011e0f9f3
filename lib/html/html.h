#ifndef HTML_HTML_H
#define HTML_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Typed writing of HTML. Compiled templates print every value through html_put, which picks the
 * writer by the value's type; a type without a writer does not compile. Text is always escaped
 * (& < > " '), in element content and in quoted attributes alike.
 */
struct html {
	struct buf *out;
};

/* HTML that is known to be clean. Only lib/html makes one (html/markdown.c, html/clean.c). */
struct html_safe {
	struct span markup;
};

/* An address that may stand in href, src, action: made by url.h only. */
struct url {
	const char *text;
};

/* A short text that is its own memory: what the functions of html/fmt.h return. */
struct fmt {
	char text[48];
};

void html_text(struct html *h, const char *s); // NULL prints nothing
void html_span(struct html *h, struct span s);
void html_trusted(struct html *h, struct html_safe s);
void html_url(struct html *h, struct url u);
void html_fmt(struct html *h, struct fmt f);
void html_i64(struct html *h, int64_t v);
void html_u64(struct html *h, uint64_t v);
void html_literal(struct html *h, const char *s, size_t n); // template source text, unescaped

#define html_put(h, v)                                                                             \
	_Generic((v),                                                                              \
			char *: html_text,                                                         \
			const char *: html_text,                                                   \
			struct span: html_span,                                                    \
			struct html_safe: html_trusted,                                            \
			struct url: html_url,                                                      \
			struct fmt: html_fmt,                                                      \
			int: html_i64,                                                             \
			long: html_i64,                                                            \
			long long: html_i64,                                                       \
			unsigned: html_u64,                                                        \
			unsigned long: html_u64,                                                   \
			unsigned long long: html_u64)((h), (v))

#endif
